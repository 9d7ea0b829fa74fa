import { named, object, text } from '../docs/shape.js';

export const TAKEN = named(
  'TakenWebhook',
  object({
    eventId: text({ description: 'What the sender calls the delivery; the same again starts nothing again' }),
  }),
);
