import { shape } from '../shape.js';

interface Address {
  plz?: string | null;
  ort?: string | null;
  region?: string | null;
  land?: string | null;
}

/** An item of version 6, and a whole opening of the details, which add the text. */
export interface Offer {
  referenznummer: string;
  stellenangebotsTitel: string;
  firma?: string | null;
  hauptberuf?: string | null;
  alleBerufe?: string[] | null;
  stellenlokationen?: { adresse?: Address | null }[] | null;
  datumErsteVeroeffentlichung?: string | null;
  homeofficemoeglich?: boolean | null;
  homeofficetyp?: string | null;
  externeURL?: string | null;
  vertragsdauer?: string | null;
  arbeitszeitVollzeit?: boolean | null;
  arbeitszeitTeilzeitAbend?: boolean | null;
  arbeitszeitTeilzeitNachmittag?: boolean | null;
  arbeitszeitTeilzeitVormittag?: boolean | null;
  arbeitszeitTeilzeitFlexibel?: boolean | null;
  istGeringfuegigeBeschaeftigung?: boolean | null;
  verguetungsangabe?: string | null;
  gehaltsspanneVon?: number | null;
  gehaltsspanneBis?: number | null;
  stellenangebotsBeschreibung?: string | null;
}

/** An item of version 4, and a whole opening of its details. */
export interface OldOffer {
  refnr: string;
  titel: string;
  beruf?: string | null;
  arbeitgeber?: string | null;
  arbeitsort?: Address | null;
  aktuelleVeroeffentlichungsdatum?: string | null;
  externeUrl?: string | null;
  stellenbeschreibung?: string | null;
}

export interface ResultPage {
  maxErgebnisse: number;
  /** Absent where nothing matches. */
  ergebnisliste?: unknown[];
  /** The same in version 4. */
  stellenangebote?: unknown[];
}

const filled = { type: 'string', minLength: 1 };
const text = { type: ['string', 'null'] };
const flag = { type: ['boolean', 'null'] };
const number = { type: ['number', 'null'] };
const address = {
  type: ['object', 'null'],
  properties: { plz: text, ort: text, region: text, land: text },
};

export const asResultPage = shape<ResultPage>({
  type: 'object',
  required: ['maxErgebnisse'],
  properties: {
    maxErgebnisse: { type: 'integer' },
    ergebnisliste: { type: 'array' },
    stellenangebote: { type: 'array' },
  },
});

export const asOffer = shape<Offer>({
  type: 'object',
  required: ['referenznummer', 'stellenangebotsTitel'],
  properties: {
    referenznummer: filled,
    stellenangebotsTitel: filled,
    firma: text,
    hauptberuf: text,
    alleBerufe: { type: ['array', 'null'], items: { type: 'string' } },
    stellenlokationen: {
      type: ['array', 'null'],
      items: { type: 'object', properties: { adresse: address } },
    },
    datumErsteVeroeffentlichung: text,
    homeofficemoeglich: flag,
    homeofficetyp: text,
    externeURL: text,
    vertragsdauer: text,
    arbeitszeitVollzeit: flag,
    arbeitszeitTeilzeitAbend: flag,
    arbeitszeitTeilzeitNachmittag: flag,
    arbeitszeitTeilzeitVormittag: flag,
    arbeitszeitTeilzeitFlexibel: flag,
    istGeringfuegigeBeschaeftigung: flag,
    verguetungsangabe: text,
    gehaltsspanneVon: number,
    gehaltsspanneBis: number,
    stellenangebotsBeschreibung: text,
  },
});

export const asOldOffer = shape<OldOffer>({
  type: 'object',
  required: ['refnr', 'titel'],
  properties: {
    refnr: filled,
    titel: filled,
    beruf: text,
    arbeitgeber: text,
    arbeitsort: address,
    aktuelleVeroeffentlichungsdatum: text,
    externeUrl: text,
    stellenbeschreibung: text,
  },
});
