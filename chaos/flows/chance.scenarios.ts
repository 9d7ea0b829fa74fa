import { drawing, unsteady, unsteadyBeside } from './chance.flow.js';
import type { Scenario } from './scenario.js';
import { sized } from './sized.js';

export const SCENARIOS_OF_CHANCE: readonly Scenario[] = [
  sized(unsteady, [1, 3], { weight: 2 }),
  sized(unsteadyBeside, [2, 5]),
  sized(drawing, [1, 4], { weight: 2 }),
];
