import 'reflect-metadata';
import { readSettings } from '../../settings/read-settings.js';
import { IsWebAddress } from '../../settings/web-address.js';
import { under } from '../field-readers.js';
import { matchesQuery } from '../match-query.js';
import type { SearchRequest, Source, SourceDefinition } from '../source.js';
import { visitPage } from '../visit.js';
import type { Visit } from '../visit.js';
import { parseRemotive } from './parse.js';

const MOST = 200;

export class RemotiveSettings {
  @IsWebAddress()
  baseUrl = 'https://remotive.com';
}

class RemotiveSource implements Source {
  readonly name = 'remotive';
  readonly offBecause = null;
  readonly takes = ['query'] as const;
  readonly boards = null;

  constructor(private readonly settings: RemotiveSettings) {}

  async *search({ query, limit, http, signal }: SearchRequest): AsyncGenerator<Visit> {
    if (!http) return;
    const found = new Set<string>();
    for (const keyword of query.keywords.length > 0 ? query.keywords : ['']) {
      if (found.size >= limit) return;
      const search = keyword ? `&search=${encodeURIComponent(keyword)}` : '';
      const url = under(this.settings.baseUrl, `/api/remote-jobs?limit=${MOST}${search}`);
      const visit = await visitPage(http, { url, kind: 'list', accept: 'json' }, signal, parseRemotive);
      // The search is a loose one, and does not know places.
      const fresh = visit.postings.filter((p) => !found.has(p.postingId) && matchesQuery(p, query));
      const postings = fresh.slice(0, limit - found.size);
      for (const { postingId } of postings) found.add(postingId);
      yield { ...visit, postings };
    }
  }
}

export const remotive: SourceDefinition<RemotiveSettings> = {
  name: 'remotive',
  title: 'Remotive',
  description: 'Open API of remotive.com: remote jobs from all over the world',
  readSettings: (env) => readSettings(RemotiveSettings, env, { baseUrl: 'SOURCE_REMOTIVE_URL' }),
  baseUrls: ({ baseUrl }) => [baseUrl],
  onFixtures: (settings, url) => ({ ...settings, baseUrl: under(url, '/remotive') }),
  create: (settings) => new RemotiveSource(settings),
};
