import 'reflect-metadata';
import { ArrayMaxSize, IsString } from 'class-validator';
import { AsList, readSettings } from '../../settings/read-settings.js';
import { IsWebAddress } from '../../settings/web-address.js';
import { under } from '../field-readers.js';
import { matchesQuery } from '../match-query.js';
import type { SearchRequest, Source, SourceDefinition } from '../source.js';
import { visitPage, visitSaved } from '../visit.js';
import type { Visit } from '../visit.js';
import { visitFolder } from '../visit-folder.js';
import { parseJobPostingPage } from './parse.js';

const FOLDER = 'SOURCE_JSONLD_FOLDER';
const URLS = 'SOURCE_JSONLD_URLS';
const FIXTURE_PAGES = [
  '/careers/hafenlicht/leitung-kundendienst',
  '/careers/northquay/site-reliability-engineer',
];

export class JsonLdSettings {
  /** The watch-list: pages that a search without addresses of its own looks at. */
  @AsList()
  @ArrayMaxSize(200)
  @IsWebAddress({ each: true })
  urls: string[] = [];

  /** Folder with pages that the person saved; empty for none. */
  @IsString()
  folder = '';
}

class JsonLdSource implements Source {
  readonly name = 'jsonld';
  readonly takes = ['query', 'urls', 'savedPages'] as const;
  readonly boards = null;
  readonly offBecause: string | null;

  constructor(private readonly settings: JsonLdSettings) {
    this.offBecause =
      settings.urls.length > 0 || settings.folder
        ? null
        : `it needs pages: name some in ${URLS} or ${FOLDER}, or bring urls or savedPages`;
  }

  async *search(request: SearchRequest): AsyncGenerator<Visit> {
    const { savedPages, urls, signal } = request;
    for (const page of savedPages) yield visitSaved(page, parseJobPostingPage);
    yield* this.visitAll(urls, request);
    if (savedPages.length > 0 || urls.length > 0) return;
    const { folder } = this.settings;
    if (folder)
      for await (const visit of visitFolder(folder, FOLDER, signal, parseJobPostingPage))
        yield sift(visit, request);
    for await (const visit of this.visitAll(this.settings.urls, request)) yield sift(visit, request);
  }

  private async *visitAll(urls: readonly string[], { http, signal }: SearchRequest): AsyncGenerator<Visit> {
    if (!http) return;
    for (const url of urls)
      yield await visitPage(http, { url, kind: 'detail', accept: 'html' }, signal, parseJobPostingPage);
  }
}

/** Watched pages are sifted by the query; pages that were brought along are wanted as they are. */
const sift = (visit: Visit, { query }: SearchRequest): Visit => ({
  ...visit,
  postings: visit.postings.filter((posting) => matchesQuery(posting, query)),
});

export const jsonld: SourceDefinition<JsonLdSettings> = {
  name: 'jsonld',
  title: 'Any page with schema.org JobPosting',
  description: 'Pages of employers and boards that describe their openings in JSON-LD, by address or saved',
  readSettings: (env) => readSettings(JsonLdSettings, env, { urls: URLS, folder: FOLDER }),
  baseUrls: ({ urls }) => urls,
  onFixtures: (settings, url) => ({
    ...settings,
    urls: FIXTURE_PAGES.map((path) => under(url, path)),
    folder: '',
  }),
  create: (settings) => new JsonLdSource(settings),
};
