import { counting, limits, parentOfRounds, remembering, restarted, rounds } from './lasting.flow.js';
import type { Scenario } from './scenario.js';
import { sized } from './sized.js';

export const SCENARIOS_OF_LASTING: readonly Scenario[] = [
  sized(rounds, [1, 4], { weight: 2 }),
  sized(parentOfRounds, [2, 3]),
  sized(counting, [1, 1], { weight: 2 }),
  sized(remembering, [1, 1], { weight: 2 }),
  sized(limits, [1, 4]),
  sized(restarted, [1, 2], {
    steering: (random) => [{ kind: 'restart', fromStep: random.int(1, 3), afterMs: random.int(200, 1_500) }],
  }),
];
