import { describe, expect, it } from '@jest/globals';
import { memoryBuckets } from '#libs/key-values';
import { flowRunId } from '#libs/run-log';
import { park, parkedRuns, unpark } from './parked-runs.js';

describe('rule 11: runs that wait for a version', () => {
  it('are found by whoever has it, until they are taken up', async () => {
    const values = memoryBuckets().open('PARKED');
    const of = { flow: 'greet', version: '1.10' };
    const [one, two, three] = ['run-1', 'run-2', 'run-3'].map(flowRunId) as [never, never, never];
    await park(values, of, one, 1);
    await park(values, of, one, 2);
    await park(values, of, two, 3);
    await park(values, { ...of, version: '1' }, three, 4);
    expect((await parkedRuns(values, of)).sort()).toEqual([one, two]);
    await unpark(values, of, one);
    await unpark(values, of, one);
    expect(await parkedRuns(values, of)).toEqual([two]);
  });
});
