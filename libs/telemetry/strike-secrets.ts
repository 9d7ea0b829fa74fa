const STRUCK = '[redacted]';

/** Names of fields whose values are nobody's business, whatever comes before or behind. */
const SECRET_FIELD =
  /pass(?:word|wd|phrase)|secret|api[-_]?key|private[-_]?key|authorization|cookie|credential|(?:^|[a-z_-])token$/i;
/** From `://` up to a space or a quote: a password may hold `@` and `/` as they are. */
const ADDRESS = /:\/\/[^\s"'`]*/g;
const BEARER = /\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi;
const DEEPEST = 8;

/** Writes a text without users and passwords in addresses, and without what a header signs in with. */
export const strikeInText = (text: string): string =>
  text.replace(ADDRESS, withoutCredentials).replace(BEARER, `$1 ${STRUCK}`);

function withoutCredentials(address: string): string {
  const end = address.lastIndexOf('@');
  return end === -1 ? address : `://***${address.slice(end)}`;
}

/**
 * Copies the fields of a line without secrets: those whose name says that they are one, and what stands in texts. The
 * error `err` is left to whoever writes it out.
 */
export function strikeInFields(fields: Record<string, unknown>): Record<string, unknown> {
  const { err, ...rest } = fields;
  const struck = strikeBelow(rest, new Set(), 0) as Record<string, unknown>;
  if (err !== undefined) struck['err'] = err instanceof Error ? err : strikeBelow(err, new Set(), 0);
  return struck;
}

function strikeBelow(value: unknown, above: ReadonlySet<object>, depth: number): unknown {
  if (typeof value === 'string') return strikeInText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error) return { type: value.name, message: strikeInText(value.message) };
  if (above.has(value)) return '[circular]';
  if (depth >= DEEPEST) return '[deeper]';
  // A date stands as its text, and an address would stand there with its password.
  if ('toJSON' in value && typeof value.toJSON === 'function')
    return strikeBelow(asJson(value), above, depth + 1);
  const within = new Set([...above, value]);
  if (Array.isArray(value)) return value.map((item) => strikeBelow(item, within, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, held]) => [
      name,
      SECRET_FIELD.test(name) && isSaid(held) ? STRUCK : strikeBelow(held, within, depth + 1),
    ]),
  );
}

/** Writes out what knows how; whatever comes to grief by that must not keep the line from being written. */
function asJson(value: object): unknown {
  try {
    return JSON.parse(JSON.stringify(value) ?? 'null');
  } catch {
    return '[unreadable]';
  }
}

/** That one is missing, or switched on, is worth knowing. */
const isSaid = (held: unknown): boolean =>
  held !== undefined && held !== null && held !== '' && typeof held !== 'boolean';
