import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runCli } from '../run-cli.js';
import { ExitCode } from '../terminal/exit-code.js';
import { captureTerminal } from '../testing/captured-terminal.js';
import { type FakeGateway, startFakeGateway } from '../testing/fake-gateway.js';

let gateway: FakeGateway;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(async () => {
  gateway = await startFakeGateway();
});
afterEach(() => gateway.close());

async function jobhunter(...args: string[]) {
  const terminal = captureTerminal({ env: { JOBHUNTER_URL: gateway.url } });
  return { terminal, code: await runCli(args, terminal) };
}

const changed = {
  success: true,
  version: 2,
  changed: ['preferences.places'],
  message: 'The profile is kept.',
};

describe('the profile', () => {
  it('is taken from a file, with preferences beside it', async () => {
    const file = path.join(folder, 'resume.json');
    await writeFile(file, '{"basics": {"name": "Someone"}}');
    gateway.on('PUT /profile', { body: changed });
    const { terminal } = await jobhunter('profile', 'import', file, '--preferences', '{"places": ["Bonn"]}');
    expect(gateway.requests.at(-1)?.body).toEqual({
      resume: { basics: { name: 'Someone' } },
      preferences: { places: ['Bonn'] },
    });
    expect(terminal.stdout()).toBe('The profile is kept.\nversion 2: preferences.places');
  });

  it('is shown as it was in a version', async () => {
    const preferences = {
      titlesWanted: ['Bäckerin'],
      titlesUnwanted: [],
      places: [],
      remote: 'any',
      salary: { min: 40_000, currency: 'EUR' },
      languages: [],
      blockedEmployers: [],
      dailyLimit: 10,
    };
    const resume = { basics: { name: 'Someone' }, work: [{}, {}] };
    const updatedAt = '2026-11-21T10:00:00.000Z';
    const body = { userId: 'local', version: 3, resume, preferences, standingRule: null, updatedAt };
    gateway.on('GET /profile', { body });
    const { terminal } = await jobhunter('profile', 'show', '3');
    expect(gateway.requests.at(-1)?.query).toEqual({ version: '3' });
    expect(terminal.stdout()).toMatch(/work +2\n[^]*titles wanted +Bäckerin\n[^]*from 40,000 EUR a year\n/);
    expect(terminal.stdout()).toContain('none: nothing is sent without your word');
  });

  it.each([
    [['import', 'nowhere.json'], 'the resume nowhere.json: there is no such file'],
    [['set'], 'nothing is to be changed'],
    [['set', '--preferences', '[1]'], '--preferences: expected a JSON object'],
    [['set', '--preferences', 'null'], '--preferences: expected a JSON object'],
    [['show', 'x'], 'expected a whole number from 1'],
  ])('refuses %j', async (args, sentence) => {
    const { terminal, code } = await jobhunter('profile', ...args);
    expect(code).toBe(ExitCode.usage);
    expect(terminal.stderr()).toContain(sentence);
    expect(gateway.requests).toEqual([]);
  });

  it('loses its standing rule by null', async () => {
    gateway.on('PATCH /profile', { body: changed });
    await jobhunter('profile', 'set', '--standing-rule', 'null');
    expect(gateway.requests.at(-1)?.body).toEqual({ standingRule: null });
  });
});

describe('a document', () => {
  it('is saved as a file', async () => {
    const to = path.join(folder, 'cv.pdf');
    gateway.on('GET /documents/cv_1/file', { body: '%PDF-1.7', type: 'application/pdf' });
    const { terminal } = await jobhunter('documents', 'save', 'cv_1', '--to', to);
    expect(gateway.requests.at(-1)?.query).toEqual({ format: 'pdf' });
    expect(await readFile(to, 'utf8')).toBe('%PDF-1.7');
    expect(terminal.stdout()).toBe(`Saved as ${to} (8 bytes).`);
  });

  it('that cannot be written or that there is not is told', async () => {
    gateway.on('GET /documents/cv_1/file', { body: '%PDF-1.7', type: 'application/pdf' });
    const to = path.join(folder, 'no', 'cv.pdf');
    const unwritable = await jobhunter('documents', 'save', 'cv_1', '--to', to);
    expect(unwritable.code).toBe(ExitCode.failed);
    expect(unwritable.terminal.stderr()).toContain(`${to} cannot be written (ENOENT)`);
    expect((await jobhunter('documents', 'save', 'cv_2')).code).toBe(ExitCode.notFound);
  });
});

describe('an application', () => {
  it('is said by hand to stand so', async () => {
    gateway.on('PATCH /applications/app_1', { body: { message: 'It is interview now.' } });
    const { terminal } = await jobhunter('applications', 'set', 'app_1', 'interview', '--note', 'on Monday');
    expect(gateway.requests.at(-1)?.body).toEqual({ status: 'interview', note: 'on Monday' });
    expect(terminal.stdout()).toBe('It is interview now.');
  });

  it('is withdrawn', async () => {
    gateway.on('POST /applications/app_1/withdraw', { body: { message: 'It is withdrawn.' } });
    const { terminal } = await jobhunter('applications', 'withdraw', 'app_1');
    expect(terminal.stdout()).toBe('It is withdrawn.');
  });

  it.each([
    [['set', 'app_1', 'sending'], 'sending: expected one of sent, answered'],
    [['set', 'app_1'], 'nothing is to be changed'],
    [['ls', '--status', 'gone'], 'Allowed choices are prepared'],
  ])('refuses %j', async (args, sentence) => {
    const { terminal, code } = await jobhunter('applications', ...args);
    expect(code).toBe(ExitCode.usage);
    expect(terminal.stderr()).toContain(sentence);
  });
});
