/** Characters that nobody sees, that turn the order of others round, or that a file format forbids. */
const UNSEEN =
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u00AD\u200B\u200E\u200F\u202A-\u202E\u2060\u2066-\u2069\uFEFF\uFFFE\uFFFF]/g;
const LONE_SURROGATE = /\p{Surrogate}/gu;
/** Pictures among letters, which no font of ours has and applicant tracking systems stumble over. */
const EMOJI = /\p{Emoji_Presentation}[\p{Emoji_Modifier}\u200D\uFE0F\p{Emoji_Presentation}]*|\uFE0F/gu;
/** A line that is as it may stand already, as most are. */
const CLEAN =
  /^(?![*-] )[!-~\u00C0-\u024F\u2013\u2014\u2026\u20AC]+(?: [!-~\u00C0-\u024F\u2013\u2014\u2026\u20AC]+)*$/;
const BULLET = /^\s*[•▪◦*-]\s+/;

/** Gives a text's paragraphs as they may stand in a document: whole characters, single spaces, nothing unseen, no emoji. */
export function paragraphsOf(text: string): string[] {
  if (CLEAN.test(text)) return [text];
  return text
    .normalize('NFC')
    .replace(LONE_SURROGATE, '\uFFFD')
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) =>
      line.replace(UNSEEN, '').replace(EMOJI, '').replace(/\s+/g, ' ').replace(BULLET, '').trim(),
    )
    .filter((line) => line !== '');
}

/** The same in one line. */
export function cleanLine(text: string): string {
  return paragraphsOf(text).join(' ');
}
