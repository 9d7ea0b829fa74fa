import type { Steering } from '../plan/steering.js';
import type { Scenario } from './scenario.js';
import { sized } from './sized.js';
import { approved, pausable, racing, signalled, unheard } from './waiting.flow.js';

export const SCENARIOS_OF_WAITING: readonly Scenario[] = [
  {
    ...sized(signalled, [2, 2], { weight: 2 }),
    // Three for two: one is left over, or comes when the run has ended.
    steering: (random) =>
      [1, 2, 3].map((turn): Steering => ({
        kind: 'signal',
        name: 'go',
        payload: { turn },
        afterMs: random.int(0, 1_500),
      })),
  },
  sized(unheard, [1, 1]),
  sized(approved, [1, 1], {
    weight: 2,
    steering: (random) =>
      random.chance(0.8)
        ? [
            {
              kind: 'approve',
              approved: random.chance(0.7),
              times: random.int(1, 2),
              afterMs: random.int(0, 1_500),
            },
          ]
        : [],
  }),
  sized(racing, [1, 2], {
    steering: (random) =>
      random.chance(0.3)
        ? [{ kind: 'signal', name: 'stop', payload: 'told to', afterMs: random.int(0, 400) }]
        : [],
  }),
  sized(pausable, [1, 4], {
    weight: 2,
    steering: (random) => {
      const pausedAt = random.int(0, 1_000);
      return [
        { kind: 'pause', afterMs: pausedAt },
        { kind: 'resume', afterMs: pausedAt + random.int(0, 1_500) },
      ];
    },
  }),
];
