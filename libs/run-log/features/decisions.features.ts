import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Arrivals } from '../arrivals.fixtures.js';
import { millis, streamSeq } from '../ids.js';
import type { FlowRunId } from '../ids.js';
import type { RunLog } from '../run-log.js';
import { cancel, decisions, finished, flowStarted, scheduled, started, taskOf } from '../run-log.fixtures.js';
import { partitionOf } from '../subjects.js';
import { atBench, ZERO } from './bench.fixtures.js';
import type { Bench, MakeBench } from './bench.fixtures.js';

/** The chain of decisions of a run, which one writer at a time goes on with. */
export function decisionFeatures(makeBench: MakeBench): void {
  describe('decisions', () => {
    let bench: Bench;
    let log: RunLog;
    let runId: FlowRunId;

    beforeEach(async () => {
      ({ bench, log, runId } = await atBench(makeBench));
    });
    afterEach(() => bench.close());

    it('appends a chain, each expecting the one before, and returns the last sequence', async () => {
      await log.start(runId, started());
      const decisions = [flowStarted, scheduled(1, { runId }), scheduled(2, { runId })];
      const last = await log.decide(runId, ZERO, decisions);
      const history = await log.readRun(runId);
      expect(history.lastDecision).toBe(last);
      expect(history.events.slice(1).map(({ event }) => event)).toEqual(decisions);
    });

    it('refuses the decision of an orchestrator that lost the run', async () => {
      const last = await log.decide(runId, ZERO, [flowStarted]);
      const other = await bench.open();
      await other.decide(runId, last, [scheduled(1, { runId })]);
      await expect(log.decide(runId, last, [scheduled(2, { runId })])).rejects.toMatchObject({
        code: 'run-log/fenced-out',
        runId,
        expected: last,
        stored: 0,
      });
    });

    it('lets facts and requests lie between decisions without moving the fence', async () => {
      const last = await log.decide(runId, ZERO, [flowStarted, scheduled(1, { runId })]);
      await log.outcome(runId, finished(taskOf(runId, 1)));
      await log.setTimer(runId, 't1', millis(bench.now() + 3_600_000));
      await expect(log.decide(runId, last, [scheduled(2, { runId })])).resolves.toBeGreaterThan(last);
    });

    it('appends many as a whole and refuses them as a whole', async () => {
      const many = Array.from({ length: 30 }, (_, step) => scheduled(step, { runId }));
      const last = await log.decide(runId, ZERO, many);
      const history = await log.readRun(runId);
      expect(history.events.map(({ event }) => event)).toEqual(many);
      expect(history.lastDecision).toBe(last);
      await expect(log.decide(runId, streamSeq(last - 1), many)).rejects.toMatchObject({
        code: 'run-log/fenced-out',
        stored: 0,
      });
      expect((await log.readRun(runId)).events).toHaveLength(30);
    });

    it('appends more than the 1,000 that the broker takes in one batch (rule 21)', async () => {
      const many = Array.from({ length: 2_050 }, (_, step) => scheduled(step, { runId, input: 0 }));
      const last = await log.decide(runId, ZERO, many);
      const history = await log.readRun(runId);
      expect(history.events).toHaveLength(2_050);
      expect(history.lastDecision).toBe(last);
    });

    it('leaves a prefix where it was cut off in the middle, which the next append continues', async () => {
      const decisions = [flowStarted, scheduled(1, { runId }), scheduled(2, { runId })];
      const cut = await log.decide(runId, ZERO, decisions.slice(0, 2));
      const { events, lastDecision } = await log.readRun(runId);
      expect(lastDecision).toBe(cut);
      await log.decide(runId, lastDecision, decisions.slice(events.length));
      expect((await log.readRun(runId)).events.map(({ event }) => event)).toEqual(decisions);
    });

    it('lets exactly one of two writers have each place in a run', async () => {
      const other = await bench.open();
      const fight = async (writer: RunLog): Promise<number> => {
        let won = 0;
        for (let round = 0; round < 20; round++) {
          const { lastDecision } = await writer.readRun(runId);
          try {
            await writer.decide(runId, lastDecision, [scheduled(round, { runId })]);
            won++;
          } catch (error) {
            expect(error).toMatchObject({ code: 'run-log/fenced-out' });
          }
        }
        return won;
      };
      const [first, second] = await Promise.all([fight(log), fight(other)]);
      expect((await log.readRun(runId)).events).toHaveLength(first + second);
    });

    it('refuses what is no decision (rule 21)', async () => {
      const forged = started() as unknown as typeof flowStarted;
      await expect(log.decide(runId, ZERO, [forged])).rejects.toThrow(TypeError);
    });

    it('fences every kind of decision, and triggers nothing by it', async () => {
      const arrivals = new Arrivals<string>();
      await log.orchestrate(partitionOf(runId), (delivery) => {
        delivery.ack();
        arrivals.take(delivery.event.type);
      });
      let last = ZERO;
      for (const decision of decisions(runId)) {
        const before = last;
        last = await log.decide(runId, last, [decision]);
        await expect(log.decide(runId, before, [decision])).rejects.toMatchObject({
          code: 'run-log/fenced-out',
        });
      }
      const history = await log.readRun(runId);
      expect(history.events.map(({ event }) => event)).toEqual(decisions(runId));
      expect(history.lastDecision).toBe(last);
      await log.request(runId, cancel, 'c1');
      expect(await arrivals.reach(1)).toEqual(['CancelRequested']);
    });

    it('stores nothing for no decisions', async () => {
      await expect(log.decide(runId, streamSeq(7), [])).resolves.toBe(7);
    });
  });
}
