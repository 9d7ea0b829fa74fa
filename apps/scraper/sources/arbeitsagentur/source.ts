import 'reflect-metadata';
import { IsInt, IsString, Matches, Max, Min } from 'class-validator';
import type { HttpClient } from '../../http/http-client.js';
import { AsNumber, readSettings } from '../../settings/read-settings.js';
import { IsWebAddress } from '../../settings/web-address.js';
import { under } from '../field-readers.js';
import { REMOTE_PLACE } from '../match-query.js';
import { notOurs } from '../not-ours.js';
import type { SearchRequest, Source, SourceDefinition } from '../source.js';
import { visitPage } from '../visit.js';
import type { Visit } from '../visit.js';
import { visitDetails } from '../visit-details.js';
import { parseArbeitsagenturList, parseArbeitsagenturOffer } from './parse.js';

const TITLE = 'Bundesagentur für Arbeit';
const MOST_PER_PAGE = 100;
/** The one that is kept up, and the one before it, which is asked where that one is gone or has changed. */
const VERSIONS = ['v6', 'v4'] as const;

export class ArbeitsagenturSettings {
  @IsWebAddress()
  baseUrl = 'https://rest.arbeitsagentur.de';

  /** The public key of the agency's own search page. */
  @IsString()
  @Matches(/^[\x21-\x7e]{1,200}$/, { message: '$property must be a key of visible characters' })
  apiKey = 'jobboerse-jobsuche';

  /** How far around a place, in kilometres. */
  @AsNumber()
  @IsInt()
  @Min(0)
  @Max(200)
  radiusKm = 25;

  /** How many pages a search of one keyword reads at most. */
  @AsNumber()
  @IsInt()
  @Min(1)
  @Max(100)
  maxPages = 10;
}

type Asking = SearchRequest & { readonly http: HttpClient };

class ArbeitsagenturSource implements Source {
  readonly name = 'arbeitsagentur';
  readonly offBecause = null;
  readonly takes = ['query', 'urls'] as const;
  readonly boards = null;

  constructor(private readonly settings: ArbeitsagenturSettings) {}

  reads(url: URL): boolean {
    return referenceIn(url) !== null;
  }

  async *search(request: SearchRequest): AsyncGenerator<Visit> {
    const { http, query, limit, urls } = request;
    if (!http) return;
    yield* this.visitAddresses({ ...request, http });
    if (urls.length > 0) return;
    const found = new Set<string>();
    for (const keyword of query.keywords.length > 0 ? query.keywords : ['']) {
      for (const version of VERSIONS) {
        let served = false;
        for await (const visit of this.searchVersion(version, keyword, { ...request, http }, found)) {
          if (visit.page.kind === 'list' && !mayHaveMoved(visit)) served = true;
          yield visit;
        }
        if (served) break;
      }
      if (found.size >= limit) return;
    }
  }

  /** The agency's pages are programs; what they show is asked where they ask it. */
  private async *visitAddresses({ urls, http, signal }: Asking): AsyncGenerator<Visit> {
    const headers = { 'x-api-key': this.settings.apiKey };
    for (const address of urls) {
      const reference = referenceIn(new URL(address));
      if (reference === null) yield notOurs(address, TITLE);
      else {
        const page = { url: this.detailUrl(reference), kind: 'detail', accept: 'json', headers } as const;
        yield await visitPage(http, page, signal, parseArbeitsagenturOffer);
      }
    }
  }

  private async *searchVersion(
    version: (typeof VERSIONS)[number],
    keyword: string,
    { query, limit, fetchDetails, http, signal }: Asking,
    found: Set<string>,
  ): AsyncGenerator<Visit> {
    const headers = { 'x-api-key': this.settings.apiKey };
    const size = Math.min(MOST_PER_PAGE, Math.max(limit, 1));
    for (let page = 1; page <= this.settings.maxPages && found.size < limit; page++) {
      const url = this.listUrl(version, { keyword, location: query.location, page, size });
      let total = 0;
      const list = { url, kind: 'list', accept: 'json', headers } as const;
      const visit = await visitPage(http, list, signal, (text) => {
        const parsed = parseArbeitsagenturList(text);
        total = parsed.total;
        return parsed;
      });
      const fresh = visit.postings.filter(({ postingId }) => !found.has(postingId));
      const postings = fresh.slice(0, limit - found.size);
      for (const { postingId } of postings) found.add(postingId);
      yield { ...visit, postings };
      const details = fetchDetails ? postings.map(({ postingId }) => this.detailUrl(postingId)) : [];
      yield* visitDetails(http, details, { accept: 'json', headers }, signal, parseArbeitsagenturOffer);
      if (postings.length === 0 || page * size >= total) return;
    }
  }

  private listUrl(
    version: string,
    { keyword, location, page, size }: { keyword: string; location?: string; page: number; size: number },
  ): string {
    const query = new URLSearchParams();
    if (keyword) query.set('was', keyword);
    if (location && REMOTE_PLACE.test(location)) query.set('homeoffice', 'nv_true');
    else if (location) {
      query.set('wo', location);
      query.set('umkreis', String(this.settings.radiusKm));
    }
    query.set('page', String(page));
    query.set('size', String(size));
    return under(this.settings.baseUrl, `/jobboerse/jobsuche-service/pc/${version}/jobs?${query.toString()}`);
  }

  private detailUrl(reference: string): string {
    const id = encodeURIComponent(Buffer.from(reference).toString('base64'));
    return under(this.settings.baseUrl, `/jobboerse/jobsuche-service/pc/v4/jobdetails/${id}`);
  }
}

/** Reads which opening a page of the agency shows; null where it shows none. */
function referenceIn({ host, pathname }: URL): string | null {
  const [, said] = /^\/jobsuche\/jobdetail\/([^/]{1,200})\/?$/.exec(pathname) ?? [];
  if (said === undefined || !/^(www\.)?arbeitsagentur\.de$/.test(host)) return null;
  try {
    return decodeURIComponent(said);
  } catch {
    return null;
  }
}

/** Tells whether another version of the API may answer where this one does not. */
const mayHaveMoved = ({ page }: Visit): boolean =>
  page.outcome === 'schema_changed' || page.error?.code === 'scraper/unexpected-status';

export const arbeitsagentur: SourceDefinition<ArbeitsagenturSettings> = {
  name: 'arbeitsagentur',
  title: TITLE,
  description: 'Open API of arbeitsagentur.de, the largest board in Germany',
  readSettings: (env) =>
    readSettings(ArbeitsagenturSettings, env, {
      baseUrl: 'SOURCE_ARBEITSAGENTUR_URL',
      apiKey: 'SOURCE_ARBEITSAGENTUR_KEY',
      radiusKm: 'SOURCE_ARBEITSAGENTUR_RADIUS_KM',
      maxPages: 'SOURCE_ARBEITSAGENTUR_PAGES',
    }),
  baseUrls: ({ baseUrl }) => [baseUrl],
  onFixtures: (settings, url) => ({ ...settings, baseUrl: under(url, '/arbeitsagentur') }),
  create: (settings) => new ArbeitsagenturSource(settings),
};
