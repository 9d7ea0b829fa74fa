import type { DocumentKind, DocumentLanguage } from '#libs/contracts';

/** A run of words and where it comes from. */
export type Part =
  | {
      readonly from: 'profile';
      readonly text: string;
      readonly path: string;
      readonly as: 'text' | 'month' | 'address';
    }
  | { readonly from: 'job'; readonly text: string; readonly field: JobField }
  /** Of the phrase book. */
  | { readonly from: 'wording'; readonly text: string }
  | { readonly from: 'date'; readonly text: string }
  /** In the person's own words for this one document. */
  | { readonly from: 'person'; readonly text: string; readonly paths: readonly string[] };

export type JobField = 'title' | 'company';

/** What is read in one go: a sentence, a heading, an item of a list. `text` is its parts put together. */
export interface Line {
  readonly text: string;
  readonly parts: readonly Part[];
  /** An address of the web, of mail or of a telephone. */
  readonly href?: string;
  /** Its first letter is of a script that is read from the right. */
  readonly rtl?: true;
}

export interface Entry {
  readonly title: Line | null;
  readonly subtitle: Line | null;
  readonly period: Line | null;
  readonly place: Line | null;
  readonly link: Line | null;
  readonly paragraphs: readonly Line[];
  readonly bullets: readonly Line[];
}

export interface Section {
  readonly id: string;
  readonly heading: Line;
  readonly entries: readonly Entry[];
}

export interface LetterBlock {
  readonly paragraph: Line;
  readonly bullets: readonly Line[];
}

export interface Letter {
  readonly recipient: readonly Line[];
  readonly date: Line;
  readonly subject: Line;
  readonly salutation: Line;
  readonly blocks: readonly LetterBlock[];
  readonly closing: Line;
  readonly enclosures: Line;
}

/** What a document says, whatever it looks like. Every format is made of this and of nothing else. */
export interface DocumentModel {
  readonly kind: DocumentKind;
  readonly language: DocumentLanguage;
  /** For the file's properties. */
  readonly title: string;
  /** The day that it is written on, such as 2026-11-21. */
  readonly writtenOn: string;
  readonly name: Line;
  readonly label: Line | null;
  readonly contacts: readonly Line[];
  /** Of a CV. */
  readonly sections: readonly Section[];
  /** Of a letter. */
  readonly letter: Letter | null;
}

/** Walks every line of a document with the name of its place, in reading order. */
export function* linesOf(model: DocumentModel): Generator<readonly [place: string, line: Line]> {
  const { name, label, contacts, sections, letter } = model;
  yield ['name', name];
  if (label) yield ['label', label];
  for (const [index, line] of contacts.entries()) yield [`contacts[${index}]`, line];
  for (const { id, heading, entries } of sections) {
    yield [`${id}.heading`, heading];
    for (const [index, entry] of entries.entries()) yield* linesOfEntry(`${id}[${index}]`, entry);
  }
  if (letter) yield* linesOfLetter(letter);
}

function* linesOfEntry(place: string, entry: Entry): Generator<readonly [string, Line]> {
  for (const part of ['title', 'subtitle', 'period', 'place', 'link'] as const) {
    const line = entry[part];
    if (line) yield [`${place}.${part}`, line];
  }
  for (const [index, line] of entry.paragraphs.entries()) yield [`${place}.paragraphs[${index}]`, line];
  for (const [index, line] of entry.bullets.entries()) yield [`${place}.bullets[${index}]`, line];
}

function* linesOfLetter(letter: Letter): Generator<readonly [string, Line]> {
  for (const [index, line] of letter.recipient.entries()) yield [`recipient[${index}]`, line];
  for (const part of ['date', 'subject', 'salutation'] as const) yield [part, letter[part]];
  for (const [index, { paragraph, bullets }] of letter.blocks.entries()) {
    yield [`paragraphs[${index}]`, paragraph];
    for (const [item, line] of bullets.entries()) yield [`paragraphs[${index}].bullets[${item}]`, line];
  }
  for (const part of ['closing', 'enclosures'] as const) yield [part, letter[part]];
}
