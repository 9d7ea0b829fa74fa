import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EVENT_VERSION } from '../events.js';
import { Header } from '../headers.js';
import { millis } from '../ids.js';
import type { FlowRunId } from '../ids.js';
import type { RunLog } from '../run-log.js';
import { cancel, flowStarted, started } from '../run-log.fixtures.js';
import { runSubjects } from '../subjects.js';
import { atBench, text, ZERO } from './bench.fixtures.js';
import type { Bench, MakeBench } from './bench.fixtures.js';

/** What a run is loaded from. */
export function runReadingFeatures(makeBench: MakeBench): void {
  describe('reading a run', () => {
    let bench: Bench;
    let log: RunLog;
    let runId: FlowRunId;

    beforeEach(async () => {
      ({ bench, log, runId } = await atBench(makeBench));
    });
    afterEach(() => bench.close());

    it('knows nothing of a run that never was', async () => {
      await expect(log.readRun(runId)).resolves.toEqual({ runId, events: [], lastDecision: 0, last: 0 });
    });

    it('tells where each event lies and when it was stored', async () => {
      await log.start(runId, started());
      const { epoch } = await log.info('RUN');
      const [first] = (await log.readRun(runId)).events;
      expect(first).toMatchObject({ runId, position: { stream: 'RUN', epoch } });
      expect(Math.abs((first?.time ?? 0) - bench.now())).toBeLessThan(10_000);
    });

    it('leaves out timers that still wait, and names the last message all the same', async () => {
      const seq = await log.start(runId, started());
      await log.setTimer(runId, 't1', millis(bench.now() + 3_600_000));
      const history = await log.readRun(runId);
      expect(history.events).toHaveLength(1);
      expect(history.last).toBeGreaterThan(seq);
    });

    it.each([
      ['a version that this build does not know', 'CancelRequested', '99', '{}', 'run-log/unknown-event'],
      ['a type that nobody knows', 'Exploded', String(EVENT_VERSION), '{}', 'run-log/unknown-event'],
      ['a body that is no event', 'CancelRequested', String(EVENT_VERSION), '{', 'run-log/undecodable-event'],
    ])('says of %s where it lies, and reads the rest', async (_, type, version, body, code) => {
      await log.start(runId, started());
      const headers = { [Header.eventType]: type, [Header.eventVersion]: version };
      await bench.inject('RUN', runSubjects.request(runId, 'CancelRequested'), headers, text(body));
      const lastDecision = await log.decide(runId, ZERO, [flowStarted]);
      const { seq: last } = await log.request(runId, cancel, 'c1');
      const history = await log.readRun(runId);
      expect(history).toMatchObject({ lastDecision, last });
      expect(history.events.map(({ event }) => event.type)).toEqual([
        'StartRequested',
        'FlowStarted',
        'CancelRequested',
      ]);
      const { seq } = history.events[0]!.position;
      expect(history.unreadable).toMatchObject({
        code,
        eventType: type,
        seq: seq + 1,
        disposition: 'halt',
      });
    });

    it('counts a decision that it cannot read as the last one', async () => {
      const first = await log.decide(runId, ZERO, [flowStarted]);
      const headers = { [Header.eventType]: 'Exploded', [Header.eventVersion]: String(EVENT_VERSION) };
      await bench.inject('RUN', runSubjects.decision(runId, flowStarted), headers, text('{}'));
      const { lastDecision } = await log.readRun(runId);
      expect(lastDecision).toBeGreaterThan(first);
      const halted = { code: 'x', message: 'y', disposition: 'halt' } as const;
      await log.decide(runId, lastDecision, [{ type: 'RunHalted', reason: 'unknown-event', error: halted }]);
    });
  });
}
