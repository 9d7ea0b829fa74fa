import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Arrivals } from '../arrivals.fixtures.js';
import { EVENT_VERSION } from '../events.js';
import { Header } from '../headers.js';
import { streamSeq } from '../ids.js';
import type { FlowRunId } from '../ids.js';
import type { Delivery, RunLog, Trigger } from '../run-log.js';
import { cancel, freshRun, scheduled } from '../run-log.fixtures.js';
import { partitionOf, runSubjects } from '../subjects.js';
import type { Undecodable } from '../undecodable.js';
import { atBench, NORMAL, text, ZERO } from './bench.fixtures.js';
import type { Bench, MakeBench } from './bench.fixtures.js';

/** What each reader does with a message that it cannot decode. */
export function undecodableFeatures(makeBench: MakeBench): void {
  describe('messages that cannot be decoded', () => {
    let bench: Bench;
    let log: RunLog;
    let runId: FlowRunId;

    beforeEach(async () => {
      ({ bench, log, runId } = await atBench(makeBench));
    });
    afterEach(() => bench.close());

    const bad = { [Header.eventType]: 'CancelRequested', [Header.eventVersion]: String(EVENT_VERSION) };
    const INVALID_UTF8 = new Uint8Array([0x22, 0xc3, 0x28, 0x22]);

    it.each([
      ['invalid UTF-8', bad, INVALID_UTF8, 'run-log/undecodable-event'],
      ['broken JSON', bad, text('{"type":'), 'run-log/undecodable-event'],
      ['JSON that is no object', bad, text('[1]'), 'run-log/undecodable-event'],
      ['no headers', {}, text('{}'), 'run-log/unknown-event'],
      [
        'a type nobody knows',
        { ...bad, [Header.eventType]: 'Exploded' },
        text('{}'),
        'run-log/unknown-event',
      ],
      ['a body that is gone', { ...bad, [Header.bodyRef]: 'x/y' }, text(''), 'run-log/undecodable-event'],
    ])('reports %s to the partition reader and goes on', async (_, headers, body, code) => {
      const problems: Undecodable[] = [];
      const careful = await bench.open({ onUndecodable: (problem) => void problems.push(problem) });
      const arrivals = new Arrivals<Delivery<Trigger>>();
      await bench.inject('RUN', runSubjects.request(runId, 'CancelRequested'), headers, body);
      await careful.orchestrate(partitionOf(runId), (delivery) => {
        delivery.ack();
        arrivals.take(delivery);
      });
      await log.request(runId, cancel, 'c1');
      const [next] = await arrivals.reach(1);
      expect(next?.event).toEqual(cancel);
      expect(problems).toMatchObject([
        { reader: `orchestrator-${partitionOf(runId)}`, runId, error: { code } },
      ]);
    });

    it.each([
      ['StartRequested', true],
      ['CancelRequested', false],
    ] as const)(
      'tells whoever works on the partition of a %s, and again where that failed',
      async (type, isStart) => {
        const told = new Arrivals<Undecodable>();
        let tells = 0;
        await bench.inject(
          'RUN',
          runSubjects.request(runId, type),
          { ...bad, [Header.eventType]: type },
          text('{'),
        );
        await log.orchestrate(
          partitionOf(runId),
          () => undefined,
          async (problem) => {
            told.take(problem);
            if (++tells === 1) throw new Error('could not halt the run');
          },
        );
        await told.reach(1);
        await bench.passTime(1_000);
        const problem = { runId, isStart, error: { code: 'run-log/undecodable-event' } };
        expect(await told.reach(2)).toMatchObject([problem, problem]);
      },
    );

    it('reports it to a service, a projector, a viewer and a rebuild, which go on too', async () => {
      const problems: string[] = [];
      const careful = await bench.open({ onUndecodable: ({ reader }) => void problems.push(reader) });
      const work = scheduled(1, { runId });
      const subject = runSubjects.decision(runId, work);
      await bench.inject('RUN', subject, { ...bad, [Header.eventType]: 'TaskScheduled' }, INVALID_UTF8);
      const served = new Arrivals<unknown>();
      const projected = new Arrivals<unknown>();
      const seen = new Arrivals<unknown>();
      await careful.serve(NORMAL, async (delivery) => {
        delivery.ack();
        served.take(delivery);
      });
      await careful.project('audit', 'RUN', 10, async (events) => events.forEach(projected.take));
      await careful.watch('RUN', { fromSeq: streamSeq(1) }, seen.take);
      const other = freshRun();
      await log.decide(other, ZERO, [scheduled(2, { runId: other })]);
      await Promise.all([served.reach(1), projected.reach(1), seen.reach(1)]);
      const rebuilt: unknown[] = [];
      for await (const stored of careful.readAll('RUN', ZERO)) rebuilt.push(stored);
      expect(rebuilt).toHaveLength(1);
      expect(problems.sort()).toEqual(['projector=audit', 'rebuild', 'service=sums=add=normal', 'viewer']);
    });

    it('hands it out again where reporting it failed', async () => {
      let reports = 0;
      const reported = new Arrivals<number>();
      const careful = await bench.open({
        onUndecodable: async () => {
          reported.take(++reports);
          if (reports === 1) throw new Error('could not halt the run');
        },
      });
      await bench.inject('RUN', runSubjects.request(runId, 'CancelRequested'), bad, text('{'));
      await careful.orchestrate(partitionOf(runId), () => undefined);
      await reported.reach(1);
      await bench.passTime(1_000);
      expect(await reported.reach(2)).toEqual([1, 2]);
    });
  });
}
