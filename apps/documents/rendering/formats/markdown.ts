import type { DocumentModel, Entry, Letter, Line } from '../model/document-model.js';

/** Writes a document as Markdown (CommonMark); what it says is never read as markup. */
export function toMarkdown(model: DocumentModel): string {
  const { name, label, contacts, sections, letter } = model;
  const head = [
    `# ${escape(name.text)}`,
    ...(label ? [inline(label)] : []),
    contacts.map(inline).join(' · '),
  ];
  const body =
    letter === null
      ? sections.flatMap(({ heading, entries }) => [`## ${inline(heading)}`, ...entries.flatMap(entryBlocks)])
      : letterBlocks(letter, name);
  return `${[...head, ...body].filter((block) => block !== '').join('\n\n')}\n`;
}

function entryBlocks(entry: Entry): string[] {
  const { title, subtitle, place, period, paragraphs, bullets, link } = entry;
  const what = [subtitle, place].filter((line) => line !== null).map(inline);
  const heading = [...(title ? [`**${inline(title)}**`] : []), ...what].join(', ');
  return [
    [heading, ...(period ? [`*${inline(period)}*`] : [])].filter((part) => part !== '').join(' — '),
    ...paragraphs.map(inline),
    bullets.map((line) => `- ${inline(line)}`).join('\n'),
    ...(link ? [inline(link)] : []),
  ];
}

function letterBlocks(letter: Letter, name: Line): string[] {
  return [
    letter.recipient.map(inline).join('  \n'),
    inline(letter.date),
    `**${inline(letter.subject)}**`,
    inline(letter.salutation),
    ...letter.blocks.flatMap(({ paragraph, bullets }) => [
      inline(paragraph),
      bullets.map((line) => `- ${inline(line)}`).join('\n'),
    ]),
    inline(letter.closing),
    escape(name.text),
    inline(letter.enclosures),
  ];
}

function inline({ text, href }: Line): string {
  return href === undefined
    ? escape(text)
    : `[${escape(text)}](<${href.replace(/[<>]/g, encodeURIComponent)}>)`;
}

function escape(text: string): string {
  return text.replace(/[\\`*_[\]<>&#|~$]/g, '\\$&').replace(/^(\d+)([.)])|^([+-])(?=\s)/, '$1\\$2$3');
}
