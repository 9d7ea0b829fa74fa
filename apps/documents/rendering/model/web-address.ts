import { cleanLine } from './clean-text.js';

/** Gives an address that a document may link to; undefined for any other, such as `javascript:`. */
export function linkOf(address: string): string | undefined {
  const text = cleanLine(address);
  if (!URL.canParse(text)) return undefined;
  const { protocol, href } = new URL(text);
  return protocol === 'https:' || protocol === 'http:' ? href : undefined;
}

/** Shows an address as people write it: without scheme and closing slash. */
export function addressText(address: string): string {
  return cleanLine(address)
    .replace(/^https?:\/\/(www\.)?/i, '')
    .replace(/\/$/, '');
}
