/** Bytes that one dump may take up in a record, so that a record fits into one message of the broker. */
export const LARGEST_TEXT = 262_144;

/**
 * Writes a value that has no shape of ours as JSON text: its field names may be any, which the database does not
 * allow, and nothing ever looks into it there. A text beyond `LARGEST_TEXT` is replaced by a note of its size.
 */
export function toText(value: unknown): string {
  const text = JSON.stringify(value ?? null);
  // No character takes more than three bytes of UTF-8 for each unit of its length: most texts need no counting.
  if (text.length * 3 <= LARGEST_TEXT) return text;
  const bytes = Buffer.byteLength(text);
  return bytes <= LARGEST_TEXT ? text : JSON.stringify({ tooLargeToKeep: true, bytes });
}

/** Reads such a text back. */
export function fromText(text: string | null | undefined): unknown {
  return text === null || text === undefined ? null : (JSON.parse(text) as unknown);
}
