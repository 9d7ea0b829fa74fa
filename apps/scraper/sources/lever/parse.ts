import { employmentTypes } from '../employment-type.js';
import { dateOf, oneLine, webAddress } from '../field-readers.js';
import { parseJson } from '../json-text.js';
import { parseEach } from '../parsed.js';
import type { Parsed } from '../parsed.js';
import { periodOf } from '../period.js';
import { headed } from '../plain-html.js';
import type { Posting, Salary } from '../posting.js';
import { shape } from '../shape.js';
import type { WatchedBoard } from '../source.js';

interface Item {
  id: string;
  text: string;
  hostedUrl: string;
  applyUrl?: string | null;
  createdAt?: number | null;
  country?: string | null;
  workplaceType?: string | null;
  description?: string | null;
  lists?: { text?: string | null; content?: string | null }[] | null;
  additional?: string | null;
  salaryDescription?: string | null;
  salaryRange?: {
    min?: number | null;
    max?: number | null;
    currency?: string | null;
    interval?: string | null;
  } | null;
  categories?: {
    location?: string | null;
    allLocations?: string[] | null;
    commitment?: string | null;
    department?: string | null;
    team?: string | null;
  } | null;
}

const filled = { type: 'string', minLength: 1 };
const text = { type: ['string', 'null'] };
const number = { type: ['number', 'null'] };
const asPage = shape<unknown[]>({ type: 'array' });
const asItem = shape<Item>({
  type: 'object',
  required: ['id', 'text', 'hostedUrl'],
  properties: {
    id: filled,
    text: filled,
    hostedUrl: filled,
    applyUrl: text,
    createdAt: number,
    country: text,
    workplaceType: text,
    description: text,
    lists: {
      type: ['array', 'null'],
      items: { type: 'object', properties: { text, content: text } },
    },
    additional: text,
    salaryDescription: text,
    salaryRange: {
      type: ['object', 'null'],
      properties: { min: number, max: number, currency: text, interval: text },
    },
    categories: {
      type: ['object', 'null'],
      properties: {
        location: text,
        allLocations: { type: ['array', 'null'], items: { type: 'string' } },
        commitment: text,
        department: text,
        team: text,
      },
    },
  },
});

/** Parses a page of an employer's postings, and how many it held. Throws SchemaChangedError or BlockPageError. */
export function parseLeverPage(json: string, board: WatchedBoard): Parsed & { readonly count: number } {
  const items = asPage(parseJson(json));
  const parsed = parseEach(items, 'postings', (item, at) => toPosting(asItem(item, at), board));
  return { ...parsed, count: items.length };
}

function toPosting(item: Item, { board, name }: WatchedBoard): Posting {
  const { location, allLocations, commitment, department, team } = item.categories ?? {};
  const places = allLocations?.length ? allLocations : location ? [location] : [];
  const lists = (item.lists ?? []).map(({ text: title, content }) =>
    headed(title, content?.trim() ? `<ul>${content.trim()}</ul>` : ''),
  );
  const description = [item.description, ...lists, item.additional, item.salaryDescription];
  return {
    postingId: `${board}:${item.id}`,
    title: oneLine(item.text),
    // The API does not say whose board it is.
    company: name ?? board,
    locations: places.map(oneLine).filter(Boolean),
    remote: remoteOf(item.workplaceType),
    descriptionHtml: description.filter(Boolean).join('\n'),
    detail: item.description ? 'full' : 'snippet',
    salary: salaryOf(item.salaryRange),
    employmentTypes: employmentTypes(commitment ? [commitment] : []),
    postedAt: dateOf(item.createdAt),
    validThrough: null,
    url: webAddress(item.hostedUrl),
    applyUrl: webAddress(item.applyUrl) ?? webAddress(item.hostedUrl),
    language: null,
    tags: [...new Set([department, team].flatMap((tag) => (tag ? [oneLine(tag)] : [])))],
    references: { board, jobId: item.id },
  };
}

function remoteOf(workplaceType: string | null | undefined): boolean | null {
  if (!workplaceType || workplaceType === 'unspecified') return null;
  return workplaceType === 'remote';
}

function salaryOf(range: Item['salaryRange']): Salary | null {
  const { min = null, max = null, currency = null, interval } = range ?? {};
  if (min === null && max === null) return null;
  return { min, max, currency, period: periodOf(interval) };
}
