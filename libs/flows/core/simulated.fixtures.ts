import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach } from '@jest/globals';
import { flow, type FlowContext, type FlowDefinition } from '../index.js';
import type { FlowOptions } from '../contract.js';
import type { FlowHooks } from '../flow.js';
import { SampleDto } from '../testing/sample-operations.js';
import { SimulatedRun } from '../testing/simulated-run.js';

type Body = (input: SampleDto, ctx: FlowContext) => Promise<unknown>;

const made: SimulatedRun[] = [];

/**
 * Makes a run of which the spec checks at its end that a crash at any point changes nothing, and that no promise was
 * left rejected with nobody to look.
 */
export function simulate(definition: FlowDefinition, runId?: SimulatedRun['runId']): SimulatedRun {
  const run = new SimulatedRun(definition, runId);
  made.push(run);
  return run;
}

export const sample = (
  run: Body,
  over: Partial<FlowOptions<SampleDto>> & FlowHooks = {},
): FlowDefinition<SampleDto> =>
  flow({ name: 'sample', description: 'A flow under test.', input: SampleDto, ...over }, run);

export const types = (run: SimulatedRun): string[] => run.decisions.map(({ type }) => type);

afterEach(async () => {
  for (const run of made.splice(0)) await run.assertReplays();
  // Only then is it known whether a promise was left rejected, which fails the test.
  await nextTurn();
});
