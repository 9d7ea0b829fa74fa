import { employmentTypes } from '../employment-type.js';
import { dateOf, oneLine, webAddress } from '../field-readers.js';
import { parseJson } from '../json-text.js';
import { parseEach } from '../parsed.js';
import type { Parsed } from '../parsed.js';
import { headed } from '../plain-html.js';
import type { Posting } from '../posting.js';
import { SchemaChangedError } from '../schema-changed.js';
import type { WatchedBoard } from '../source.js';
import { asPosting, asPostingList } from './shapes.js';
import type { SmartPosting } from './shapes.js';

export interface SmartPage extends Parsed {
  /** On this page. */
  readonly count: number;
}

/** Parses a page of a company's postings, which hold no text. Throws SchemaChangedError or BlockPageError. */
export function parseSmartRecruitersList(json: string, board: WatchedBoard): SmartPage {
  const { content } = asPostingList(parseJson(json));
  const parsed = parseEach(content, 'content', (item, at) => toPosting(asPosting(item, at), board));
  return { ...parsed, count: content.length };
}

/** Parses one posting with its text. */
export function parseSmartRecruitersPosting(json: string, board: WatchedBoard): Parsed {
  const posting = asPosting(parseJson(json));
  if (!posting.jobAd) throw new SchemaChangedError('', 'the field jobAd', posting);
  return { postings: posting.active === false ? [] : [toPosting(posting, board)], faults: [] };
}

function toPosting(posting: SmartPosting, { board, name }: WatchedBoard): Posting {
  const { location, jobAd, language, refNumber } = posting;
  const sections = Object.values(jobAd?.sections ?? {});
  const page = webAddress(posting.postingUrl) ?? `https://jobs.smartrecruiters.com/${board}/${posting.id}`;
  return {
    postingId: `${board}:${posting.id}`,
    title: oneLine(posting.name),
    company: oneLine(posting.company?.name ?? '') || (name ?? board),
    locations: placesOf(location),
    remote: location?.remote ?? null,
    descriptionHtml: sections
      .map((section) => headed(section?.title, section?.text))
      .filter(Boolean)
      .join('\n'),
    detail: jobAd ? 'full' : 'snippet',
    salary: null,
    employmentTypes: employmentTypes(posting.typeOfEmployment?.label ? [posting.typeOfEmployment.label] : []),
    postedAt: dateOf(posting.releasedDate),
    validThrough: null,
    url: page,
    applyUrl: webAddress(posting.applyUrl) ?? page,
    language: language?.code?.toLowerCase() ?? null,
    tags: [posting.department, posting.function].flatMap((tag) => (tag?.label ? [oneLine(tag.label)] : [])),
    references: { board, jobId: posting.id, ...(refNumber ? { requisitionId: refNumber } : {}) },
  };
}

/** "Braga, Portugal": the board's own words where it has some, else the city and the country's code. */
function placesOf(location: SmartPosting['location']): string[] {
  const { fullLocation, city, country } = location ?? {};
  const place = fullLocation?.trim() || [city, country?.toUpperCase()].filter(Boolean).join(', ');
  return place ? [oneLine(place)] : [];
}
