/** Characters that show nothing, or that turn the reading direction of what follows them. */
const UNSEEN = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;
const CONTROL = /\p{Cc}/gu;

/**
 * Cleans a text for reading by rules: composed letters (NFC), one kind of line break, single blanks, nothing unseen.
 * Each pass is linear, so that two megabytes take milliseconds.
 */
export function cleanText(raw: string): string {
  return raw
    .normalize('NFC')
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replace(UNSEEN, '')
    .replace(CONTROL, (control) => (control === '\n' ? control : ' '))
    .replace(/[^\S\n]+/gu, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** Makes what is compared: lower case in no one's language, letters whole, Latin letters without their marks. */
export const foldText = (text: string): string =>
  text
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .normalize('NFKD')
    .replace(/(\p{Script=Latin})\p{Mn}+/gu, '$1')
    .normalize('NFC');

/** Gives the first so many UTF-16 units of a text, and never half a character. */
export const headOf = (text: string, length: number): string =>
  text.slice(0, length).replace(/[\ud800-\udbff]$/, '');
