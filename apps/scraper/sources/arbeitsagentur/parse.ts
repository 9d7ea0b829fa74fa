import type { EmploymentType } from '../employment-type.js';
import { dateOf, oneLine, webAddress } from '../field-readers.js';
import { parseJson } from '../json-text.js';
import { parseEach } from '../parsed.js';
import type { Parsed } from '../parsed.js';
import { periodOf } from '../period.js';
import { htmlOfText } from '../plain-html.js';
import type { Posting, Salary } from '../posting.js';
import { SchemaChangedError } from '../schema-changed.js';
import { asOffer, asOldOffer, asResultPage } from './shapes.js';
import type { Offer, OldOffer } from './shapes.js';

/** The employer of an offer that hides its name. */
const ANONYMOUS = 'Arbeitgeber nicht genannt';

export interface ResultList extends Parsed {
  /** Of all pages. */
  readonly total: number;
}

/**
 * Parses a page of results, in the shape of version 6 or of version 4. The list is left out where nothing matches, so
 * its absence is a change of shape only where the board counts results. Throws SchemaChangedError or BlockPageError.
 */
export function parseArbeitsagenturList(json: string): ResultList {
  const page = asResultPage(parseJson(json));
  const { maxErgebnisse: total, ergebnisliste, stellenangebote } = page;
  if (ergebnisliste)
    return { ...parseEach(ergebnisliste, 'ergebnisliste', (v, at) => fromOffer(asOffer(v, at))), total };
  if (stellenangebote)
    return { ...parseEach(stellenangebote, 'stellenangebote', (v, at) => fromOld(asOldOffer(v, at))), total };
  if (total > 0) throw new SchemaChangedError('', `the field ergebnisliste with ${total} results`, page);
  return { postings: [], faults: [], total };
}

/** Parses the details of one opening, in either shape. */
export function parseArbeitsagenturOffer(json: string): Parsed {
  const value = parseJson(json);
  const isOld = typeof value === 'object' && value !== null && 'refnr' in value;
  return { postings: [isOld ? fromOld(asOldOffer(value)) : fromOffer(asOffer(value))], faults: [] };
}

function fromOffer(offer: Offer): Posting {
  const { hauptberuf, alleBerufe, stellenlokationen, stellenangebotsBeschreibung } = offer;
  const places = (stellenlokationen ?? []).flatMap(({ adresse }) =>
    adresse?.ort ? [oneLine(adresse.ort)] : [],
  );
  return {
    ...common(offer.referenznummer, offer.externeURL, stellenangebotsBeschreibung, hauptberuf),
    title: oneLine(offer.stellenangebotsTitel),
    company: oneLine(offer.firma ?? '') || ANONYMOUS,
    locations: [...new Set(places)],
    remote: remoteOf(offer),
    salary: salaryOf(offer),
    employmentTypes: kindsOf(offer),
    postedAt: dateOf(offer.datumErsteVeroeffentlichung),
    tags: alleBerufe ?? (hauptberuf ? [hauptberuf] : []),
  };
}

function fromOld(offer: OldOffer): Posting {
  const place = oneLine(offer.arbeitsort?.ort ?? '');
  return {
    ...common(offer.refnr, offer.externeUrl, offer.stellenbeschreibung, offer.beruf),
    title: oneLine(offer.titel),
    company: oneLine(offer.arbeitgeber ?? '') || ANONYMOUS,
    locations: place ? [place] : [],
    remote: null,
    salary: null,
    employmentTypes: [],
    postedAt: dateOf(offer.aktuelleVeroeffentlichungsdatum),
    tags: offer.beruf ? [offer.beruf] : [],
  };
}

function common(
  reference: string,
  external: string | null | undefined,
  text: string | null | undefined,
  profession: string | null | undefined,
): Pick<
  Posting,
  'postingId' | 'descriptionHtml' | 'detail' | 'validThrough' | 'url' | 'applyUrl' | 'language' | 'references'
> {
  const page = `https://www.arbeitsagentur.de/jobsuche/jobdetail/${encodeURIComponent(reference)}`;
  return {
    postingId: reference,
    // The text is plain; what stands elsewhere has none here.
    descriptionHtml: htmlOfText(text?.trim() || (profession ?? '')),
    detail: text?.trim() ? 'full' : 'snippet',
    validThrough: null,
    url: page,
    applyUrl: webAddress(external) ?? page,
    language: null,
    references: { refnr: reference },
  };
}

/** "Possible" is not "only": that a job is remote is said where it is done nowhere else. */
function remoteOf({ homeofficemoeglich, homeofficetyp }: Offer): boolean | null {
  if (homeofficetyp && /VOLLSTAENDIG|NUR_HOMEOFFICE/i.test(homeofficetyp)) return true;
  return homeofficemoeglich === false ? false : null;
}

function kindsOf(offer: Offer): EmploymentType[] {
  const isPart =
    offer.arbeitszeitTeilzeitAbend ||
    offer.arbeitszeitTeilzeitFlexibel ||
    offer.arbeitszeitTeilzeitNachmittag ||
    offer.arbeitszeitTeilzeitVormittag ||
    offer.istGeringfuegigeBeschaeftigung;
  return [
    ...(offer.arbeitszeitVollzeit ? (['FULL_TIME'] as const) : []),
    ...(isPart ? (['PART_TIME'] as const) : []),
    ...(offer.vertragsdauer === 'BEFRISTET' ? (['TEMPORARY'] as const) : []),
  ];
}

/** JAHRESGEHALT, MONATSGEHALT or STUNDENLOHN with a span. */
function salaryOf({ verguetungsangabe, gehaltsspanneVon, gehaltsspanneBis }: Offer): Salary | null {
  const [min, max] = [gehaltsspanneVon || null, gehaltsspanneBis || null];
  if (min === null && max === null) return null;
  return { min, max, currency: 'EUR', period: periodOf(verguetungsangabe) };
}
