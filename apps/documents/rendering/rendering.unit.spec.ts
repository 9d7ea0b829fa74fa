import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { strFromU8, unzipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { JOB, RESUME } from '../documents.fixtures.js';
import { cvModel } from './model/cv-model.js';
import type { DocumentModel } from './model/document-model.js';
import { letterModel } from './model/letter-model.js';
import { Renderer } from './renderer.js';

const GROUND = { resume: RESUME, job: JOB };
const OPTIONS = { ...GROUND, language: 'de', writtenOn: '2026-11-21' } as const;
const CV = cvModel(OPTIONS);
const LETTER = letterModel(OPTIONS);
const renderer = new Renderer();
const other = new Renderer();
const TEMPLATES = renderer.listTemplates().map(({ kind, name }) => [kind, name] as const);
const modelFor = (kind: 'cv' | 'letter'): DocumentModel => (kind === 'cv' ? CV : LETTER);

describe('a document’s files', () => {
  it.each(TEMPLATES)('of the %s %s are the same bytes each time, from any renderer', async (kind, name) => {
    const model = modelFor(kind);
    const one = await renderer.render(model, name, GROUND);
    const again = await other.render(structuredClone(model), name, GROUND);
    expect(again.sha256).toBe(one.sha256);
    for (const format of ['docx', 'html', 'md', 'png'] as const) {
      const made = await renderer.file(format, { model, template: name, ...one });
      expect(made.equals(await other.file(format, { model, template: name, ...again }))).toBe(true);
    }
  });

  it('show markup of the profile as it stands there, in HTML and Markdown', async () => {
    const drawn = { model: CV, template: 'default', ...(await renderer.render(CV, 'default', GROUND)) };
    const html = (await renderer.file('html', drawn)).toString();
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt; #panic(&quot;x&quot;)');
    expect(html).not.toMatch(/<script|javascript:alert\(1\)"/);
    const markdown = (await renderer.file('md', drawn)).toString();
    expect(markdown).toContain('\\<script\\>alert(1)\\</script\\> \\#panic("x") \\*fett\\*');
    expect(markdown).toContain('[joerg.example.org](<https://joerg.example.org/>)');
  });

  it('hold the same words in DOCX, markup as text, links only where they are safe', async () => {
    const { sha256 } = await renderer.render(CV, 'default', GROUND);
    const docx = await renderer.file('docx', { model: CV, template: 'default', sha256 });
    const parts = unzipSync(docx);
    const words = strFromU8(parts['word/document.xml'] ?? new Uint8Array());
    for (const said of [
      'Jörg Müßig-Öztürk',
      'Senkte die Kosten um 40 %',
      '&lt;script&gt;alert(1)&lt;/script&gt;',
    ])
      expect(words).toContain(said);
    const links = strFromU8(parts['word/_rels/document.xml.rels'] ?? new Uint8Array());
    expect(links).toContain('Target="mailto:joerg@example.org"');
    expect(links).not.toContain('javascript');
  });

  it.each([1, 12])(
    'have a picture of the first page with ink on it, of a career of %i stations',
    async (stations) => {
      const work = Array.from({ length: stations }, () => RESUME.work).flat();
      const resume = { ...RESUME, work };
      const long = cvModel({ ...OPTIONS, resume });
      const rendered = await renderer.render(long, 'default', { resume, job: JOB });
      expect(rendered.pages > 1).toBe(stations > 1);
      const png = await renderer.file('png', { model: long, template: 'default', ...rendered });
      expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1240, 1754]);
      const at = png.indexOf('IDAT');
      const pixels = inflateSync(png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4)));
      const dark = pixels.reduce((sum, value) => sum + (value < 128 ? 1 : 0), 0) / pixels.length;
      expect(dark).toBeGreaterThan(0.01);
      expect(dark).toBeLessThan(0.2);
    },
  );
});

