import 'reflect-metadata';
import { IsBoolean, IsString } from 'class-validator';
import { AsSwitch, readSettings } from '../../settings/read-settings.js';
import { IsWebAddress } from '../../settings/web-address.js';
import { under } from '../field-readers.js';
import type { Parsed } from '../parsed.js';
import type { SearchRequest, Source, SourceDefinition } from '../source.js';
import { visitPage, visitSaved } from '../visit.js';
import type { Visit } from '../visit.js';
import { visitDetails } from '../visit-details.js';
import { visitFolder } from '../visit-folder.js';
import { matchesQuery } from '../match-query.js';
import { parseResults, parseStepstonePage } from './parse.js';

const FOLDER = 'SOURCE_STEPSTONE_FOLDER';
const MAX_PAGES = 40;

export class StepstoneSettings {
  @IsWebAddress()
  baseUrl = 'https://www.stepstone.de';

  /** The board's terms are said to forbid programs: it is searched only when the person opts in. */
  @AsSwitch()
  @IsBoolean({ message: '$property must be true or false' })
  live = false;

  /** Folder with pages that the person saved; empty for none. */
  @IsString()
  folder = '';
}

class StepstoneSource implements Source {
  readonly name = 'stepstone';
  readonly takes = ['query', 'urls', 'savedPages'] as const;
  readonly boards = null;
  readonly offBecause: string | null;

  constructor(private readonly settings: StepstoneSettings) {
    this.offBecause =
      settings.live || settings.folder
        ? null
        : `it is searched only when you opt in (SOURCE_STEPSTONE_LIVE=true) or bring saved pages (${FOLDER}, savedPages, urls)`;
  }

  reads({ host, href }: URL): boolean {
    return /(^|\.)stepstone\.(de|at|be|nl|fr)$/.test(host) || href.startsWith(`${this.settings.baseUrl}/`);
  }

  async *search(request: SearchRequest): AsyncGenerator<Visit> {
    const { urls, savedPages, http, signal } = request;
    for (const page of savedPages) yield visitSaved(page, this.parseSaved);
    for (const url of urls) {
      if (http)
        yield await visitPage(http, { url, kind: 'detail', accept: 'html' }, signal, parseStepstonePage);
    }
    // What the person brought is the whole of the search.
    if (savedPages.length > 0 || urls.length > 0) return;
    if (this.settings.folder) yield* this.searchFolder(request);
    if (this.settings.live) yield* this.searchLive(request);
  }

  private async *searchFolder({ query, signal }: SearchRequest): AsyncGenerator<Visit> {
    for await (const visit of visitFolder(this.settings.folder, FOLDER, signal, this.parseSaved))
      yield { ...visit, postings: visit.postings.filter((posting) => matchesQuery(posting, query)) };
  }

  /** Links of a page that does not say where it is from lead to the board. */
  private readonly parseSaved = (html: string, url: string | null): Parsed =>
    parseStepstonePage(html, url ?? this.settings.baseUrl);

  private async *searchLive(request: SearchRequest): AsyncGenerator<Visit> {
    const found = new Set<string>();
    const keywords = request.query.keywords.length > 0 ? request.query.keywords : [''];
    for (const keyword of keywords) yield* this.searchKeyword(keyword, request, found);
  }

  private async *searchKeyword(
    keyword: string,
    { query, limit, fetchDetails, http, signal }: SearchRequest,
    found: Set<string>,
  ): AsyncGenerator<Visit> {
    if (!http) return;
    for (let page = 1; page <= MAX_PAGES && found.size < limit; page++) {
      const list = {
        url: this.resultUrl(keyword, query.location, page),
        kind: 'list',
        accept: 'html',
      } as const;
      let total: number | null = null;
      const visit = await visitPage(http, list, signal, (html, url) => {
        const parsed = parseResults(html, url);
        total = parsed.total;
        return parsed;
      });
      const postings = visit.postings
        .filter(({ postingId }) => !found.has(postingId))
        .slice(0, limit - found.size);
      for (const { postingId } of postings) found.add(postingId);
      yield { ...visit, postings };
      const details = fetchDetails ? postings.flatMap(({ url }) => url ?? []) : [];
      yield* visitDetails(http, details, { accept: 'html' }, signal, parseStepstonePage);
      // A page beyond the last repeats known postings.
      if (postings.length === 0 || (total !== null && found.size >= total)) return;
    }
  }

  private resultUrl(keyword: string, location: string | undefined, page: number): string {
    const slug = (text: string) =>
      encodeURIComponent(
        text
          .toLowerCase()
          .replace(/[^\p{L}\p{N}]+/gu, '-')
          .replace(/^-|-$/g, ''),
      );
    const what = slug(keyword);
    const path = `/jobs${what ? `/${what}` : ''}${location ? `/in-${slug(location)}` : ''}`;
    return under(this.settings.baseUrl, page === 1 ? path : `${path}?page=${page}`);
  }
}

export const stepstone: SourceDefinition<StepstoneSettings> = {
  name: 'stepstone',
  title: 'StepStone',
  description:
    'Pages of stepstone.de that you saved or whose address you paste; searched live only when you opt in',
  readSettings: (env) =>
    readSettings(StepstoneSettings, env, {
      baseUrl: 'SOURCE_STEPSTONE_URL',
      live: 'SOURCE_STEPSTONE_LIVE',
      folder: FOLDER,
    }),
  baseUrls: ({ baseUrl }) => [baseUrl],
  onFixtures: (settings, url) => ({ ...settings, baseUrl: under(url, '/stepstone'), live: true, folder: '' }),
  create: (settings) => new StepstoneSource(settings),
};
