import { oneLine } from '../terminal/plain-text.js';

const LONGEST = 40;

/**
 * Gives what tells one task apart from its neighbours: the short texts of its input, as in
 * `arbeitnow, python, Berlin`. Ids, numbers and switches are left out.
 */
export function summariseInput(input: unknown): string {
  const texts: string[] = [];
  collect(input, '', texts);
  const line = texts.join(', ');
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}

function collect(value: unknown, key: string, into: string[]): void {
  if (typeof value === 'string') {
    if (!/(^id$|Ids?$)/.test(key) && value !== '') into.push(oneLine(value));
  } else if (Array.isArray(value)) {
    for (const item of value.slice(0, 5)) collect(item, key, into);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) collect(inner, name, into);
  }
}
