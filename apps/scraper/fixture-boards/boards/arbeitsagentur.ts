import { fold } from '../../sources/match-query.js';
import { OPENINGS } from '../openings/all.js';
import { sectionsOf } from '../openings/html.js';
import { holds } from '../openings/matches.js';
import { COMPANIES, postedAt } from '../openings/opening.js';
import type { Opening } from '../openings/opening.js';
import { json } from './board.js';
import type { Board } from './board.js';

const GERMAN_CITIES = OPENINGS.filter(({ city }) => !/Wien|Vienna|Zürich|Remote/.test(city));
const LIST = /^\/jobboerse\/jobsuche-service\/pc\/(v6|v4)\/jobs$/;
const DETAIL = /^\/jobboerse\/jobsuche-service\/pc\/v4\/jobdetails\/([^/]+)$/;

/** The agency's search: the list is left out where nothing matches, texts stand in the details as plain text. */
export const arbeitsagenturBoard: Board = (path, query) => {
  const reference = DETAIL.exec(path)?.[1];
  if (reference !== undefined) {
    const refnr = Buffer.from(decodeURIComponent(reference), 'base64').toString();
    const opening = GERMAN_CITIES.find((candidate) => refnrOf(candidate) === refnr);
    return opening && json({ ...offer(opening), stellenangebotsBeschreibung: textOf(opening) });
  }
  const version = LIST.exec(path)?.[1];
  if (version === undefined) return undefined;
  const found = GERMAN_CITIES.filter(
    (opening) =>
      holds(opening, query.get('was') ?? '') &&
      fold(opening.city).includes(fold(query.get('wo') ?? '')) &&
      (query.get('homeoffice') !== 'nv_true' || opening.remote !== undefined),
  );
  const [page, size] = [Number(query.get('page') ?? 1), Number(query.get('size') ?? 25)];
  const slice = found.slice((page - 1) * size, page * size);
  const counts = { maxErgebnisse: found.length, page, size };
  if (slice.length === 0) return json(counts);
  return json(
    version === 'v6'
      ? { ergebnisliste: slice.map(offer), ...counts }
      : { stellenangebote: slice.map(oldOffer), ...counts },
  );
};

const refnrOf = ({ id }: Opening): string => `10000-${id}-S`;
const dayOf = (opening: Opening): string => postedAt(opening).toISOString().slice(0, 10);

function offer(opening: Opening) {
  const { salary, kind } = opening;
  return {
    stellenangebotsart: kind === 'intern' ? 'PRAKTIKUM' : 'ARBEIT',
    stellenangebotsTitel: opening.title,
    arbeitszeitVollzeit: kind === 'full',
    arbeitszeitTeilzeitFlexibel: kind === 'part' || kind === 'student',
    vertragsdauer: kind === 'contract' ? 'BEFRISTET' : 'UNBEFRISTET',
    stellenlokationen: [
      {
        adresse: { plz: '00000', ort: opening.city, region: 'KEINE_ANGABE', land: 'DEUTSCHLAND' },
        breite: 51,
        laenge: 10,
      },
    ],
    homeofficemoeglich: opening.remote !== undefined,
    ...(opening.remote ? { homeofficetyp: 'NACH_VEREINBARUNG' } : {}),
    datumErsteVeroeffentlichung: dayOf(opening),
    aenderungsdatum: `${dayOf(opening)}T07:00:00.000`,
    hauptberuf: opening.tags[0],
    alleBerufe: opening.tags,
    firma: COMPANIES[opening.company]?.name,
    referenznummer: refnrOf(opening),
    verguetungsangabe: salary ? (kind === 'student' ? 'STUNDENLOHN' : 'JAHRESGEHALT') : 'KEINE_ANGABEN',
    ...(salary
      ? { artDerVerguetung: 'GEHALTSSPANNE', gehaltsspanneVon: salary[0], gehaltsspanneBis: salary[1] }
      : {}),
  };
}

function oldOffer(opening: Opening) {
  return {
    beruf: opening.tags[0],
    titel: opening.title,
    refnr: refnrOf(opening),
    arbeitsort: { plz: '00000', ort: opening.city, region: 'KEINE_ANGABE', land: 'Deutschland' },
    arbeitgeber: COMPANIES[opening.company]?.name,
    aktuelleVeroeffentlichungsdatum: dayOf(opening),
  };
}

function textOf(opening: Opening): string {
  const lines = (content: string): string =>
    content
      .replace(/<li>/g, '- ')
      .replace(/<\/(li|p)>/g, '\n')
      .replace(/<[^>]+>/g, '')
      .replace(/&amp;/g, '&');
  return sectionsOf(opening)
    .map(({ title, content }) => `${title}\n${lines(content)}`)
    .join('\n');
}
