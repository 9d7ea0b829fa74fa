import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stepstoneBoard } from '../fixture-boards/boards/stepstone.js';
import { SourceRegistry } from './source-registry.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'saved-pages-'));
  const results = stepstoneBoard('/jobs/typescript', new URLSearchParams(), 'https://board.example')?.body;
  await writeFile(join(folder, 'results.html'), results ?? '');
  await writeFile(join(folder, 'other.HTM'), '<html><body>something else</body></html>');
});
afterAll(() => rm(folder, { recursive: true }));

async function search(source: string, setting: string) {
  const sources = new SourceRegistry({ [setting]: folder }, null);
  const visits = sources.get(source, false).search({
    query: { keywords: ['typescript'] },
    limit: 10,
    fetchDetails: true,
    urls: [],
    savedPages: [],
    watched: [],
    http: null,
    signal: new AbortController().signal,
  });
  const seen: unknown[] = [];
  for await (const { page, postings } of visits) seen.push([page.url, page.outcome, postings.length > 0]);
  return seen;
}

it('a source that reads folders reads each page, and sifts what is on it', async () => {
  expect(await search('stepstone', 'SOURCE_STEPSTONE_FOLDER')).toEqual([
    ['saved:other.HTM', 'schema_changed', false],
    ['saved:results.html', 'results', true],
  ]);
  expect(await search('jsonld', 'SOURCE_JSONLD_FOLDER')).toEqual([
    ['saved:other.HTM', 'no_results', false],
    ['saved:results.html', 'no_results', false],
  ]);
});
