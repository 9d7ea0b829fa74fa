import { createHash } from 'node:crypto';
import { load } from 'cheerio';
import { assertNotBlockPage } from '../block-page.js';
import { employmentTypes } from '../employment-type.js';
import { dateOf, decodeEntities, oneLine, webAddress } from '../field-readers.js';
import { parseEach } from '../parsed.js';
import type { ItemFault, Parsed } from '../parsed.js';
import type { Posting } from '../posting.js';
import { SchemaChangedError } from '../schema-changed.js';
import { locationsOf, nameOf, salaryOf, textOf, textsOf } from './fields.js';
import { jobPostingsIn, parseJsonLd } from './read-json-ld.js';

/**
 * Parses the schema.org JobPostings of any page. A page without one has no results; a page whose only JobPosting
 * cannot be read has changed its shape. `url` is where the page came from, if known.
 */
export function parseJobPostingPage(html: string, url: string | null): Parsed {
  const $ = load(html);
  const page = webAddress($('link[rel="canonical"]').attr('href'), url) ?? url;
  const language = $('html').attr('lang')?.toLowerCase() ?? null;
  const items: Record<string, unknown>[] = [];
  const broken: ItemFault[] = [];
  $('script[type="application/ld+json"]').each((index, script) => {
    const text = $(script).text();
    try {
      items.push(...jobPostingsIn(parseJsonLd(text)));
    } catch (error) {
      // A broken block that is no JobPosting, such as bread crumbs, costs nothing.
      if (/JobPosting/.test(text))
        broken.push({ item: `script[${index}]`, message: `broken JSON-LD: ${(error as Error).message}` });
    }
  });
  if (items.length === 0) {
    assertNotBlockPage(html);
    if (broken[0])
      throw new SchemaChangedError(broken[0].item, 'JSON-LD that can be read', broken[0].message);
    return { postings: [], faults: [] };
  }
  const parsed = parseEach(items, 'JobPosting', (item, at) =>
    toPosting(item as Record<string, unknown>, at, page, language),
  );
  return { ...parsed, faults: [...broken, ...parsed.faults] };
}

function toPosting(
  item: Record<string, unknown>,
  at: string,
  page: string | null,
  pageLanguage: string | null,
): Posting {
  const title = oneLine(decodeEntities(textOf(item.title) ?? textOf(item.name) ?? ''));
  if (title === '') throw new SchemaChangedError(`${at}.title`, 'text', item.title);
  const company = oneLine(decodeEntities(nameOf(item.hiringOrganization) ?? ''));
  if (company === '')
    throw new SchemaChangedError(`${at}.hiringOrganization.name`, 'text', item.hiringOrganization);
  const link = webAddress(item.url, page);
  // Some boards put the employer's own site there; the posting is the page that was read.
  const url = link && (!page || new URL(link).host === new URL(page).host) ? link : page;
  const locations = locationsOf(item.jobLocation);
  const identifier = identifierOf(item.identifier);
  const inLanguage = textOf(item.inLanguage) ?? nameOf(item.inLanguage);
  return {
    postingId: postingId(url, identifier, { title, company, locations }),
    title,
    company,
    locations,
    remote: textsOf(item.jobLocationType).some((type) => /telecommute/i.test(type)) ? true : null,
    descriptionHtml: decodeEntities(textOf(item.description) ?? ''),
    detail: 'full',
    salary: salaryOf(item.baseSalary) ?? salaryOf(item.estimatedSalary),
    employmentTypes: employmentTypes(textsOf(item.employmentType)),
    postedAt: dateOf(item.datePosted),
    validThrough: dateOf(item.validThrough),
    url,
    applyUrl: link ?? url,
    language: inLanguage?.toLowerCase() ?? pageLanguage,
    tags: [...textsOf(item.industry), ...textsOf(item.occupationalCategory)],
    references: identifier ? { identifier } : {},
  };
}

function identifierOf(value: unknown): string | null {
  const inner = typeof value === 'object' && value !== null && 'value' in value ? value.value : value;
  const text = typeof inner === 'number' ? String(inner) : textOf(inner);
  return text?.trim() || null;
}

/**
 * The site's own number where it gives one, else the page's address, else what the posting says. Numbers are a
 * site's own: where nobody knows the site, the employer stands for it.
 */
function postingId(
  url: string | null,
  identifier: string | null,
  { title, company, locations }: Pick<Posting, 'title' | 'company' | 'locations'>,
): string {
  const issuer = url ? new URL(url).host : company;
  const key = identifier ? [issuer, identifier] : [url ?? '', title, company, ...locations];
  return createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 32);
}
