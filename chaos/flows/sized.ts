import type { FlowDefinition } from '#libs/flows';
import type { SizeInput } from './inputs.js';
import type { Scenario } from './scenario.js';

/** A scenario whose runs differ in size and pace only. */
export function sized(
  flow: FlowDefinition<SizeInput>,
  [least, most]: readonly [number, number],
  over: Partial<Pick<Scenario, 'weight' | 'steering'>> = {},
): Scenario {
  return {
    flow: flow,
    weight: 1,
    input: (random) => ({ size: random.int(least, most), ms: random.int(0, 60) }),
    ...over,
  };
}
