import type { ClaimDto } from '#libs/contracts';
import type { FieldError } from '#libs/run-log';
import { dayOf } from './dates.js';
import { type DocumentModel, type Line, linesOf, type Part } from './document-model.js';
import { jobText, type JobForDocument } from './job-words.js';
import { wordingsOf } from './phrases.js';
import { shownAs } from './resume-words.js';
import { valueAt } from './resume-path.js';

export interface ClaimGround {
  readonly resume: Readonly<Record<string, unknown>>;
  readonly job: JobForDocument;
}

/** Lists every line that states a fact about the person, with the paths of the résumé that it comes from. */
export function claimsOf(model: DocumentModel): ClaimDto[] {
  const claims: ClaimDto[] = [];
  for (const [, { text, parts }] of linesOf(model)) {
    const sources = [...new Set(parts.flatMap(pathsOf))];
    if (sources.length > 0) claims.push({ text, sources });
  }
  return claims;
}

/**
 * Finds what a document says without ground. Sound is only what the résumé holds at the path that is named, what the
 * posting says, and the words of the phrase book; the person's own words must name paths that hold something, and
 * hold no number that stands neither there nor in the posting. Empty where all of it is sound.
 */
export function unsourcedClaims(model: DocumentModel, ground: ClaimGround): FieldError[] {
  const found: FieldError[] = [];
  for (const [place, line] of linesOf(model)) {
    const flaw = flawOfLine(line, model, ground);
    if (flaw !== null) found.push({ field: place, value: line.text, message: flaw });
  }
  return found;
}

function pathsOf(part: Part): readonly string[] {
  if (part.from === 'profile') return [part.path];
  return part.from === 'person' ? part.paths : [];
}

function flawOfLine({ text, parts }: Line, model: DocumentModel, ground: ClaimGround): string | null {
  if (parts.map((part) => part.text).join('') !== text)
    return 'says more than its parts, whose sources are known';
  for (const part of parts) {
    const flaw = flawOfPart(part, model, ground);
    if (flaw !== null) return flaw;
  }
  return null;
}

function flawOfPart(
  part: Part,
  { language, writtenOn }: DocumentModel,
  { resume, job }: ClaimGround,
): string | null {
  switch (part.from) {
    case 'profile':
      return shownAs(valueAt(resume, part.path), part.as, language).includes(part.text)
        ? null
        : `is not what the profile holds at ${part.path}`;
    case 'job':
      return jobText(job, part.field) === part.text ? null : `is not the posting's ${part.field}`;
    case 'wording':
      return wordingsOf(language).has(part.text) ? null : 'states what has no source in the profile';
    case 'date':
      return dayOf(writtenOn, language) === part.text
        ? null
        : 'is not the day that the document is written on';
    case 'person':
      return flawOfOwnWords(part.text, part.paths, resume, job);
  }
}

function flawOfOwnWords(
  text: string,
  paths: readonly string[],
  resume: Readonly<Record<string, unknown>>,
  job: JobForDocument,
): string | null {
  if (paths.length === 0)
    return 'states what has no source in the profile: name the paths that it comes from';
  const empty = paths.find((path) => !holdsSomething(valueAt(resume, path)));
  if (empty !== undefined) return `names ${empty} as its source, where the profile holds nothing`;
  const known = numbersIn([
    ...paths.map((path) => JSON.stringify(valueAt(resume, path))),
    job.title,
    job.description,
  ]);
  const unknown = [...numbersIn([text])].find((number) => !known.has(number));
  return unknown === undefined
    ? null
    : `names ${unknown}, which stands neither at its sources nor in the posting`;
}

function holdsSomething(value: unknown): boolean {
  if (typeof value === 'string') return value.trim() !== '';
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return value !== undefined && value !== null;
}

function numbersIn(texts: readonly string[]): ReadonlySet<string> {
  return new Set(texts.flatMap((text) => text.match(/\d+(?:[.,]\d+)*/g) ?? []));
}
