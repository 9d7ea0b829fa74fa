import { shape } from '../shape.js';

interface Label {
  label?: string | null;
}

interface Section {
  title?: string | null;
  text?: string | null;
}

export interface SmartPosting {
  id: string;
  name: string;
  refNumber?: string | null;
  company?: { name?: string | null } | null;
  releasedDate?: string | null;
  location?: {
    city?: string | null;
    country?: string | null;
    remote?: boolean | null;
    fullLocation?: string | null;
  } | null;
  department?: Label | null;
  function?: Label | null;
  typeOfEmployment?: Label | null;
  language?: { code?: string | null } | null;
  jobAd?: { sections?: Record<string, Section | null> | null } | null;
  postingUrl?: string | null;
  applyUrl?: string | null;
  active?: boolean | null;
}

const filled = { type: 'string', minLength: 1 };
const text = { type: ['string', 'null'] };
const flag = { type: ['boolean', 'null'] };
const label = { type: ['object', 'null'], properties: { label: text } };

export const asPostingList = shape<{ content: unknown[]; totalFound: number }>({
  type: 'object',
  required: ['content', 'totalFound'],
  properties: { content: { type: 'array' }, totalFound: { type: 'integer' } },
});

export const asPosting = shape<SmartPosting>({
  type: 'object',
  required: ['id', 'name'],
  properties: {
    id: filled,
    name: filled,
    refNumber: text,
    company: { type: ['object', 'null'], properties: { name: text } },
    releasedDate: text,
    location: {
      type: ['object', 'null'],
      properties: { city: text, country: text, remote: flag, fullLocation: text },
    },
    department: label,
    function: label,
    typeOfEmployment: label,
    language: { type: ['object', 'null'], properties: { code: text } },
    jobAd: {
      type: ['object', 'null'],
      properties: {
        sections: {
          type: ['object', 'null'],
          additionalProperties: { type: ['object', 'null'], properties: { title: text, text } },
        },
      },
    },
    postingUrl: text,
    applyUrl: text,
    active: flag,
  },
});
