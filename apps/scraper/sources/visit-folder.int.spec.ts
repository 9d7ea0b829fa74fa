import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { visitFolder } from './visit-folder.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'saved-pages-'));
  await writeFile(join(folder, 'b.html'), '<p>b</p>');
  await writeFile(join(folder, 'a.HTM'), '<p>a</p>');
  await writeFile(join(folder, 'notes.txt'), 'no page');
  await mkdir(join(folder, 'folder.html'));
  await symlink(join(folder, 'gone'), join(folder, 'link.html'));
  await writeFile(join(folder, 'large.html'), '');
  await truncate(join(folder, 'large.html'), 10 * 1024 * 1024 + 1);
});
afterAll(() => rm(folder, { recursive: true }));

const visits = (path: string, signal: AbortSignal, parsed: string[] = []) =>
  visitFolder(path, 'SOURCE_X_FOLDER', signal, (html) => {
    parsed.push(html);
    return { postings: [], faults: [] };
  });

describe('a folder of saved pages', () => {
  it('is read by name; what cannot be read leaves the others alone', async () => {
    const seen: unknown[] = [];
    for await (const { page } of visits(folder, new AbortController().signal))
      seen.push([page.url, page.outcome, page.error?.message ?? null]);
    expect(seen).toEqual([
      ['saved:a.HTM', 'no_results', null],
      ['saved:b.html', 'no_results', null],
      ['saved:large.html', 'unreachable', 'large.html cannot be read: it is larger than 10485760 bytes'],
      ['saved:link.html', 'unreachable', expect.stringContaining('ENOENT')],
    ]);
  });

  it('is read file by file', async () => {
    const parsed: string[] = [];
    const stop = new AbortController();
    const pages = visits(folder, stop.signal, parsed);
    await pages.next();
    expect(parsed).toEqual(['<p>a</p>']);
    stop.abort(new Error('cancelled by the person'));
    await expect(pages.next()).rejects.toThrow('cancelled by the person');
  });

  it('is a bad setting where it is none', async () => {
    const pages = visits(join(folder, 'notes.txt'), new AbortController().signal);
    await expect(pages.next()).rejects.toThrow('SOURCE_X_FOLDER');
  });
});
