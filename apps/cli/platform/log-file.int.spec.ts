import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createLogger } from '#libs/telemetry';
import { logFileOf, logToFile } from './log-file.js';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'log-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

it('keeps the lines of all services in one file and tells of trouble once', async () => {
  const told: string[] = [];
  const log = await logToFile(logFileOf(home), (service, message) => told.push(`${service}: ${message}`));
  const scraper = createLogger({ service: 'scraper', level: 'info' });
  const audit = createLogger({ service: 'audit', level: 'info' });
  scraper.info('page read');
  audit.error('the database does not answer');
  audit.error('the database does not answer');
  scraper.error(new Error('no such board'));
  await log.close();

  const lines = (await readFile(log.file, 'utf8')).trim().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { service: string }).service)).toEqual([
    'scraper',
    'audit',
    'audit',
    'scraper',
  ]);
  expect(told).toEqual(['audit: the database does not answer', 'scraper: no such board']);
});

it('begins a new file where the old one has grown large', async () => {
  const file = logFileOf(home);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, '');
  await truncate(file, 11 * 1024 * 1024);
  const log = await logToFile(file, () => undefined);
  await log.close();
  expect((await stat(file)).size).toBe(0);
  expect((await stat(`${file}.1`)).size).toBe(11 * 1024 * 1024);
});
