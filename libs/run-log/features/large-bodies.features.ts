import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Arrivals } from '../arrivals.fixtures.js';
import { millis } from '../ids.js';
import type { FlowRunId } from '../ids.js';
import type { Delivery, RunLog, Trigger } from '../run-log.js';
import {
  callFinished,
  cancel,
  finished,
  flowStarted,
  scheduled,
  started,
  taskOf,
} from '../run-log.fixtures.js';
import { partitionOf } from '../subjects.js';
import { atBench, ZERO } from './bench.fixtures.js';
import type { Bench, MakeBench } from './bench.fixtures.js';

/** Bodies that do not go into a message. */
export function largeBodyFeatures(makeBench: MakeBench): void {
  describe('large bodies', () => {
    let bench: Bench;
    let log: RunLog;
    let runId: FlowRunId;

    beforeEach(async () => {
      ({ bench, log, runId } = await atBench(makeBench));
    });
    afterEach(() => bench.close());

    const big = 'ß'.repeat(200_000);

    it('carries a body over 256 KiB by reference and reads it back whole (rule 20)', async () => {
      await log.start(runId, started({ big }));
      await log.decide(runId, ZERO, [flowStarted, scheduled(1, { runId, input: { big } })]);
      const { events } = await log.readRun(runId);
      expect(events[0]?.event).toEqual(started({ big }));
      expect(events[2]?.event).toEqual(scheduled(1, { runId, input: { big } }));
      expect((await log.info('RUN')).bytes).toBeLessThan(100_000);
    });

    it('hands a large trigger over in its place', async () => {
      const arrivals = new Arrivals<Delivery<Trigger>>();
      await log.orchestrate(partitionOf(runId), arrivals.take);
      await log.start(runId, started({ big }));
      await log.request(runId, cancel, 'c1');
      const [first, second] = await arrivals.reach(2);
      expect([first?.event.type, second?.event.type]).toEqual(['StartRequested', 'CancelRequested']);
    });

    it('carries a large call', async () => {
      const call = {
        ...callFinished(taskOf(runId, 1)),
        outcome: { status: 'success', result: big },
      } as const;
      await log.call(call);
      for await (const { event } of log.readAll('CALLS', ZERO)) expect(event).toEqual(call);
    });

    it('refuses a body over the limit and stores nothing', async () => {
      const narrow = await bench.open({ bodyLimits: { inline: 1_000, limit: 5_000 } });
      const oversized = { code: 'run-log/body-too-large', limit: 5_000, disposition: 'terminal' };
      const input = 'x'.repeat(6_000);
      await expect(narrow.start(runId, started(input))).rejects.toMatchObject(oversized);
      const chain = [flowStarted, scheduled(1, { runId, input })];
      await expect(narrow.decide(runId, ZERO, chain)).rejects.toMatchObject({
        ...oversized,
        eventType: 'TaskScheduled',
      });
      const result = finished(taskOf(runId, 1), { status: 'success', result: input });
      await expect(narrow.outcome(runId, result)).rejects.toMatchObject(oversized);
      expect((await log.readRun(runId)).events.map(({ event }) => event.type)).not.toContain(
        'StartRequested',
      );
    });

    it('drops something to watch that is too large, and says so', async () => {
      const troubles: unknown[] = [];
      const narrow = await bench.open({
        bodyLimits: { inline: 1_000, limit: 5_000 },
        onReaderTrouble: (_, error) => troubles.push(error),
      });
      const entry = { level: 'info', message: 'x'.repeat(2_000), at: millis(1) } as const;
      narrow.publishLive(runId, { type: 'LogEmitted', entry });
      expect(troubles).toMatchObject([{ code: 'run-log/body-too-large' }]);
    });
  });
}
