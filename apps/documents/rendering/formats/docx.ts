import { AlignmentType, Document, ExternalHyperlink, HeadingLevel, Packer, Paragraph, TextRun } from 'docx';
import type { DocumentModel, Entry, Letter, Line } from '../model/document-model.js';
import { withFixedBytes } from './fixed-bytes.js';

const BULLETS = 'bullets';
const FONT = 'Calibri';
const LINK = { style: 'Hyperlink' } as const;

/** Writes a document for word processors, in one column and with real headings. The same input makes the same bytes. */
export async function toDocx(model: DocumentModel): Promise<Buffer> {
  const { title, name, sections, letter, language } = model;
  const children = [
    ...headOf(model),
    ...(letter === null
      ? sections.flatMap(({ heading, entries }) => [
          new Paragraph({ heading: HeadingLevel.HEADING_2, children: runs(heading) }),
          ...entries.flatMap(entryParagraphs),
        ])
      : letterParagraphs(letter, name)),
  ];
  const document = new Document({
    title,
    creator: name.text,
    lastModifiedBy: name.text,
    styles: { default: { document: { run: { font: FONT, size: 22, language: { value: language } } } } },
    numbering: {
      config: [
        {
          reference: BULLETS,
          levels: [
            {
              level: 0,
              format: 'bullet',
              text: '•',
              alignment: AlignmentType.LEFT,
              style: { paragraph: { indent: { left: 360, hanging: 240 } } },
            },
          ],
        },
      ],
    },
    sections: [{ children }],
  });
  return withFixedBytes(await Packer.toBuffer(document), model.writtenOn);
}

function headOf({ name, label, contacts }: DocumentModel): Paragraph[] {
  const reached = contacts.flatMap((line, index) => [
    ...(index === 0 ? [] : [new TextRun(' · ')]),
    ...runs(line),
  ]);
  return [
    new Paragraph({ heading: HeadingLevel.HEADING_1, ...directionOf(name), children: runs(name) }),
    ...(label ? [textOf(label)] : []),
    ...(reached.length > 0 ? [new Paragraph({ children: reached, spacing: { after: 160 } })] : []),
  ];
}

function entryParagraphs(entry: Entry): Paragraph[] {
  const { title, subtitle, place, period, paragraphs, bullets, link } = entry;
  const rest = [subtitle, place, period].filter((line) => line !== null);
  const heading = [
    ...(title
      ? [new TextRun({ text: title.text, bold: true, ...(title.rtl ? { rightToLeft: true } : {}) })]
      : []),
    ...rest.flatMap((line, index) => [
      ...(title || index > 0 ? [new TextRun(', ')] : []),
      ...runs({ text: line.text, parts: [], ...(line.rtl ? { rtl: line.rtl } : {}) }),
    ]),
  ];
  return [
    ...(heading.length > 0
      ? [
          new Paragraph({
            keepNext: true,
            spacing: { before: 120, after: 40 },
            ...directionOf(title ?? subtitle),
            children: heading,
          }),
        ]
      : []),
    ...paragraphs.map(textOf),
    ...bullets.map(bulletOf),
    ...(link ? [textOf(link)] : []),
  ];
}

function letterParagraphs(letter: Letter, name: Line): Paragraph[] {
  return [
    ...letter.recipient.map(textOf),
    textOf(letter.date),
    new Paragraph({
      heading: HeadingLevel.HEADING_2,
      ...directionOf(letter.subject),
      children: runs(letter.subject),
    }),
    textOf(letter.salutation),
    ...letter.blocks.flatMap(({ paragraph, bullets }) => [textOf(paragraph), ...bullets.map(bulletOf)]),
    textOf(letter.closing),
    new Paragraph({ ...directionOf(name), children: runs(name), spacing: { before: 480, after: 120 } }),
    textOf(letter.enclosures),
  ];
}

const textOf = (line: Line): Paragraph =>
  new Paragraph({ ...directionOf(line), children: runs(line), spacing: { after: 100 } });

const bulletOf = (line: Line): Paragraph =>
  new Paragraph({ ...directionOf(line), children: runs(line), numbering: { reference: BULLETS, level: 0 } });

const directionOf = (line: Line | null) => (line?.rtl ? { bidirectional: true } : {});

function runs({ text, href, rtl }: Line): (TextRun | ExternalHyperlink)[] {
  const run = { text, ...(rtl ? { rightToLeft: true } : {}) };
  if (href === undefined) return [new TextRun(run)];
  return [new ExternalHyperlink({ link: href, children: [new TextRun({ ...run, ...LINK })] })];
}
