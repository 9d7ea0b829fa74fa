import { employmentTypes } from '../employment-type.js';
import { dateOf, oneLine, webAddress } from '../field-readers.js';
import { parseJson } from '../json-text.js';
import { parseEach } from '../parsed.js';
import type { Parsed } from '../parsed.js';
import type { Posting } from '../posting.js';
import { shape } from '../shape.js';

interface Item {
  slug: string;
  title: string;
  company_name: string;
  description: string;
  url: string;
  remote?: boolean | null;
  tags?: string[] | null;
  job_types?: string[] | null;
  location?: string | null;
  created_at?: number | null;
}

const filled = { type: 'string', minLength: 1 };
const words = { type: ['array', 'null'], items: { type: 'string' } };
const asPage = shape<{ data: unknown[] }>({
  type: 'object',
  required: ['data'],
  properties: { data: { type: 'array' } },
});
const asItem = shape<Item>({
  type: 'object',
  required: ['slug', 'title', 'company_name', 'description', 'url'],
  properties: {
    slug: filled,
    title: filled,
    company_name: filled,
    description: { type: 'string' },
    url: filled,
    remote: { type: ['boolean', 'null'] },
    tags: words,
    job_types: words,
    location: { type: ['string', 'null'] },
    created_at: { type: ['number', 'null'] },
  },
});

/** Parses a page of Arbeitnow's job-board API. Throws SchemaChangedError or BlockPageError. */
export function parseArbeitnow(text: string): Parsed {
  return parseEach(asPage(parseJson(text)).data, 'data', (value, at) => toPosting(asItem(value, at)));
}

function toPosting(item: Item): Posting {
  return {
    postingId: item.slug,
    title: oneLine(item.title),
    company: oneLine(item.company_name),
    locations: item.location ? [oneLine(item.location)] : [],
    remote: item.remote ?? null,
    descriptionHtml: item.description,
    detail: 'full',
    salary: null,
    employmentTypes: employmentTypes(item.job_types ?? []),
    // Seconds of Unix time.
    postedAt: dateOf(item.created_at ? item.created_at * 1000 : null),
    validThrough: null,
    url: webAddress(item.url),
    applyUrl: webAddress(item.url),
    language: null,
    tags: item.tags ?? [],
    references: {},
  };
}
