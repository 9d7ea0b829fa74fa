import { embeddedJson } from '../embedded-json.js';
import { assertNotBlockPage } from '../block-page.js';
import { employmentTypes } from '../employment-type.js';
import { dateOf, oneLine, webAddress } from '../field-readers.js';
import { parseEach } from '../parsed.js';
import type { Parsed } from '../parsed.js';
import type { Posting, Salary, SalaryPeriod } from '../posting.js';
import { SchemaChangedError } from '../schema-changed.js';
import { asListing, asResultItem, asResultList } from './shapes.js';
import type { Listing, ResultItem, UnifiedSalary } from './shapes.js';

const RESULT_STATE =
  /__PRELOADED_STATE__\s*(?:\[\s*["']app-unifiedResultlist["']\s*\]|\.app-unifiedResultlist)\s*=\s*/;
// What is assigned here is JavaScript: only the value of `props` is JSON.
const DETAIL_STATE =
  /__PRELOADED_STATE__\s*(?:\.JobAdContent|\[\s*["']JobAdContent["']\s*\])\s*=\s*\{\s*"?props"?\s*:\s*/;

export interface ResultPage extends Parsed {
  /** How many the board says there are in all; null where it does not say. */
  readonly total: number | null;
}

/** Parses a result page, an opening's own page, or either of them saved. `url` makes relative links whole. */
export function parseStepstonePage(html: string, url: string | null): Parsed {
  return DETAIL_STATE.test(html) ? parseDetail(html, url) : parseResults(html, url);
}

/** Parses a result page: postings with snippets. Throws SchemaChangedError or BlockPageError. */
export function parseResults(html: string, url: string | null): ResultPage {
  const state = embeddedJson(html, RESULT_STATE, '__PRELOADED_STATE__["app-unifiedResultlist"]');
  if (state === undefined) return throwUnknownPage(html);
  const { items, meta } = asResultList(state).searchResults;
  const parsed = parseEach(items, 'searchResults.items', (item, at) => fromItem(asResultItem(item, at), url));
  return { ...parsed, total: meta?.total ?? null };
}

/** Parses an opening's own page, with its whole text. */
export function parseDetail(html: string, url: string | null): Parsed {
  const props = embeddedJson(html, DETAIL_STATE, '__PRELOADED_STATE__.JobAdContent.props');
  if (props === undefined) return throwUnknownPage(html);
  return { postings: [fromListing(asListing(props), html, url)], faults: [] };
}

/** The number that ends the path of an opening's page. */
export const idOfUrl = (url: string): string | null =>
  /--(\d+)(?:-inline)?\.html(?:[?#]|$)/.exec(url)?.[1] ?? null;

function throwUnknownPage(html: string): never {
  assertNotBlockPage(html);
  throw new SchemaChangedError(
    'the page',
    'a script with __PRELOADED_STATE__ of results or of an opening',
    html.slice(0, 60),
  );
}

function fromItem(item: ResultItem, base: string | null): Posting {
  const url = webAddress(item.url, base);
  return {
    postingId: String(item.id),
    title: oneLine(item.title),
    company: oneLine(item.companyName),
    locations: places(item.location),
    // 0: none, 1: only from home, 2: partly.
    remote:
      item.workFromHome === null || item.workFromHome === undefined
        ? null
        : String(item.workFromHome) === '1',
    descriptionHtml: item.textSnippet ?? '',
    detail: 'snippet',
    salary: salaryOf(item.unifiedSalary),
    employmentTypes: [],
    postedAt: dateOf(item.datePosted),
    validThrough: null,
    url: withoutTracking(url),
    applyUrl: withoutTracking(url),
    language: null,
    tags: [],
    references: item.harmonisedId ? { harmonisedId: item.harmonisedId } : {},
  };
}

function fromListing(listing: Listing, html: string, url: string | null): Posting {
  const { title, companyData, metaData } = listing.listingHeader.listingData;
  const canonical = /<link[^>]+rel=["']canonical["'][^>]*href=["']([^"']+)/i.exec(html)?.[1];
  const page = webAddress(canonical, url) ?? url;
  const id = (page && idOfUrl(page)) ?? (url && idOfUrl(url));
  if (!id) throw new SchemaChangedError('the page', 'an address that ends in its number', page ?? undefined);
  const kinds = [metaData?.contractType, metaData?.workType].flatMap((words) => words ?? []);
  return {
    postingId: id,
    title: oneLine(title),
    company: oneLine(companyData.name),
    locations: places(metaData?.location),
    remote: kinds.some((kind) => /nur home[- ]?office|100 ?% (remote|home)/i.test(kind)) ? true : null,
    descriptionHtml: listing.textSections
      .map((section) => `${section.title ? `<h3>${section.title}</h3>` : ''}${section.content ?? ''}`)
      .join('\n'),
    detail: 'full',
    salary: null,
    employmentTypes: employmentTypes(kinds),
    postedAt: dateOf(metaData?.onlineDate),
    validThrough: null,
    url: withoutTracking(page),
    applyUrl: withoutTracking(page),
    language: null,
    tags: [],
    references: {},
  };
}

/** "Hamburg, Kiel und Bremen" as three places. */
const places = (text: string | null | undefined): string[] =>
  oneLine(text ?? '')
    .split(/\s*,\s*|\s+und\s+/)
    .filter(Boolean);

function withoutTracking(address: string | null): string | null {
  if (address === null) return null;
  const url = new URL(address);
  url.search = '';
  url.hash = '';
  return url.href;
}

const PERIODS: Readonly<Record<string, SalaryPeriod>> = {
  hour: 'hour',
  day: 'day',
  week: 'week',
  month: 'month',
  year: 'year',
};

function salaryOf(salary: UnifiedSalary | null | undefined): Salary | null {
  const { min = null, max = null, currency = null, period = null } = salary ?? {};
  if (min === null && max === null) return null;
  return { min, max, currency, period: PERIODS[period?.toLowerCase() ?? ''] ?? null };
}
