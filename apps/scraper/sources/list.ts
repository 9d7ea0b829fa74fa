import { anySource } from './any-source.js';
import type { AnySource } from './any-source.js';
import { arbeitnow } from './arbeitnow/source.js';
import { greenhouse } from './greenhouse/source.js';
import { jsonld } from './jsonld/source.js';
import { stepstone } from './stepstone/source.js';

/** Every source there is. A new one is a folder and a line here, and its name in the contracts. */
export const SOURCES: readonly AnySource[] = [
  anySource(arbeitnow),
  anySource(greenhouse),
  anySource(stepstone),
  anySource(jsonld),
];
