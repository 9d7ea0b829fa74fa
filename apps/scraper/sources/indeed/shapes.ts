import { shape } from '../shape.js';

export interface Card {
  jobkey: string;
  title: string;
  company: string;
  formattedLocation?: string | null;
  snippet?: string | null;
  pubDate?: number | null;
  jobTypes?: string[] | null;
  remoteLocation?: boolean | null;
  remoteWorkModel?: { type?: string | null } | null;
  salarySnippet?: { currency?: string | null; text?: string | null } | null;
  extractedSalary?: { min?: number | null; max?: number | null; type?: string | null } | null;
  taxonomyAttributes?: { label?: string | null; attributes?: { label?: string | null }[] | null }[] | null;
}

const filled = { type: 'string', minLength: 1 };
const text = { type: ['string', 'null'] };
const number = { type: ['number', 'null'] };
const optional = (properties: object) => ({ type: ['object', 'null'], properties });
const list = (items: object) => ({ type: ['array', 'null'], items });

export const asCardList = shape<{ metaData: { mosaicProviderJobCardsModel: { results: unknown[] } } }>({
  type: 'object',
  required: ['metaData'],
  properties: {
    metaData: {
      type: 'object',
      required: ['mosaicProviderJobCardsModel'],
      properties: {
        mosaicProviderJobCardsModel: {
          type: 'object',
          required: ['results'],
          properties: { results: { type: 'array' } },
        },
      },
    },
  },
});

export const asCard = shape<Card>({
  type: 'object',
  required: ['jobkey', 'title', 'company'],
  properties: {
    jobkey: filled,
    title: filled,
    company: filled,
    formattedLocation: text,
    snippet: text,
    pubDate: number,
    jobTypes: list({ type: 'string' }),
    remoteLocation: { type: ['boolean', 'null'] },
    remoteWorkModel: optional({ type: text }),
    salarySnippet: optional({ currency: text, text }),
    extractedSalary: optional({ min: number, max: number, type: text }),
    taxonomyAttributes: list({
      type: 'object',
      properties: { label: text, attributes: list({ type: 'object', properties: { label: text } }) },
    }),
  },
});
