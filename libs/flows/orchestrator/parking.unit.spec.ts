import { expect, it, jest } from '@jest/globals';
import { memoryBuckets } from '#libs/key-values';
import { createMemoryRunLog, flowRunId, partitionOf } from '#libs/run-log';
import { flow } from '../flow.js';
import { SampleDto } from '../testing/sample-operations.js';
import { ParkedRuns, UNPINNED } from './parking.js';
import { FlowRegistry } from './registry.js';

const named = (name: string, aliases: string[] = []) =>
  flow({ name, aliases, description: 'A flow under test.', input: SampleDto }, async () => 1);

it('asks the runs of its own partitions to go on whose version it has, and no others (rule 11)', async () => {
  const log = createMemoryRunLog();
  const registry = new FlowRegistry([named('known', ['once_known'])]);
  const parked = new ParkedRuns(memoryBuckets(), log, registry, jest.fn());
  const here = ['run-1', 'run-2'].map(flowRunId);
  const others = flowRunId('run-3');
  const lacked = flowRunId('run-4');
  expect(here.map(partitionOf)).not.toContain(partitionOf(others));
  await parked.park('known', '1', here[0]!);
  await parked.park('once_known', UNPINNED, here[1]!);
  await parked.park('known', '1', others);
  await parked.park('known', '2', lacked);
  await parked.resume((partition) => partition !== partitionOf(others));
  const asked = async (runId: typeof others) =>
    (await log.readRun(runId)).events.map(({ event }) => event.type);
  for (const runId of here) expect(await asked(runId)).toEqual(['ResumeRequested']);
  expect(await asked(others)).toEqual([]);
  expect(await asked(lacked)).toEqual([]);
});
