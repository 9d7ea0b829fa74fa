import { anything, flag, instant, linksTo, named, object, orNull, text } from '../docs/shape.js';

export const STATE = named(
  'State',
  object({
    flow: text(),
    name: text(),
    found: flag({
      description: 'False where nothing is kept, so that the next run begins with its initial value',
    }),
    value: anything('Any JSON'),
    runId: orNull(text({ description: 'The run that kept it; null where a person did' })),
    keptAt: orNull(instant()),
    links: linksTo('self', 'flowRun?'),
  }),
);
