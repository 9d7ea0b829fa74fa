import { decimal, named, object, oneOf, text } from '../docs/shape.js';

const DEPENDENCY = object({
  status: oneOf(['ok', 'down']),
  'reason?': text({ description: 'Why it counts as down, in a sentence' }),
});

export const HEALTH = named(
  'Health',
  object({
    status: oneOf(['ok', 'degraded', 'down', 'stopping']),
    service: oneOf(['gateway']),
    dependencies: object({
      broker: DEPENDENCY,
      log: DEPENDENCY,
      audit: DEPENDENCY,
      database: DEPENDENCY,
      orchestrator: DEPENDENCY,
    }),
  }),
);

export const LIFE = named(
  'Life',
  object({ status: oneOf(['ok']), service: oneOf(['gateway']), uptimeSeconds: decimal({ minimum: 0 }) }),
);
