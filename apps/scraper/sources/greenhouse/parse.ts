import { dateOf, decodeEntities, oneLine, webAddress } from '../field-readers.js';
import { parseJson } from '../json-text.js';
import { parseEach } from '../parsed.js';
import type { Parsed } from '../parsed.js';
import type { Posting, Salary } from '../posting.js';
import { shape } from '../shape.js';

interface PayRange {
  min_cents?: number | null;
  max_cents?: number | null;
  currency_type?: string | null;
  title?: string | null;
}

interface Job {
  id: number;
  title: string;
  absolute_url: string;
  location?: { name?: string | null } | null;
  company_name?: string | null;
  content?: string | null;
  language?: string | null;
  first_published?: string | null;
  updated_at?: string | null;
  application_deadline?: string | null;
  requisition_id?: string | null;
  departments?: { name?: string | null }[] | null;
  pay_input_ranges?: PayRange[] | null;
}

const filled = { type: 'string', minLength: 1 };
const text = { type: ['string', 'null'] };
const cents = { type: ['number', 'null'] };
const asBoard = shape<{ jobs: unknown[] }>({
  type: 'object',
  required: ['jobs'],
  properties: { jobs: { type: 'array' } },
});
const asJob = shape<Job>({
  type: 'object',
  required: ['id', 'title', 'absolute_url'],
  properties: {
    id: { type: 'integer' },
    title: filled,
    absolute_url: filled,
    location: { type: ['object', 'null'], properties: { name: text } },
    company_name: text,
    content: text,
    language: text,
    first_published: text,
    updated_at: text,
    application_deadline: text,
    requisition_id: text,
    departments: { type: ['array', 'null'], items: { type: 'object', properties: { name: text } } },
    pay_input_ranges: {
      type: ['array', 'null'],
      items: {
        type: 'object',
        properties: { min_cents: cents, max_cents: cents, currency_type: text, title: text },
      },
    },
  },
});

/** Parses the jobs of one board. `token` is the board's name in its address. */
export function parseGreenhouseBoard(json: string, token: string, name: string | null = null): Parsed {
  return parseEach(asBoard(parseJson(json)).jobs, 'jobs', (job, at) =>
    toPosting(asJob(job, at), token, name),
  );
}

/** Parses one job of a board, which is where pay ranges stand. */
export function parseGreenhouseJob(json: string, token: string, name: string | null = null): Parsed {
  return { postings: [toPosting(asJob(parseJson(json)), token, name)], faults: [] };
}

function toPosting(job: Job, token: string, name: string | null): Posting {
  const place = oneLine(job.location?.name ?? '');
  return {
    postingId: `${token}:${job.id}`,
    title: oneLine(job.title),
    company: oneLine(job.company_name ?? '') || (name ?? token),
    locations: place.split(/\s*[;|]\s*/).filter(Boolean),
    remote: /\bremote\b/i.test(place) ? true : null,
    // The API escapes the markup's own angle brackets.
    descriptionHtml: decodeEntities(job.content ?? ''),
    detail: job.content ? 'full' : 'snippet',
    salary: salaryOf(job.pay_input_ranges ?? []),
    employmentTypes: [],
    postedAt: dateOf(job.first_published) ?? dateOf(job.updated_at),
    validThrough: dateOf(job.application_deadline),
    url: webAddress(job.absolute_url),
    applyUrl: webAddress(job.absolute_url),
    language: job.language?.toLowerCase() ?? null,
    tags: (job.departments ?? []).flatMap(({ name }) => (name ? [name] : [])),
    references: {
      board: token,
      jobId: String(job.id),
      ...(job.requisition_id ? { requisitionId: job.requisition_id } : {}),
    },
  };
}

/** The widest range in the first range's currency; null where none is told. */
function salaryOf(ranges: readonly PayRange[]): Salary | null {
  const currency = ranges[0]?.currency_type ?? null;
  const same = ranges.filter((range) => (range.currency_type ?? null) === currency);
  const amounts = (pick: (range: PayRange) => number | null | undefined) =>
    same.flatMap((range) => pick(range) ?? []).map((amount) => amount / 100);
  const mins = amounts((range) => range.min_cents);
  const maxs = amounts((range) => range.max_cents);
  if (mins.length === 0 && maxs.length === 0) return null;
  const hourly = same.some(({ title }) => /hour|stunde/i.test(title ?? ''));
  return {
    min: mins.length > 0 ? Math.min(...mins) : null,
    max: maxs.length > 0 ? Math.max(...maxs) : null,
    currency,
    period: hourly ? 'hour' : 'year',
  };
}