describe('a template of one’s own', () => {
  let folder: string;
  const add = (name: string, source: string): void => {
    mkdirSync(join(folder, 'cv'), { recursive: true });
    writeFileSync(join(folder, 'cv', `${name}.typ`), source);
  };
  const own = (): Renderer => new Renderer({ templates: folder });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'templates-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is listed by its first line and read anew each time', async () => {
    add('mine', '// My own\n#json(bytes(sys.inputs.data)).name.text one');
    const mine = own();
    expect(mine.listTemplates('cv')).toContainEqual(
      expect.objectContaining({ name: 'mine', title: 'My own', builtIn: false }),
    );
    const first = await mine.render(CV, 'mine', GROUND);
    expect((await mine.render(CV, 'mine', GROUND)).sha256).toBe(first.sha256);
    add('mine', '#json(bytes(sys.inputs.data)).name.text two');
    expect((await mine.render(CV, 'mine', GROUND)).sha256).not.toBe(first.sha256);
  });

  it('that has changed since draws no picture of what was written before', async () => {
    const rectangle = '#rect(width: 40%, height: 40%, fill: black)';
    add('mine', `${rectangle} one`);
    const mine = own();
    const drawn = { model: CV, template: 'mine', ...(await mine.render(CV, 'mine', GROUND)) };
    expect((await mine.file('png', drawn)).subarray(1, 4).toString()).toBe('PNG');
    add('mine', `${rectangle} two`);
    await expect(mine.file('png', drawn)).rejects.toMatchObject({ code: 'documents/changed-template' });
    add('mine', `${rectangle} one`);
    expect((await mine.file('png', drawn)).subarray(1, 4).toString()).toBe('PNG');
    add('mine', '#panic("broken since")');
    await expect(mine.file('png', drawn)).rejects.toMatchObject({ code: 'documents/changed-template' });
  });

  it('that is gone draws no picture, and the asker is not blamed', async () => {
    add('gone', 'one');
    const mine = own();
    const drawn = { model: CV, template: 'gone', ...(await mine.render(CV, 'gone', GROUND)) };
    rmSync(join(folder, 'cv', 'gone.typ'));
    const refused = await mine.file('png', drawn).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: 'documents/changed-template',
      message:
        'no picture of the document can be made: the template gone that it was written with is gone; its PDF stays as it is',
    });
    expect(refused).not.toHaveProperty('fields.0');
  });

  it('that is changed while pages are set is the one that they are set by, and that is told', async () => {
    add('mine', 'one');
    const mine = own();
    const writing = mine.render(CV, 'mine', GROUND);
    add('mine', 'two');
    const { sha256, templateSha256 } = await writing;
    expect(await mine.render(CV, 'mine', GROUND)).toMatchObject({ sha256, templateSha256 });
  });

  it('can be what the guide shows', async () => {
    const guide = readFileSync('docs/guides/documents.md', 'utf8');
    add('short', /```typst\n([\s\S]*?)```/.exec(guide)?.[1] ?? '#panic("the guide shows none")');
    expect((await own().render(CV, 'short', GROUND)).pages).toBe(1);
  });

  it.each([
    ['fails', '#panic("no luck")', /the template bad fails: panicked with: "no luck"/],
    ['is no Typst', '#let = [', /the template bad fails: /],
    ['reads beyond its folder', '#read("/../../../../../etc/passwd")', /the template bad fails: /],
    ['never ends', '#while true {}', /the template bad fails: condition is always true/],
    ['wants a package', '#import "@preview/cetz:0.3.0": *', /packages are not fetched/],
  ])('that %s is refused with the reason', async (_what, source, reason) => {
    add('bad', source);
    await expect(own().render(CV, 'bad', GROUND)).rejects.toThrow(reason);
    await expect(own().render(CV, 'bad', GROUND)).rejects.toMatchObject({
      code: 'documents/bad-template',
    });
  });

  it.each(['none', '../letter/default', ''])(
    'by the name %j is not there, and what is there is named',
    async (name) => {
      await expect(own().render(CV, name, GROUND)).rejects.toThrow(
        /expected one of compact, default, modern/,
      );
    },
  );
});

describe('writing systems', () => {
  it('that no font at hand shows are refused, character by character', async () => {
    const resume = { ...RESUME, basics: { ...RESUME.basics, label: 'Entwickler \u{1F9D9}가' } };
    const render = () => renderer.render(cvModel({ ...OPTIONS, resume }), 'default', { resume, job: JOB });
    await expect(render()).rejects.toThrow(
      /no font at hand shows 가 \(in resume\.basics\.label\): put one that does into the folder that DOCUMENTS_FONTS names/,
    );
    const job = { ...JOB, company: '삼성' };
    const letter = () =>
      renderer.render(letterModel({ ...OPTIONS, job }), 'default', { resume: RESUME, job });
    await expect(letter()).rejects.toMatchObject({
      fields: [{ field: 'job.company', value: '삼성', message: 'holds 삼 성, which no font at hand shows' }],
    });
  });

  it('that the fonts that come along hold are written', async () => {
    const resume = { ...RESUME, basics: { ...RESUME.basics, label: 'Łódź Αθήνα Москва' } };
    const { pages } = await renderer.render(cvModel({ ...OPTIONS, resume }), 'default', { resume, job: JOB });
    expect(pages).toBe(1);
  });

  it('that are read from the right are set so, each line by its first letter', async () => {
    const highlights = ['בניתי מערכת REST.', 'Built it (בעברית).', '100% שלי'];
    const resume = { basics: { name: 'דנה כהן' }, work: [{ position: 'Lead', name: 'אלפא', highlights }] };
    const model = cvModel({ ...OPTIONS, resume });
    const [entry] = model.sections[0]?.entries ?? [];
    expect(entry?.bullets.map(({ rtl = false }) => rtl)).toEqual([true, false, true]);
    expect([entry?.title?.rtl, entry?.subtitle?.rtl, model.name.rtl]).toEqual([undefined, true, true]);
    const drawn = {
      model,
      template: 'default',
      ...(await renderer.render(model, 'default', { resume, job: JOB })),
    };
    const parts = unzipSync(await renderer.file('docx', drawn));
    const words = strFromU8(parts['word/document.xml'] ?? new Uint8Array());
    const paragraphs = words.split('<w:p>').filter((each) => each.includes('<w:bidi/>'));
    expect(paragraphs).toHaveLength(3);
    for (const said of ['דנה כהן', 'בניתי מערכת REST.', '100% שלי'])
      expect(paragraphs.some((each) => each.includes(said))).toBe(true);
  });
});

it('references stand at the end of a CV, each with its source', () => {
  const references = [{ name: 'A former manager', reference: 'Works with care.\n\nKnows baking.' }, {}];
  const { sections } = cvModel({ ...OPTIONS, resume: { ...RESUME, references } });
  expect(sections.at(-1)).toMatchObject({
    heading: { text: 'Referenzen' },
    entries: [
      {
        title: { text: 'A former manager', parts: [{ path: 'references[0].name' }] },
        paragraphs: [{ text: 'Works with care.' }, { text: 'Knows baking.' }],
      },
    ],
  });
});
