import 'reflect-metadata';
import { ArrayMaxSize, Matches } from 'class-validator';
import { AsList, readSettings } from '../../settings/read-settings.js';
import { IsWebAddress } from '../../settings/web-address.js';
import { under } from '../field-readers.js';
import { matchesQuery } from '../match-query.js';
import type { SearchRequest, Source, SourceDefinition } from '../source.js';
import { visitPage } from '../visit.js';
import type { Visit } from '../visit.js';
import { visitDetails } from '../visit-details.js';
import { parseGreenhouseBoard, parseGreenhouseJob } from './parse.js';

const FIXTURE_BOARDS = ['lindwerk', 'northquay'];

export class GreenhouseSettings {
  @IsWebAddress()
  baseUrl = 'https://boards-api.greenhouse.io';

  /** The watch-list: board tokens, as in boards.greenhouse.io/<token>. */
  @AsList()
  @ArrayMaxSize(200)
  @Matches(/^[A-Za-z0-9_-]{1,100}$/, {
    each: true,
    message: '$property must be board tokens of letters, digits, - and _, separated by commas',
  })
  boards: string[] = ['gitlab'];
}

class GreenhouseSource implements Source {
  readonly name = 'greenhouse';
  readonly takes = ['query'] as const;
  readonly offBecause: string | null;

  constructor(private readonly settings: GreenhouseSettings) {
    this.offBecause =
      settings.boards.length > 0 ? null : 'no board is watched: name some in SOURCE_GREENHOUSE_BOARDS';
  }

  async *search(request: SearchRequest): AsyncGenerator<Visit> {
    const { query, limit, http, signal } = request;
    if (!http) return;
    let found = 0;
    for (const token of this.settings.boards) {
      if (found >= limit) return;
      const board = under(this.settings.baseUrl, `/v1/boards/${token}/jobs`);
      const list = { url: `${board}?content=true`, kind: 'list', accept: 'json' } as const;
      const visit = await visitPage(http, list, signal, (text) => parseGreenhouseBoard(text, token));
      const postings = visit.postings.filter((p) => matchesQuery(p, query)).slice(0, limit - found);
      found += postings.length;
      yield { ...visit, postings };
      if (!request.fetchDetails) continue;
      // The list tells everything but the pay.
      const details = postings.map(({ references }) => `${board}/${references.jobId}?pay_transparency=true`);
      yield* visitDetails(http, details, 'json', signal, (text) => parseGreenhouseJob(text, token));
    }
  }
}

export const greenhouse: SourceDefinition<GreenhouseSettings> = {
  name: 'greenhouse',
  title: 'Greenhouse',
  description: 'Open API of Greenhouse: the boards of the employers on your watch-list',
  readSettings: (env) =>
    readSettings(GreenhouseSettings, env, {
      baseUrl: 'SOURCE_GREENHOUSE_URL',
      boards: 'SOURCE_GREENHOUSE_BOARDS',
    }),
  baseUrls: ({ baseUrl }) => [baseUrl],
  onFixtures: (settings, url) => ({
    ...settings,
    baseUrl: under(url, '/greenhouse'),
    boards: FIXTURE_BOARDS,
  }),
  create: (settings) => new GreenhouseSource(settings),
};
