import type { Scenario } from './scenario.js';
import { sized } from './sized.js';
import {
  allAtOnce,
  bulky,
  chain,
  fanOut,
  overdue,
  refused,
  retrying,
  sending,
  sendingAtOnce,
} from './tasks.flow.js';

export const SCENARIOS_OF_TASKS: readonly Scenario[] = [
  sized(chain, [1, 6], { weight: 3 }),
  sized(retrying, [1, 3], { weight: 2 }),
  sized(fanOut, [3, 10], { weight: 2 }),
  sized(allAtOnce, [9, 20]),
  sized(sending, [1, 3], { weight: 3 }),
  sized(sendingAtOnce, [2, 5], { weight: 2 }),
  sized(refused, [1, 1]),
  sized(overdue, [1, 1]),
  sized(bulky, [1, 1]),
];
