import { beforeAll, describe, expect, it } from '@jest/globals';
import { JOB, RESUME } from '../documents.fixtures.js';
import { readPdfs, type ReadPdf } from './testing/read-pdfs.js';
import { cvModel } from './model/cv-model.js';
import type { DocumentModel, Line } from './model/document-model.js';
import { letterModel } from './model/letter-model.js';
import { Renderer } from './renderer.js';

const GROUND = { resume: RESUME, job: JOB };
const OPTIONS = { ...GROUND, language: 'de', writtenOn: '2026-11-21' } as const;
const CV = cvModel(OPTIONS);
const LETTER = letterModel(OPTIONS);
const renderer = new Renderer();
const TEMPLATES = renderer.listTemplates().map(({ kind, name }) => [kind, name] as const);
const modelFor = (kind: 'cv' | 'letter'): DocumentModel => (kind === 'cv' ? CV : LETTER);

const read = new Map<string, ReadPdf>();
const textOf = (kind: string, name: string): string => read.get(`${kind}/${name}`)?.text ?? '';

beforeAll(async () => {
  const rendered = TEMPLATES.map(([kind, name]) => renderer.render(modelFor(kind), name, GROUND));
  const pdfs = (await Promise.all(rendered)).map(({ pdf }) => pdf);
  (await readPdfs(pdfs)).forEach((pdf, index) => read.set(TEMPLATES[index]?.join('/') ?? '', pdf));
});

/** Expects words one after the other. */
function expectInOrder(text: string, words: readonly string[]): void {
  let from = 0;
  for (const word of words) {
    const at = text.indexOf(word, from);
    expect([word, at >= from]).toEqual([word, true]);
    from = at + word.length;
  }
}

/** What a document says below its head. */
function saidBy({ sections, letter }: DocumentModel): Line[] {
  const entries = sections.flatMap((section) => section.entries);
  return [
    ...entries.flatMap(({ paragraphs, bullets }) => [...paragraphs, ...bullets]),
    ...(letter?.blocks ?? []).flatMap(({ paragraph, bullets }) => [paragraph, ...bullets]),
  ];
}

describe('a PDF that is read back', () => {
  it.each(TEMPLATES)(
    'holds every line of the %s %s, with umlauts, ligatures and markup whole',
    (kind, name) => {
      const model = modelFor(kind);
      const text = textOf(kind, name);
      for (const line of [model.name, ...model.contacts, ...saidBy(model)]) expect(text).toContain(line.text);
      expect(text).not.toMatch(/[\uFB00-\uFB06\uFFFD]/);
    },
  );

  it.each(TEMPLATES.filter(([kind]) => kind === 'cv'))(
    'reads in order, in one column, in the %s %s',
    (kind, name) => {
      expectInOrder(textOf(kind, name), [
        ...[
          'Jörg Müßig-Öztürk',
          'joerg@example.org',
          'Profil',
          'Entwickelt effiziente Abläufe für offene Fragen.',
        ],
        ...[
          'Berufserfahrung',
          'Teamleiter',
          'Größe & Söhne',
          'Köln',
          '03/2019 – heute',
          'Senkte die Kosten um 40 %',
        ],
        ...[
          'Entwickler',
          'Erste Hilfe Software GmbH',
          '01/2015 – 12/2018',
          'Ausbildung',
          'Diplom, Informatik',
        ],
        ...['Note: 1,3', 'Kenntnisse', 'Programmieren (sehr gut)', 'TypeScript, MongoDB, Java', 'Büro'],
        ...['Sprachen', 'Deutsch (Muttersprache)'],
      ]);
    },
  );

  it.each(TEMPLATES.filter(([kind]) => kind === 'letter'))(
    'reads as a letter does in the %s %s',
    (kind, name) => {
      expectInOrder(textOf(kind, name), [
        ...[
          'Jörg Müßig-Öztürk',
          '../../etc/passwd GmbH',
          '21. November 2026',
          'Bewerbung als Engineer (m/w/d)',
        ],
        ...[
          'Sehr geehrte Damen und Herren,',
          'hiermit bewerbe ich mich um die Stelle',
          'bei ../../etc/passwd GmbH.',
        ],
        ...['Entwickelt effiziente Abläufe', 'Derzeit arbeite ich als Teamleiter bei Größe & Söhne.'],
        ...['bringe ich mit: TypeScript, MongoDB.', 'Mit freundlichen Grüßen', 'Jörg Müßig-Öztürk'],
      ]);
    },
  );

  it.each(TEMPLATES)('links what is safe to follow and nothing else in the %s %s', (kind, name) => {
    const links = read.get(`${kind}/${name}`)?.links ?? [];
    expect(links).toEqual(
      expect.arrayContaining(['mailto:joerg@example.org', 'tel:+49301234567', 'https://joerg.example.org/']),
    );
    expect(links.filter((link) => link.startsWith('javascript'))).toEqual([]);
  });

  it.each(TEMPLATES)(
    'says who wrote it, in which language, and that it is tagged, in the %s %s',
    (kind, name) => {
      const pdf = read.get(`${kind}/${name}`);
      expect(pdf).toMatchObject({ tagged: true, info: { Author: 'Jörg Müßig-Öztürk', Language: 'de' } });
      expect(pdf?.info['Title']).toBe(
        kind === 'cv' ? 'Lebenslauf Jörg Müßig-Öztürk' : 'Bewerbung Jörg Müßig-Öztürk',
      );
      expect(pdf?.info).not.toHaveProperty('CreationDate');
    },
  );
});

describe('a page', () => {
  // Of a script that the fonts which come along hold.
  const basics = { name: 'דנה', summary: 'מפתחת תוכנה (צד שרת).' };
  const reachOf = async (resume: Readonly<Record<string, unknown>>): Promise<number[]> => {
    const ground = { resume, job: JOB };
    const options = { ...ground, language: 'de', writtenOn: '2026-11-21' } as const;
    const rendered = TEMPLATES.map(([kind, name]) => {
      const model = kind === 'cv' ? cvModel(options) : letterModel(options);
      return renderer.render(model, name, ground);
    });
    const pdfs = (await Promise.all(rendered)).map(({ pdf }) => pdf);
    return (await readPdfs(pdfs)).map(({ reach }) => reach);
  };

  it('begins on the right what is read from there', async () => {
    const [compact = 0, standard = 0, modern = 0] = await reachOf({ basics });
    expect(Math.min(compact, standard, modern)).toBeGreaterThan(0.85);
    const [, left = 1] = await reachOf({ basics: { name: 'Dana', summary: 'Entwicklerin.' } });
    expect(left).toBeLessThan(0.7);
  });

  it('holds words that are longer than a line, and whole when they are read out again', async () => {
    const long = 'x'.repeat(400);
    const resume = {
      basics: { name: `N${long}`, label: `L${long}`, url: `https://example.org/${long}` },
      work: [{ name: `W${long}`, position: `P${long}`, highlights: [`H${long}`] }],
    };
    for (const reach of await reachOf(resume)) expect(reach).toBeLessThan(0.96);
    const ground = { resume, job: JOB };
    const model = cvModel({ ...ground, language: 'de', writtenOn: '2026-11-21' });
    const [pdf] = await readPdfs([(await renderer.render(model, 'default', ground)).pdf]);
    const text = pdf?.text.replaceAll(' ', '') ?? '';
    for (const first of 'NLWPH') expect(text).toContain(`${first}${long}`);
  });
});
