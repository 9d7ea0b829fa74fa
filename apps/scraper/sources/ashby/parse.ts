import { employmentTypes } from '../employment-type.js';
import { dateOf, oneLine, webAddress } from '../field-readers.js';
import { parseJson } from '../json-text.js';
import { parseEach } from '../parsed.js';
import type { Parsed } from '../parsed.js';
import { periodOf } from '../period.js';
import type { Posting, Salary } from '../posting.js';
import { shape } from '../shape.js';
import type { WatchedBoard } from '../source.js';

interface PayComponent {
  compensationType?: string | null;
  interval?: string | null;
  currencyCode?: string | null;
  minValue?: number | null;
  maxValue?: number | null;
}

interface Job {
  id: string;
  title: string;
  jobUrl: string;
  applyUrl?: string | null;
  location?: string | null;
  secondaryLocations?: { location?: string | null }[] | null;
  department?: string | null;
  team?: string | null;
  employmentType?: string | null;
  isListed?: boolean | null;
  isRemote?: boolean | null;
  workplaceType?: string | null;
  publishedAt?: string | null;
  descriptionHtml?: string | null;
  compensation?: { summaryComponents?: PayComponent[] | null } | null;
}

const filled = { type: 'string', minLength: 1 };
const text = { type: ['string', 'null'] };
const flag = { type: ['boolean', 'null'] };
const number = { type: ['number', 'null'] };
const asBoard = shape<{ jobs: unknown[] }>({
  type: 'object',
  required: ['jobs'],
  properties: { jobs: { type: 'array' } },
});
const asJob = shape<Job>({
  type: 'object',
  required: ['id', 'title', 'jobUrl'],
  properties: {
    id: filled,
    title: filled,
    jobUrl: filled,
    applyUrl: text,
    location: text,
    secondaryLocations: {
      type: ['array', 'null'],
      items: { type: 'object', properties: { location: text } },
    },
    department: text,
    team: text,
    employmentType: text,
    isListed: flag,
    isRemote: flag,
    workplaceType: text,
    publishedAt: text,
    descriptionHtml: text,
    compensation: {
      type: ['object', 'null'],
      properties: {
        summaryComponents: {
          type: ['array', 'null'],
          items: {
            type: 'object',
            properties: {
              compensationType: text,
              interval: text,
              currencyCode: text,
              minValue: number,
              maxValue: number,
            },
          },
        },
      },
    },
  },
});

/** Parses an employer's board; openings that it does not list are passed over. */
export function parseAshbyBoard(json: string, board: WatchedBoard): Parsed {
  return parseEach(asBoard(parseJson(json)).jobs, 'jobs', (value, at) => {
    const job = asJob(value, at);
    return job.isListed === false ? null : toPosting(job, board);
  });
}

function toPosting(job: Job, { board, name }: WatchedBoard): Posting {
  const places = [job.location, ...(job.secondaryLocations ?? []).map(({ location }) => location)];
  const tags = [job.department, job.team].flatMap((tag) => (tag ? [oneLine(tag)] : []));
  return {
    postingId: `${board}:${job.id}`,
    title: oneLine(job.title),
    // The API does not say whose board it is.
    company: name ?? board,
    locations: [...new Set(places.flatMap((place) => (place ? [oneLine(place)] : [])))],
    remote: job.workplaceType ? job.workplaceType === 'Remote' : (job.isRemote ?? null),
    descriptionHtml: job.descriptionHtml ?? '',
    detail: job.descriptionHtml ? 'full' : 'snippet',
    salary: salaryOf(job.compensation?.summaryComponents ?? []),
    employmentTypes: employmentTypes(job.employmentType ? [job.employmentType] : []),
    postedAt: dateOf(job.publishedAt),
    validThrough: null,
    url: webAddress(job.jobUrl),
    applyUrl: webAddress(job.applyUrl) ?? webAddress(job.jobUrl),
    language: null,
    tags: [...new Set(tags)],
    references: { board, jobId: job.id },
  };
}

/** Shares and bonuses stand beside the salary. */
function salaryOf(components: readonly PayComponent[]): Salary | null {
  const pay = components.find(({ compensationType }) => compensationType === 'Salary');
  const { minValue: min = null, maxValue: max = null, currencyCode: currency = null, interval } = pay ?? {};
  if (min === null && max === null) return null;
  return { min, max, currency, period: periodOf(interval) };
}
