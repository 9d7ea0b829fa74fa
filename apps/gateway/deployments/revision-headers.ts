import type { IncomingHttpHeaders } from 'node:http';
import { BadHeaderError, PreconditionRequiredError } from '../problems/errors.js';

/** What a change is to find there. */
export type Expected =
  | { readonly kind: 'revision'; readonly revision: number }
  /** Whatever it is, there must be one. */
  | { readonly kind: 'any' }
  | { readonly kind: 'none' };

/** Writes the revision as an entity tag: that of the specification, not of how the deployment stands. */
export const etagOf = ({ revision }: { readonly revision: number }): string => `"${revision}"`;

/** Reads If-Match; undefined where there is none. Throws BadHeaderError. */
export function ifMatchOf(
  headers: IncomingHttpHeaders,
): Extract<Expected, { kind: 'revision' | 'any' }> | undefined {
  const text = headers['if-match']?.trim();
  if (text === undefined) return undefined;
  if (text === '*') return { kind: 'any' };
  const [, revision] = /^"(\d{1,15})"$/.exec(text) ?? [];
  if (revision === undefined)
    throw new BadHeaderError('If-Match', text, 'expected one ETag as GET gives it, such as "12", or *');
  return { kind: 'revision', revision: Number(revision) };
}

/** Reads what a PUT expects to find. Throws BadHeaderError, and PreconditionRequiredError where nothing is said. */
export function expectedBy(headers: IncomingHttpHeaders): Expected {
  const match = ifMatchOf(headers);
  const none = headers['if-none-match']?.trim();
  if (none !== undefined && none !== '*') throw new BadHeaderError('If-None-Match', none, 'expected *');
  if (match && none !== undefined)
    throw new BadHeaderError('If-None-Match', none, 'expected no If-Match beside it');
  if (match) return match;
  if (none === '*') return { kind: 'none' };
  throw new PreconditionRequiredError();
}
