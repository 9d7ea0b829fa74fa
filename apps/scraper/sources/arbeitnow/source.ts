import 'reflect-metadata';
import { IsInt, Max, Min } from 'class-validator';
import { AsNumber, readSettings } from '../../settings/read-settings.js';
import { IsWebAddress } from '../../settings/web-address.js';
import { under } from '../field-readers.js';
import { matchesQuery } from '../match-query.js';
import type { SearchRequest, Source, SourceDefinition } from '../source.js';
import { visitPage } from '../visit.js';
import type { Visit } from '../visit.js';
import { parseArbeitnow } from './parse.js';

export class ArbeitnowSettings {
  @IsWebAddress()
  baseUrl = 'https://www.arbeitnow.com';

  /** The API cannot search, so pages are read and sifted here: how many at most. */
  @AsNumber()
  @IsInt()
  @Min(1)
  @Max(100)
  maxPages = 5;
}

class ArbeitnowSource implements Source {
  readonly name = 'arbeitnow';
  readonly offBecause = null;
  readonly takes = ['query'] as const;
  readonly boards = null;

  constructor(private readonly settings: ArbeitnowSettings) {}

  async *search({ query, limit, http, signal }: SearchRequest): AsyncGenerator<Visit> {
    if (!http) return;
    let found = 0;
    for (let page = 1; page <= this.settings.maxPages && found < limit; page++) {
      // The page is counted up rather than links.next followed, which names the real host behind a proxy.
      const url = under(this.settings.baseUrl, `/api/job-board-api?page=${page}`);
      const visit = await visitPage(http, { url, kind: 'list', accept: 'json' }, signal, parseArbeitnow);
      const postings = visit.postings.filter((p) => matchesQuery(p, query)).slice(0, limit - found);
      found += postings.length;
      yield { ...visit, postings };
      if (visit.page.outcome !== 'results') return;
    }
  }
}

export const arbeitnow: SourceDefinition<ArbeitnowSettings> = {
  name: 'arbeitnow',
  title: 'Arbeitnow',
  description: 'Open API of arbeitnow.com: jobs in Germany and remote, many of them in English',
  readSettings: (env) =>
    readSettings(ArbeitnowSettings, env, {
      baseUrl: 'SOURCE_ARBEITNOW_URL',
      maxPages: 'SOURCE_ARBEITNOW_PAGES',
    }),
  baseUrls: ({ baseUrl }) => [baseUrl],
  onFixtures: (settings, url) => ({ ...settings, baseUrl: under(url, '/arbeitnow') }),
  create: (settings) => new ArbeitnowSource(settings),
};
