import type { DocumentModel, Entry, Letter, Line } from '../model/document-model.js';

const STYLE = `
  body { font: 11pt/1.45 Georgia, "Times New Roman", serif; color: #1a1a1a; max-width: 46em; margin: 2em auto; padding: 0 1.5em; }
  h1 { font-size: 1.9em; margin: 0; } h2 { font-size: 1.15em; border-bottom: 1px solid #999; margin: 1.6em 0 .6em; }
  h3 { font-size: 1em; margin: 1em 0 .2em; } p { margin: .35em 0; } ul { margin: .35em 0; padding-left: 1.3em; }
  p, li, h1, h2, h3, address { unicode-bidi: plaintext; }
  .period { color: #555; } a { color: #1f5a7a; } address { font-style: normal; }
  @media print { body { margin: 0; max-width: none; } }
`;

/** Writes a document as one HTML page that loads nothing and runs nothing. */
export function toHtml(model: DocumentModel): string {
  const { language, title, name, label, contacts, sections, letter } = model;
  const head = [
    `<h1>${escape(name.text)}</h1>`,
    ...(label ? [paragraph(label)] : []),
    `<address>${contacts.map(inline).join(' · ')}</address>`,
  ];
  const body =
    letter === null
      ? sections.map(
          ({ heading, entries }) =>
            `<section>\n<h2>${inline(heading)}</h2>\n${entries.map(entryHtml).join('\n')}\n</section>`,
        )
      : letterHtml(letter, name);
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
${head.join('\n')}
</header>
<main>
${body.join('\n')}
</main>
</body>
</html>
`;
}

function entryHtml(entry: Entry): string {
  const { title, subtitle, place, period, paragraphs, bullets, link } = entry;
  const what = [title, subtitle, place].filter((line) => line !== null).map(inline);
  const when = period === null ? [] : [`<span class="period">${inline(period)}</span>`];
  const heading = [what.join(', '), ...when].filter((part) => part !== '').join(' · ');
  return [
    ...(heading === '' ? [] : [`<h3>${heading}</h3>`]),
    ...paragraphs.map(paragraph),
    ...list(bullets),
    ...(link ? [paragraph(link)] : []),
  ].join('\n');
}

function letterHtml(letter: Letter, name: Line): string[] {
  return [
    `<p>${letter.recipient.map(inline).join('<br>')}</p>`,
    paragraph(letter.date),
    `<h2>${inline(letter.subject)}</h2>`,
    paragraph(letter.salutation),
    ...letter.blocks.flatMap(({ paragraph: text, bullets }) => [paragraph(text), ...list(bullets)]),
    paragraph(letter.closing),
    `<p>${escape(name.text)}</p>`,
    paragraph(letter.enclosures),
  ];
}

function list(lines: readonly Line[]): string[] {
  return lines.length === 0
    ? []
    : [`<ul>\n${lines.map((line) => `<li>${inline(line)}</li>`).join('\n')}\n</ul>`];
}

const paragraph = (line: Line): string => `<p>${inline(line)}</p>`;

function inline({ text, href }: Line): string {
  return href === undefined ? escape(text) : `<a href="${escape(href)}">${escape(text)}</a>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
