import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { millis, streamSeq } from '../ids.js';
import type { FlowRunId } from '../ids.js';
import type { RunLog } from '../run-log.js';
import {
  cancel,
  claimed,
  finished,
  flowStarted,
  freshRun,
  scheduled,
  started,
  taskOf,
} from '../run-log.fixtures.js';
import { atBench, ZERO } from './bench.fixtures.js';
import type { Bench, MakeBench } from './bench.fixtures.js';

/** What is left of a run that is forgotten. */
export function forgettingFeatures(makeBench: MakeBench): void {
  describe('forgetting a run', () => {
    let bench: Bench;
    let log: RunLog;
    let runId: FlowRunId;

    beforeEach(async () => {
      ({ bench, log, runId } = await atBench(makeBench));
    });
    afterEach(() => bench.close());

    const end = { type: 'FlowCompleted', result: 3 } as const;
    const types = async (): Promise<string[]> =>
      (await log.readRun(runId)).events.map(({ event }) => event.type);

    /** A run with a claim, a timer that waits and two large bodies. Gives its last message and its objects. */
    async function ended() {
      await log.start(runId, started('y'.repeat(400_000)));
      const input = 'x'.repeat(300_000);
      const decided = await log.decide(runId, ZERO, [flowStarted, scheduled(1, { runId, input })]);
      await log.claim(runId, claimed(taskOf(runId, 1), 'one', 'nonce'));
      await log.outcome(runId, finished(taskOf(runId, 1)));
      await log.setTimer(runId, 't1', millis(bench.now() + 3_600_000));
      await log.decide(runId, decided, [end]);
      const { last, bodies = [] } = await log.readRun(runId);
      return { last, bodies };
    }

    it('leaves its ends, which refuse another start and say that it has ended (rule 20)', async () => {
      const { last, bodies } = await ended();
      expect(bodies).toHaveLength(2);
      const other = freshRun();
      await log.start(other, started());
      await log.forget(runId, { upTo: last, keep: 'ends', bodies });
      await log.forget(runId, { upTo: last, keep: 'ends', bodies });
      const left = await log.readRun(runId);
      expect(left.events.map(({ event }) => event)).toEqual([started('y'.repeat(400_000)), end]);
      expect(left.lastDecision).toBe(left.last);
      expect(left.bodies).toEqual([bodies[0]]);
      await expect(log.start(runId, started())).rejects.toMatchObject({ code: 'run-log/run-exists' });
      await expect(log.decide(runId, ZERO, [flowStarted])).rejects.toMatchObject({
        code: 'run-log/fenced-out',
      });
      expect((await log.readRun(other)).events).toHaveLength(1);
    });

    it('leaves nothing, not even objects, and then frees the id', async () => {
      const { last, bodies } = await ended();
      await log.forget(runId, { upTo: last, keep: 'ends', bodies });
      await log.forget(runId, { upTo: last, keep: 'nothing', bodies });
      await log.forget(runId, { upTo: last, keep: 'nothing', bodies });
      expect(await log.readRun(runId)).toMatchObject({ events: [], last: 0 });
      await log.start(runId, started('y'.repeat(400_000)));
      expect(await types()).toEqual(['StartRequested']);
    });

    it.each(['ends', 'nothing'] as const)('keeps what came later: %s', async (keep) => {
      const { last, bodies } = await ended();
      await log.request(runId, cancel, 'late');
      await log.forget(runId, { upTo: last, keep, bodies });
      expect(await types()).toEqual(
        keep === 'ends' ? ['StartRequested', 'FlowCompleted', 'CancelRequested'] : ['CancelRequested'],
      );
    });

    it('knows nothing of a run that never was', async () => {
      const nothing = { upTo: streamSeq(9), bodies: [`${runId}/none`] };
      await log.forget(runId, { ...nothing, keep: 'ends' });
      await log.forget(runId, { ...nothing, keep: 'nothing' });
      expect(await types()).toEqual([]);
    });
  });
}
