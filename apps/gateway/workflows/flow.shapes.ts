import { linksTo, list, named, object, text } from '../docs/shape.js';

export const FLOW = named(
  'Flow',
  object({
    name: text(),
    aliases: list(text(), { description: 'Other names by which it may be started' }),
    description: text(),
    version: text(),
    tags: list(text()),
    inputSchema: { type: 'object', description: 'A JSON Schema of its parameters' },
    links: linksTo('self', 'start', 'runs', 'state'),
  }),
);
