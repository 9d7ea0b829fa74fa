import type { Scenario } from './scenario.js';
import { sized } from './sized.js';
import { cancelledSaga, cleaningUp, hooked, saga } from './undoing.flow.js';

export const SCENARIOS_OF_UNDOING: readonly Scenario[] = [
  sized(saga, [1, 4], { weight: 2 }),
  sized(cancelledSaga, [1, 3], {
    steering: (random) => [{ kind: 'cancel', afterMs: random.int(0, 1_000) }],
  }),
  sized(cleaningUp, [1, 1], {
    steering: (random) => [{ kind: 'cancel', afterMs: random.int(0, 1_000) }],
  }),
  sized(hooked, [1, 2]),
];
