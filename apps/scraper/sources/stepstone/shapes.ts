import { shape } from '../shape.js';

export interface UnifiedSalary {
  min?: number | null;
  max?: number | null;
  currency?: string | null;
  period?: string | null;
}

export interface ResultItem {
  id: number | string;
  title: string;
  companyName: string;
  url: string;
  location?: string | null;
  datePosted?: string | null;
  textSnippet?: string | null;
  workFromHome?: string | number | null;
  harmonisedId?: string | null;
  unifiedSalary?: UnifiedSalary | null;
}

export interface Listing {
  listingHeader: {
    listingData: {
      title: string;
      companyData: { name: string };
      metaData?: {
        location?: string | null;
        onlineDate?: string | null;
        contractType?: string | null;
        workType?: string | null;
      } | null;
    };
  };
  textSections: { title?: string | null; content?: string | null }[];
}

const filled = { type: 'string', minLength: 1 };
const text = { type: ['string', 'null'] };
const number = { type: ['number', 'null'] };

export const asResultList = shape<{
  searchResults: { items: unknown[]; meta?: { total?: number | null } | null };
}>({
  type: 'object',
  required: ['searchResults'],
  properties: {
    searchResults: {
      type: 'object',
      required: ['items'],
      properties: {
        items: { type: 'array' },
        meta: { type: ['object', 'null'], properties: { total: number } },
      },
    },
  },
});

export const asResultItem = shape<ResultItem>({
  type: 'object',
  required: ['id', 'title', 'companyName', 'url'],
  properties: {
    id: { type: ['integer', 'string'] },
    title: filled,
    companyName: filled,
    url: filled,
    location: text,
    datePosted: text,
    textSnippet: text,
    workFromHome: { type: ['string', 'number', 'null'] },
    harmonisedId: text,
    unifiedSalary: {
      type: ['object', 'null'],
      properties: { min: number, max: number, currency: text, period: text },
    },
  },
});

export const asListing = shape<Listing>({
  type: 'object',
  required: ['listingHeader', 'textSections'],
  properties: {
    listingHeader: {
      type: 'object',
      required: ['listingData'],
      properties: {
        listingData: {
          type: 'object',
          required: ['title', 'companyData'],
          properties: {
            title: filled,
            companyData: { type: 'object', required: ['name'], properties: { name: filled } },
            metaData: {
              type: ['object', 'null'],
              properties: { location: text, onlineDate: text, contractType: text, workType: text },
            },
          },
        },
      },
    },
    textSections: {
      type: 'array',
      items: { type: 'object', properties: { title: text, content: text } },
    },
  },
});
