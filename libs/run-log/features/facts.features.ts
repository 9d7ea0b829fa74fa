import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { millis } from '../ids.js';
import type { FlowRunId } from '../ids.js';
import type { RunLog } from '../run-log.js';
import { claimed, finished, taskOf } from '../run-log.fixtures.js';
import { atBench } from './bench.fixtures.js';
import type { Bench, MakeBench } from './bench.fixtures.js';

/** What workers say: that they have taken an attempt, and how it has ended. */
export function factFeatures(makeBench: MakeBench): void {
  describe('claims', () => {
    let bench: Bench;
    let log: RunLog;
    let runId: FlowRunId;

    beforeEach(async () => {
      ({ bench, log, runId } = await atBench(makeBench));
    });
    afterEach(() => bench.close());

    it('gives an attempt to one holder, who may ask again', async () => {
      const task = taskOf(runId, 1);
      const seq = await log.claim(runId, claimed(task, 'worker-1', 'n1'));
      await expect(log.claim(runId, claimed(task, 'worker-1', 'n1'))).resolves.toBe(seq);
      await expect(log.claim(runId, claimed(task, 'worker-2', 'n2'))).rejects.toMatchObject({
        code: 'run-log/claim-taken',
        holder: 'worker-1',
        attempt: 1,
      });
    });
  });

  describe('outcomes', () => {
    let bench: Bench;
    let log: RunLog;
    let runId: FlowRunId;

    beforeEach(async () => {
      ({ bench, log, runId } = await atBench(makeBench));
    });
    afterEach(() => bench.close());

    it('stores a repeat of an outcome once', async () => {
      const fact = finished(taskOf(runId, 1));
      const seq = await log.outcome(runId, fact);
      await expect(log.outcome(runId, fact)).resolves.toBe(seq);
      expect((await log.readRun(runId)).events).toHaveLength(1);
    });

    it('stores the end of an attempt that was put off before', async () => {
      const task = taskOf(runId, 1);
      await log.outcome(runId, finished(task, { status: 'deferred', until: millis(5) }));
      await log.outcome(runId, finished(task, { status: 'deferred', until: millis(9) }));
      await log.outcome(runId, finished(task));
      expect((await log.readRun(runId)).events).toHaveLength(3);
    });
  });
}
