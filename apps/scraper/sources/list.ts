import { anySource } from './any-source.js';
import type { AnySource } from './any-source.js';
import { arbeitnow } from './arbeitnow/source.js';
import { arbeitsagentur } from './arbeitsagentur/source.js';
import { ashby } from './ashby/source.js';
import { greenhouse } from './greenhouse/source.js';
import { indeed } from './indeed/source.js';
import { jsonld } from './jsonld/source.js';
import { lever } from './lever/source.js';
import { personio } from './personio/source.js';
import { recruitee } from './recruitee/source.js';
import { remotive } from './remotive/source.js';
import { smartrecruiters } from './smartrecruiters/source.js';
import { stepstone } from './stepstone/source.js';

/** Every source there is. A new one is a folder and a line here, and its name in the contracts. */
export const SOURCES: readonly AnySource[] = [
  anySource(arbeitnow),
  anySource(arbeitsagentur),
  anySource(greenhouse),
  anySource(lever),
  anySource(ashby),
  anySource(smartrecruiters),
  anySource(personio),
  anySource(recruitee),
  anySource(remotive),
  anySource(stepstone),
  anySource(indeed),
  anySource(jsonld),
];
