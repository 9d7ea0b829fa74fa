import type { Scenario } from './scenario.js';
import { sized } from './sized.js';
import { cancelled, cancelledPerhaps, sleeping, sleepingBeside, tooLong } from './time.flow.js';

export const SCENARIOS_OF_TIME: readonly Scenario[] = [
  sized(sleeping, [1, 4], { weight: 2 }),
  sized(sleepingBeside, [1, 1], { weight: 2 }),
  sized(tooLong, [1, 1]),
  sized(cancelled, [1, 2], {
    steering: (random) => [{ kind: 'cancel', afterMs: random.int(0, 1_500), times: random.int(1, 2) }],
  }),
  sized(cancelledPerhaps, [1, 3], {
    steering: (random) => [{ kind: 'cancel', afterMs: random.int(0, 600) }],
  }),
];
