import { assertNotBlockPage } from '../block-page.js';
import { embeddedJson } from '../embedded-json.js';
import { employmentTypes } from '../employment-type.js';
import { dateOf, oneLine, webAddress } from '../field-readers.js';
import { parseJobPostingPage } from '../jsonld/parse.js';
import { parseEach } from '../parsed.js';
import type { Parsed } from '../parsed.js';
import { periodOf } from '../period.js';
import type { Posting, Salary } from '../posting.js';
import { salaryFromText } from '../salary-text.js';
import { SchemaChangedError } from '../schema-changed.js';
import { asCard, asCardList } from './shapes.js';
import type { Card } from './shapes.js';

const CARDS = /window\.mosaic\.providerData\["mosaic-provider-jobcards"\]\s*=\s*/;
const LIST = 'metaData.mosaicProviderJobCardsModel.results';
const HOME = 'https://www.indeed.com';

/**
 * Parses a saved page of Indeed: one of results, or one of an opening. `url` is where it was saved from, if known:
 * each country has an address of its own. Throws SchemaChangedError or BlockPageError.
 */
export function parseIndeedPage(html: string, url: string | null): Parsed {
  const cards = embeddedJson(html, CARDS, 'mosaic-provider-jobcards');
  if (cards === undefined) return parseOpening(html, url);
  const { results } = asCardList(cards).metaData.mosaicProviderJobCardsModel;
  const home = webAddress('/', canonicalOf(html, url)) ?? `${HOME}/`;
  return parseEach(results, LIST, (card, at) => toPosting(asCard(card, at), home));
}

/** An opening's page describes it in JSON-LD. */
function parseOpening(html: string, url: string | null): Parsed {
  const page = canonicalOf(html, url);
  const parsed = parseJobPostingPage(html, page);
  const [posting] = parsed.postings;
  if (!posting) {
    assertNotBlockPage(html);
    throw new SchemaChangedError(
      'the page',
      'the script with mosaic-provider-jobcards, or a JobPosting',
      html.slice(0, 60),
    );
  }
  const key = keyOf(url) ?? keyOf(page);
  return key === null ? parsed : { ...parsed, postings: [{ ...posting, postingId: key }] };
}

const canonicalOf = (html: string, url: string | null): string | null =>
  webAddress(/<link[^>]+rel=["']canonical["'][^>]*href=["']([^"']+)/i.exec(html)?.[1], url) ?? url;

const keyOf = (address: string | null): string | null =>
  address === null ? null : new URL(address).searchParams.get('jk');

function toPosting(card: Card, home: string): Posting {
  const page = `${home}viewjob?jk=${encodeURIComponent(card.jobkey)}`;
  const kinds = (card.taxonomyAttributes ?? [])
    .filter(({ label }) => label === 'job-types')
    .flatMap(({ attributes }) => (attributes ?? []).flatMap(({ label }) => label ?? []));
  return {
    postingId: card.jobkey,
    title: oneLine(card.title),
    company: oneLine(card.company),
    locations: card.formattedLocation ? [oneLine(card.formattedLocation)] : [],
    remote: remoteOf(card),
    descriptionHtml: card.snippet ?? '',
    detail: 'snippet',
    salary: salaryOf(card),
    employmentTypes: employmentTypes([...(card.jobTypes ?? []), ...kinds]),
    postedAt: dateOf(card.pubDate),
    validThrough: null,
    url: page,
    applyUrl: page,
    language: null,
    tags: [],
    references: {},
  };
}

function remoteOf({ remoteWorkModel, remoteLocation }: Card): boolean | null {
  if (remoteWorkModel?.type) return remoteWorkModel.type === 'REMOTE_ALWAYS';
  return remoteLocation ?? null;
}

/** What the board has read out of the text comes before the text; -1 stands for no amount. */
function salaryOf({ extractedSalary, salarySnippet }: Card): Salary | null {
  const said = salarySnippet?.text ? salaryFromText(salarySnippet.text) : null;
  const [min, max] = [positive(extractedSalary?.min), positive(extractedSalary?.max)];
  if (min === null && max === null) return said;
  const currency = salarySnippet?.currency ?? said?.currency ?? null;
  return { min, max, currency, period: PERIODS[extractedSalary?.type ?? ''] ?? said?.period ?? null };
}

const positive = (amount: number | null | undefined): number | null => (amount && amount > 0 ? amount : null);

const PERIODS: Readonly<Record<string, Salary['period']>> = Object.fromEntries(
  ['hourly', 'daily', 'weekly', 'monthly', 'yearly'].map((type) => [type, periodOf(type)]),
);
