import { employmentTypes } from '../employment-type.js';
import { dateOf, oneLine, webAddress } from '../field-readers.js';
import { parseJson } from '../json-text.js';
import { parseEach } from '../parsed.js';
import type { Parsed } from '../parsed.js';
import type { Posting } from '../posting.js';
import { salaryFromText } from '../salary-text.js';
import { shape } from '../shape.js';

interface Job {
  id: number;
  url: string;
  title: string;
  company_name: string;
  category?: string | null;
  tags?: string[] | null;
  job_type?: string | null;
  publication_date?: string | null;
  candidate_required_location?: string | null;
  salary?: string | null;
  description?: string | null;
}

const filled = { type: 'string', minLength: 1 };
const text = { type: ['string', 'null'] };
const asPage = shape<{ jobs: unknown[] }>({
  type: 'object',
  required: ['jobs'],
  properties: { jobs: { type: 'array' } },
});
const asJob = shape<Job>({
  type: 'object',
  required: ['id', 'url', 'title', 'company_name'],
  properties: {
    id: { type: 'integer' },
    url: filled,
    title: filled,
    company_name: filled,
    category: text,
    tags: { type: ['array', 'null'], items: { type: 'string' } },
    job_type: text,
    publication_date: text,
    candidate_required_location: text,
    salary: text,
    description: text,
  },
});

/** Parses an answer of Remotive's API. Throws SchemaChangedError or BlockPageError. */
export function parseRemotive(json: string): Parsed {
  return parseEach(asPage(parseJson(json)).jobs, 'jobs', (job, at) => toPosting(asJob(job, at)));
}

function toPosting(job: Job): Posting {
  return {
    postingId: String(job.id),
    title: oneLine(job.title),
    company: oneLine(job.company_name),
    // Where one may live; every job is remote.
    locations: (job.candidate_required_location ?? '').split(',').map(oneLine).filter(Boolean),
    remote: true,
    descriptionHtml: job.description ?? '',
    detail: job.description ? 'full' : 'snippet',
    salary: salaryFromText(job.salary ?? ''),
    employmentTypes: employmentTypes(job.job_type ? [job.job_type] : []),
    postedAt: dateOf(inUtc(job.publication_date)),
    validThrough: null,
    url: webAddress(job.url),
    applyUrl: webAddress(job.url),
    language: null,
    tags: [...new Set([job.category ?? '', ...(job.tags ?? [])].map(oneLine).filter(Boolean))],
    references: {},
  };
}

/** The API names no zone, which would be read as this machine's. */
const inUtc = (date: string | null | undefined): string | null | undefined =>
  date && !/(z|[+-]\d\d:?\d\d)$/i.test(date) ? `${date}Z` : date;
