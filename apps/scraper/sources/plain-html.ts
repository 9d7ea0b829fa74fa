const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Makes HTML of plain text: empty lines part paragraphs, nothing in it is markup. */
export function htmlOfText(text: string): string {
  return text
    .trim()
    .split(/\n\s*\n/)
    .filter((paragraph) => paragraph.trim() !== '')
    .map((paragraph) => `<p>${escapeText(paragraph.trim()).replace(/\r?\n/g, '<br>')}</p>`)
    .join('\n');
}

/** Writes text so that it is no markup. */
export const escapeText = (text: string): string => text.replace(/[&<>"]/g, (c) => ESCAPES[c] ?? c);

/** A headed piece of HTML; nothing where there is no content. */
export const headed = (title: string | null | undefined, content: string | null | undefined): string =>
  content?.trim() ? `${title?.trim() ? `<h3>${escapeText(title.trim())}</h3>\n` : ''}${content}` : '';
