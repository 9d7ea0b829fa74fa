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
  message: 'profile version 2: kept (preferences.places)',
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
    expect(terminal.stdout()).toBe(changed.message);
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

  it.each<[string[], object]>([
    [
      ['preferences', '--place', 'Bonn', '--place', 'Ulm', '--remote', 'only', '--daily-limit', '3'],
      { preferences: { places: ['Bonn', 'Ulm'], remote: 'only', dailyLimit: 3 } },
    ],
    [
      ['preferences', '--salary', '60000', '--currency', 'CHF', '--title', 'Baker', '--block', 'Oven'],
      {
        preferences: {
          titlesWanted: ['Baker'],
          blockedEmployers: ['Oven'],
          salary: { min: 60_000, currency: 'CHF' },
        },
      },
    ],
    [
      ['preferences', '--clear', 'salary', '--clear', 'places', '--unwanted-title', 'intern'],
      { preferences: { salary: null, places: [], titlesUnwanted: ['intern'] } },
    ],
    [
      ['rule', '--least-score', '0.9', '--per-day', '2', '--until', '2026-12-31', '--channel', 'email'],
      {
        standingRule: {
          ...{ leastScore: 0.9, perDay: 2, until: '2026-12-31T00:00:00.000Z', channels: ['email'] },
        },
      },
    ],
    [['rule', '--employer', 'Oven', '--note', 'ok'], { standingRule: { employers: ['Oven'], note: 'ok' } }],
    [['rule', '--none'], { standingRule: null }],
  ])('is changed by %j', async (args, body) => {
    gateway.on('PATCH /profile', { body: changed });
    const { terminal, code } = await jobhunter('profile', ...args);
    expect([code, terminal.stderr()]).toEqual([ExitCode.ok, '']);
    expect(gateway.requests.at(-1)?.body).toEqual(body);
  });

  it('says what is wanted and what may be sent, where nothing is changed', async () => {
    const preferences = {
      ...{ titlesWanted: [], titlesUnwanted: [], places: ['Bonn'], remote: 'no', salary: null },
      ...{ languages: ['de'], blockedEmployers: [], dailyLimit: 4 },
    };
    const standingRule = { leastScore: 0.9, employers: [], channels: ['email'], perDay: 2 };
    const until = '2026-12-31T00:00:00.000Z';
    gateway.on('GET /profile', { body: { preferences, standingRule: { ...standingRule, until } } });
    expect((await jobhunter('profile', 'preferences')).terminal.stdout()).toMatch(
      /^places +Bonn\nremote +no\nlanguages +de\napplications a day +4$/,
    );
    expect((await jobhunter('profile', 'rule')).terminal.stdout()).toMatch(
      /^least score +0\.9\na day +2\nuntil +2026-12-3.*\nemployers +any that is not blocked\nby +email$/,
    );
    gateway.on('GET /profile', { body: { preferences, standingRule: null } });
    const none = await jobhunter('profile', 'rule', '--json');
    expect(JSON.parse(none.terminal.stdout())).toBeNull();
  });

  it.each([
    [['preferences', '--remote', 'maybe'], 'Allowed choices are only, preferred, any, no'],
    [['preferences', '--salary', '-1'], 'expected a whole number from 0'],
    [['preferences', '--currency', 'EUR'], '--currency EUR: expected --salary beside it'],
    [['preferences', '--clear', 'all'], '--clear all: expected one of titles, unwanted-titles'],
    [['preferences', '--clear', 'places', '--place', 'Bonn'], 'places cannot be set and cleared at once'],
    [['rule', '--least-score', '90'], 'expected a number from 0 to 1'],
    [['rule', '--least-score', 'x'], 'expected a number from 0 to 1'],
    [['rule', '--per-day', '0'], 'expected a whole number from 1'],
    [['rule', '--until', '2026-02-31'], '--until 2026-02-31: expected a day or an instant'],
    [['rule', '--none', '--per-day', '2'], '--none takes the whole rule back'],
  ])('is not changed by %j', async (args, sentence) => {
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

  it('that is approved to be handed in says how', async () => {
    const at = '2026-11-21T10:00:00.000Z';
    const body = {
      ...{ id: 'app_1', title: 'Baker', company: 'Oven', status: 'to_hand_in', preparedAt: at, sentAt: null },
      ...{
        serverSaid: null,
        notes: '',
        sha256: 'ab12',
        channel: 'form',
        from: null,
        replyTo: null,
        to: null,
      },
      ...{ subject: 'Baker – Oven', text: 'Position: Baker', applyUrl: 'https://oven.example', warnings: [] },
      ...{ attachments: [], history: [{ at, to: 'to_hand_in', by: 'local', note: null }] },
      picture: { sha256: 'cd34', pageUrl: 'https://oven.example/form', at },
    };
    gateway.on('GET /applications/app_1', { body });
    const { terminal } = await jobhunter('applications', 'show', 'app_1');
    expect(terminal.stdout()).toMatch(/\nform seen +2026-11-2[012] .*, https:\/\/oven\.example\/form\n/);
    expect(terminal.stdout()).toMatch(
      /\nFill it in: +jobhunter applications prefill app_1 --picture form\.png\nHanded in: +jobhunter applications set app_1 sent$/,
    );
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

describe('jobs', () => {
  it('are searched by words', async () => {
    gateway.on('GET /jobs/search', { body: { items: [], nextCursor: null } });
    const { terminal } = await jobhunter('jobs', 'search', 'baker', '"pastry chef"');
    expect(gateway.requests.at(-1)?.query).toEqual({ text: 'baker "pastry chef"', limit: '50' });
    expect(terminal.stdout()).toBe('No job holds that.');
  });

  it('are brought out of a file, and what cannot be kept is told', async () => {
    const file = path.join(folder, 'openings.json');
    await writeFile(file, '[{"title": "Baker", "company": "Oven"}, {}]');
    const errors = [{ item: 'jobs[1]', field: 'title', message: 'title must say what the opening is' }];
    gateway.on('POST /jobs', { body: { jobsCreated: 1, jobsUpdated: 0, errors, dryRun: false } });
    const { terminal, code } = await jobhunter('jobs', 'add', file);
    expect(gateway.requests.at(-1)?.body).toEqual({ jobs: [{ title: 'Baker', company: 'Oven' }, {}] });
    expect(code).toBe(ExitCode.failed);
    expect(terminal.stdout()).toBe(
      '1 job kept, 0 known before.\n  jobs[1]: title must say what the opening is',
    );
    await writeFile(file, '{"title": "Baker"}');
    expect((await jobhunter('jobs', 'add', file)).code).toBe(ExitCode.usage);
  });

  it('are kept from a pasted address', async () => {
    const body = { success: true, source: 'lever', jobIds: ['j1', 'j2'], jobsCreated: 1, message: null };
    gateway.on('POST /jobs/from-url', { body });
    const { terminal, code } = await jobhunter('jobs', 'add', 'https://jobs.lever.co/acme');
    expect(gateway.requests.at(-1)?.body).toEqual({ url: 'https://jobs.lever.co/acme' });
    expect(terminal.stdout()).toBe('lever: 1 job kept, 1 known before.\nj1\nj2');
    expect(code).toBe(ExitCode.ok);

    gateway.on('POST /jobs/from-url', {
      body: { ...body, success: false, jobIds: [], jobsCreated: 0, message: 'the page has no opening' },
    });
    const none = await jobhunter('jobs', 'add', 'https://acme.example');
    expect([none.code, none.terminal.stdout()]).toEqual([
      ExitCode.failed,
      'lever gave nothing.\nthe page has no opening',
    ]);
  });

  it('are said to stand so, taken apart and deleted', async () => {
    gateway.on('PATCH /jobs/j1', { body: { updated: { status: 'applied', notes: 'near' } } });
    const set = await jobhunter('jobs', 'set', 'j1', 'applied', '--notes', 'near', '--dry-run');
    expect(gateway.requests.at(-1)?.body).toEqual({ status: 'applied', notes: 'near', dryRun: true });
    expect(set.terminal.stdout()).toBe('status and notes would be changed.');
    gateway.on('POST /jobs/j1/unmerge', { body: { separated: ['j2'], message: null } });
    const apart = await jobhunter('jobs', 'unmerge', 'j1', 'j2');
    expect(gateway.requests.at(-1)?.body).toEqual({ from: ['j2'] });
    expect(apart.terminal.stdout()).toBe('Taken apart from 1 other posting.');
    const errors = [{ item: 'j3', field: null, message: 'is no job of yours' }];
    gateway.on('POST /jobs/bulk-delete', { body: { jobsDeleted: 1, errors, dryRun: false } });
    const gone = await jobhunter('jobs', 'rm', 'j1', 'j3');
    expect([gone.code, gone.terminal.stdout()]).toEqual([
      ExitCode.failed,
      '1 job deleted.\n  j3: is no job of yours',
    ]);
  });

  it.each([
    [['set', 'j1', 'gone'], 'gone: expected one of new, interesting'],
    [['set', 'j1'], 'nothing is to be changed'],
    [['rm'], 'missing required argument'],
    [['search'], 'missing required argument'],
    [['add', 'nowhere.json'], 'there is no such file'],
  ])('are left alone by %j', async (args, sentence) => {
    const { terminal, code } = await jobhunter('jobs', ...args);
    expect(code).toBe(ExitCode.usage);
    expect(terminal.stderr()).toContain(sentence);
    expect(gateway.requests).toEqual([]);
  });
});
