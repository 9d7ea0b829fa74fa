import { FAMILY, cancelledParent, disappointed, grandparent, parent, releasing } from './children.flow.js';
import type { Scenario } from './scenario.js';
import { sized } from './sized.js';

export const SCENARIOS_OF_CHILDREN: readonly Scenario[] = [
  sized(parent, [1, 3], { weight: 2 }),
  sized(grandparent, [1, 1]),
  sized(disappointed, [1, 1]),
  sized(releasing, [1, 2]),
  sized(cancelledParent, [1, 2], {
    steering: (random) => [{ kind: 'cancel', afterMs: random.int(0, 1_200) }],
  }),
];

/** Started by others only. */
export const CHILDREN = FAMILY;
