import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const ROOT = join(__dirname, '..');
const GUIDES = join(ROOT, 'docs', 'guides');
const pages = readdirSync(GUIDES).filter((file) => file.endsWith('.md'));
const examples = readdirSync(__dirname).filter((file) => /^\d\d-.+\.ts$/.test(file));

const read = (file: string): string => readFileSync(file, 'utf8');

/** The code of a page, each piece with the example that the text behind it names. */
function pieces(page: string): { readonly code: string; readonly example: string | undefined }[] {
  const found = [...read(join(GUIDES, page)).matchAll(/```ts\n([^]*?)```\n\s*([^\n]*)/g)];
  return found.map(([, code = '', behind = '']) => ({
    code,
    example: /^from \[[^\]]+\]\(\.\.\/\.\.\/examples\/([^)]+)\)/.exec(behind)?.[1],
  }));
}

/** Line breaks and what they bring along are a matter of how wide the page is. */
const unbroken = (code: string): string => code.replace(/\s+/g, '').replace(/,(?=[)\]}]|$)/g, '');

/** Links of a page to files of this project, as `[file, heading]`. */
function links(file: string): (readonly [string, string | undefined])[] {
  const text = read(file).replace(/```[^]*?```/g, '');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [path, heading] = target.split('#');
      return [path ? join(dirname(file), path) : file, heading] as const;
    });
}

/** What a heading is linked by. */
const slug = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s-]/gu, '')
    .replace(/\s/g, '-');

const headings = (file: string): string[] =>
  [...read(file).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => slug(heading));

describe.each(pages)('the guide %s', (page) => {
  it('shows only code that its examples hold', () => {
    for (const { code, example } of pieces(page)) {
      expect({ code, example }).toEqual({ code, example: expect.stringMatching(/^\d\d-.+\.ts$/) });
      const source = read(join(__dirname, example!));
      expect(unbroken(source)).toContain(unbroken(code));
    }
  });

  it('links to what is there', () => {
    const broken = links(join(GUIDES, page)).filter(
      ([file, heading]) => !existsSync(file) || (heading !== undefined && !headings(file).includes(heading)),
    );
    expect(broken.map(([file, heading]) => `${relative(ROOT, file)}#${heading ?? ''}`)).toEqual([]);
  });
});

describe('the index of the guides', () => {
  const linked = links(join(GUIDES, 'README.md')).map(([file]) => file);

  it('names every guide', () => {
    expect(linked).toEqual(
      expect.arrayContaining(pages.filter((page) => page !== 'README.md').map((page) => join(GUIDES, page))),
    );
  });

  it('names every example', () => {
    expect(linked).toEqual(expect.arrayContaining(examples.map((file) => join(__dirname, file))));
  });
});

describe('the examples', () => {
  it.each(examples)('%s names a section of a guide that is there', (file) => {
    const [, page = '', heading] = /See docs\/guides\/([a-z-]+\.md)(?:#([a-z-]+))?\./.exec(
      read(join(__dirname, file)),
    )!;
    expect(pages).toContain(page);
    if (heading !== undefined) expect(headings(join(GUIDES, page))).toContain(heading);
  });
});
