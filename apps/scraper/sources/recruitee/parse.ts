import { employmentTypes } from '../employment-type.js';
import { dateOf, oneLine, webAddress } from '../field-readers.js';
import { parseJson } from '../json-text.js';
import { parseEach } from '../parsed.js';
import type { Parsed } from '../parsed.js';
import { periodOf } from '../period.js';
import type { Posting, Salary } from '../posting.js';
import { shape } from '../shape.js';
import type { WatchedBoard } from '../source.js';

interface Place {
  name?: string | null;
  city?: string | null;
  country?: string | null;
}

interface Offer extends Place {
  id: number;
  title: string;
  careers_url: string;
  careers_apply_url?: string | null;
  company_name?: string | null;
  description?: string | null;
  requirements?: string | null;
  department?: string | null;
  employment_type_code?: string | null;
  status?: string | null;
  remote?: boolean | null;
  locations?: Place[] | null;
  location?: string | null;
  tags?: string[] | null;
  published_at?: string | null;
  close_at?: string | null;
  salary?: {
    min?: string | number | null;
    max?: string | number | null;
    currency?: string | null;
    period?: string | null;
  } | null;
  translations?: Record<string, unknown> | null;
}

const filled = { type: 'string', minLength: 1 };
const text = { type: ['string', 'null'] };
const amount = { type: ['string', 'number', 'null'] };
const asBoard = shape<{ offers: unknown[] }>({
  type: 'object',
  required: ['offers'],
  properties: { offers: { type: 'array' } },
});
const asOffer = shape<Offer>({
  type: 'object',
  required: ['id', 'title', 'careers_url'],
  properties: {
    id: { type: 'integer' },
    title: filled,
    careers_url: filled,
    careers_apply_url: text,
    company_name: text,
    description: text,
    requirements: text,
    department: text,
    employment_type_code: text,
    status: text,
    remote: { type: ['boolean', 'null'] },
    city: text,
    country: text,
    location: text,
    locations: {
      type: ['array', 'null'],
      items: { type: 'object', properties: { name: text, city: text, country: text } },
    },
    tags: { type: ['array', 'null'], items: { type: 'string' } },
    published_at: text,
    close_at: text,
    salary: {
      type: ['object', 'null'],
      properties: { min: amount, max: amount, currency: text, period: text },
    },
    translations: { type: ['object', 'null'] },
  },
});

/** Parses an employer's offers; those that are not published are passed over. */
export function parseRecruiteeOffers(json: string, board: WatchedBoard): Parsed {
  return parseEach(asBoard(parseJson(json)).offers, 'offers', (value, at) => {
    const offer = asOffer(value, at);
    return offer.status && offer.status !== 'published' ? null : toPosting(offer, board);
  });
}

function toPosting(offer: Offer, { board, name }: WatchedBoard): Posting {
  const languages = Object.keys(offer.translations ?? {});
  return {
    postingId: `${board}:${offer.id}`,
    title: oneLine(offer.title),
    company: oneLine(offer.company_name ?? '') || (name ?? board),
    locations: placesOf(offer),
    remote: offer.remote ?? null,
    descriptionHtml: [offer.description, offer.requirements].filter(Boolean).join('\n'),
    detail: offer.description ? 'full' : 'snippet',
    salary: salaryOf(offer.salary),
    employmentTypes: employmentTypes(offer.employment_type_code ? [offer.employment_type_code] : []),
    postedAt: dateOf(offer.published_at),
    validThrough: dateOf(offer.close_at),
    url: webAddress(offer.careers_url),
    applyUrl: webAddress(offer.careers_apply_url) ?? webAddress(offer.careers_url),
    // An offer in several languages shows one of them, and does not say which.
    language: languages.length === 1 ? (languages[0]?.toLowerCase() ?? null) : null,
    tags: [...(offer.department ? [oneLine(offer.department)] : []), ...(offer.tags ?? [])],
    references: { board, jobId: String(offer.id) },
  };
}

function placesOf({ locations, location, city, country }: Offer): string[] {
  const said = locations?.length ? locations : [{ city, country }];
  const places = said.map((place) => [place.city || place.name, place.country].filter(Boolean).join(', '));
  const known = places.map(oneLine).filter(Boolean);
  return known.length > 0 ? [...new Set(known)] : location ? [oneLine(location)] : [];
}

function salaryOf(salary: Offer['salary']): Salary | null {
  const [min, max] = [numberOf(salary?.min), numberOf(salary?.max)];
  if (min === null && max === null) return null;
  return { min, max, currency: salary?.currency ?? null, period: periodOf(salary?.period) };
}

/** Amounts come as text; an empty one is none. */
function numberOf(value: string | number | null | undefined): number | null {
  if (value === null || value === undefined || value === '') return null;
  const number = Number(value);
  return Number.isFinite(number) && number > 0 ? number : null;
}
