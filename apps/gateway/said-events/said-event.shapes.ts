import { named, object, text } from '../docs/shape.js';

export const SAID = named(
  'SaidEvent',
  object({ id: text({ description: 'The same again is the same event' }) }),
);
