import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FlowRunId } from '../ids.js';
import type { RunLog } from '../run-log.js';
import { cancel, started } from '../run-log.fixtures.js';
import { atBench, ZERO } from './bench.fixtures.js';
import type { Bench, MakeBench } from './bench.fixtures.js';

/** A stream as a whole. */
export function streamReadingFeatures(makeBench: MakeBench): void {
  describe('reading a whole stream', () => {
    let bench: Bench;
    let log: RunLog;
    let runId: FlowRunId;

    beforeEach(async () => {
      ({ bench, log, runId } = await atBench(makeBench));
    });
    afterEach(() => bench.close());

    it('reads to the end it had when reading began', async () => {
      const first = await log.start(runId, started());
      const { seq } = await log.request(runId, cancel, 'c1');
      const seen: number[] = [];
      for await (const { position } of log.readAll('RUN', first)) {
        seen.push(position.seq);
        if (seen.length === 1) await log.request(runId, cancel, 'c2');
      }
      expect(seen).toEqual([first, seq]);
    });

    it('reads nothing of an empty one', async () => {
      for await (const stored of log.readAll('CALLS', ZERO)) expect(stored).toBeUndefined();
      await expect(log.info('CALLS')).resolves.toMatchObject({ messages: 0, lastSeq: 0 });
    });
  });
}
