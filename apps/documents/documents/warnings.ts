import { claimsOf } from '../rendering/model/claims.js';
import type { DocumentModel } from '../rendering/model/document-model.js';

const MARKUP = /<\/?[a-z][^>]*>/i;
const MOST_PAGES = { cv: 2, letter: 1 } as const;

/** Says what a careful reader should look at before a document goes out. */
export function warningsOf(model: DocumentModel, pages: number): string[] {
  const marked = claimsOf(model).filter(({ text }) => MARKUP.test(text));
  const reachable = model.contacts.some(({ href }) => /^(?:mailto|tel):/.test(href ?? ''));
  return [
    ...(reachable ? [] : ['the profile names neither a mail address nor a telephone']),
    ...(pages > MOST_PAGES[model.kind] ? [`it is ${pages} pages long`] : []),
    ...marked.map(
      ({ sources }) => `the profile holds HTML at ${sources.join(', ')}; it is shown as it stands there`,
    ),
  ];
}
