import { SCENARIOS_OF_CHANCE } from './chance.scenarios.js';
import { CHILDREN, SCENARIOS_OF_CHILDREN } from './children.scenarios.js';
import { SCENARIOS_OF_LASTING } from './lasting.scenarios.js';
import type { Scenario } from './scenario.js';
import { SCENARIOS_OF_TASKS } from './tasks.scenarios.js';
import { SCENARIOS_OF_TIME } from './time.scenarios.js';
import { SCENARIOS_OF_UNDOING } from './undoing.scenarios.js';
import { SCENARIOS_OF_WAITING } from './waiting.scenarios.js';

/** Everything that the engine can do, in small flows. */
export const SCENARIOS: readonly Scenario[] = [
  ...SCENARIOS_OF_TASKS,
  ...SCENARIOS_OF_TIME,
  ...SCENARIOS_OF_CHANCE,
  ...SCENARIOS_OF_WAITING,
  ...SCENARIOS_OF_CHILDREN,
  ...SCENARIOS_OF_UNDOING,
  ...SCENARIOS_OF_LASTING,
];

export const FLOWS = [...SCENARIOS.map(({ flow }) => flow), ...CHILDREN];
