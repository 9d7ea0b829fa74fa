import { TerminalError } from '#libs/operations';

const LONGEST_EXCERPT = 80;

/** The board's answer is not shaped as the parser knows it. */
export class SchemaChangedError extends TerminalError {
  constructor(
    /** Where in the answer, e.g. `data[3].title`. */
    readonly path: string,
    readonly expected: string,
    readonly found: unknown,
    options?: ErrorOptions,
  ) {
    super(
      'scraper/schema-changed',
      `the answer has changed its shape: at ${path || 'its top'} expected ${expected}, found ${excerpt(found)}`,
      undefined,
      options,
    );
  }
}

function excerpt(found: unknown): string {
  if (found === undefined) return 'nothing';
  const text = typeof found === 'string' ? JSON.stringify(found) : describeValue(found);
  return text.length > LONGEST_EXCERPT ? `${text.slice(0, LONGEST_EXCERPT)}…` : text;
}

function describeValue(found: unknown): string {
  if (Array.isArray(found)) return `a list of ${found.length}`;
  if (found !== null && typeof found === 'object')
    return `an object with ${Object.keys(found).slice(0, 8).join(', ') || 'no fields'}`;
  return String(found);
}
