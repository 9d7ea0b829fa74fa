import { TerminalError } from '#libs/operations';
import type { FieldError } from '#libs/run-log';
import type { DocumentKind } from '#libs/contracts';

/** There is no such document, or it is somebody else's, which is not for the asker to know. */
export class UnknownDocumentError extends TerminalError {
  constructor(field: string, id: string) {
    super('documents/unknown-document', `there is no document ${JSON.stringify(id)}`, [
      { field, value: id, message: 'is no document of yours' },
    ]);
  }
}

export class UnknownTemplateError extends TerminalError {
  constructor(kind: DocumentKind, name: string, known: readonly string[]) {
    const message = `is no template for a ${kind}; expected one of ${known.join(', ')}`;
    super('documents/unknown-template', `${JSON.stringify(name)} ${message}`, [
      { field: `${kind}Template`, value: name, message },
    ]);
  }
}

/** A template cannot be made into a page; `problems` say where and why in the words of Typst. */
export class BadTemplateError extends TerminalError {
  constructor(
    readonly template: string,
    readonly problems: readonly string[],
  ) {
    super('documents/bad-template', `the template ${template} fails: ${problems.join('; ')}`);
  }
}

/** A document's pages cannot be set again as they were, so what was drawn now would not be what its PDF shows. */
export class ChangedTemplateError extends TerminalError {
  constructor(
    readonly template: string,
    what = `the template ${template}, or a font that it uses, has changed since it was written`,
    options?: ErrorOptions,
  ) {
    super(
      'documents/changed-template',
      `no picture of the document can be made: ${what}; its PDF stays as it is`,
      undefined,
      options,
    );
  }
}

/** A document says something about the person that their profile does not. */
export class UnsourcedClaimError extends TerminalError {
  constructor(kind: DocumentKind, fields: readonly FieldError[]) {
    const shown = fields
      .slice(0, 5)
      .map(({ field, value, message }) => `${field}: ${shortOf(value)} ${message}`);
    const more = fields.length > 5 ? ` (and ${fields.length - 5} more)` : '';
    super('documents/unsourced-claim', `the ${kind} was not written: ${shown.join('; ')}${more}`, fields);
  }
}

/** The profile lacks what no document can do without. */
export class BareProfileError extends TerminalError {
  constructor(kind: DocumentKind, fields: readonly FieldError[]) {
    const shown = fields.map(({ field, message }) => `${field} ${message}`);
    super(
      'documents/bare-profile',
      `no ${kind} can be written from this profile: ${shown.join('; ')}`,
      fields,
    );
  }
}

/** No font at hand has these characters, so the page would show boxes in their place. */
export class NoGlyphsError extends TerminalError {
  /** `fields` say where they stand. */
  constructor(
    readonly characters: readonly string[],
    fields: readonly FieldError[] = [],
  ) {
    const places = [...new Set(fields.map(({ field }) => field))];
    const where =
      places.length === 0 ? '' : ` (in ${places.slice(0, 5).join(', ')}${places.length > 5 ? ', …' : ''})`;
    super(
      'documents/no-glyphs',
      `no font at hand shows ${someOf(characters)}${where}: ` +
        'put one that does into the folder that DOCUMENTS_FONTS names',
      fields,
    );
  }
}

export const someOf = (characters: readonly string[]): string =>
  characters.slice(0, 20).join(' ') + (characters.length > 20 ? ' …' : '');

function shortOf(value: unknown): string {
  const text = String(value);
  return JSON.stringify(text.length > 120 ? `${text.slice(0, 120)}…` : text);
}
