import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FlowRunId } from '../ids.js';
import { started } from '../run-log.fixtures.js';
import { atBench } from './bench.fixtures.js';
import type { Bench, MakeBench } from './bench.fixtures.js';

/** A handle after its end. */
export function closingFeatures(makeBench: MakeBench): void {
  describe('closing', () => {
    let bench: Bench;
    let runId: FlowRunId;

    beforeEach(async () => {
      ({ bench, runId } = await atBench(makeBench));
    });
    afterEach(() => bench.close());

    it('names the broker as the trouble once it is closed', async () => {
      const other = await bench.open();
      await other.close();
      await expect(other.start(runId, started())).rejects.toMatchObject({ code: 'run-log/unavailable' });
    });
  });
}
