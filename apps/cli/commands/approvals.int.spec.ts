import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
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

async function approvals(...args: string[]) {
  const terminal = captureTerminal({ env: { JOBHUNTER_URL: gateway.url } });
  return { terminal, code: await runCli(['approvals', ...args], terminal) };
}

const CV = '%PDF-1.7 a CV';
const shaOf = (text: string) => createHash('sha256').update(text).digest('hex');
const file = { kind: 'cv', documentId: 'cv_1', mediaType: 'application/pdf', bytes: CV.length };
const outgoing = {
  applicationId: 'app_1',
  sha256: 'f'.repeat(64),
  channel: 'email',
  from: 'Kim <kim@example.org>',
  replyTo: null,
  to: 'jobs@example.com',
  applyUrl: null,
  subject: 'Application\u001b[31m as a baker',
  text: 'Dear all,\nI bake.\u202e',
  attachments: [{ ...file, fileName: 'CV_Kim.pdf', sha256: shaOf(CV) }],
  warnings: [{ code: 'address', message: 'the address stands in the text only' }],
};
const approval = {
  flowRunId: 'run1',
  step: 4,
  name: 'application app_1',
  flow: 'apply_to_job',
  status: 'pending',
  payload: outgoing as unknown,
  approvers: ['kim'],
  requestedAt: '2026-11-21T10:00:00.000Z',
  dueAt: null,
  otherwise: null,
  answeredBy: null,
  comment: null,
};
const page = (...items: object[]) => ({ body: { items, nextCursor: null } });
const steered = { runId: 'run1', status: 'waiting', duplicate: false, note: null };

function shows(changes: Partial<typeof approval> = {}, prepared: object = {}): void {
  gateway.on('GET /approvals/run1.4', { body: { ...approval, ...changes } });
  const application = { status: 'prepared', sha256: outgoing.sha256, ...prepared };
  gateway.on('GET /applications/app_1', { body: application });
}

describe('an approval that waits', () => {
  it('is listed with where it would go, and with how many doubts', async () => {
    gateway.on('GET /approvals', page(approval));
    const { terminal } = await approvals();
    expect(terminal.stdout()).toContain('(1 to look at) Application as a baker → jobs@example.com');
    expect(terminal.stdout()).toContain('Look at one: jobhunter approvals show run1.4');
  });

  it('is shown as it would go out, warnings first', async () => {
    shows();
    const { terminal, code } = await approvals('show', 'run1.4');
    const lines = terminal.stdout().split('\n');
    const at = (text: string) => lines.findIndex((line) => line.includes(text));
    expect(code).toBe(ExitCode.ok);
    const order = [
      ...['! the address stands in the text', 'jobs@example.com', 'Application as a baker'],
      ...['Dear all,', 'I bake.', `cv       13  ${shaOf(CV)}`, 'jobhunter approvals approve run1.4'],
    ].map(at);
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(order).not.toContain(-1);
    expect(terminal.stdout()).not.toMatch(/\u001b|\u202e|by now|anew/);
  });

  it.each([
    [{ status: 'sent' }, 'the application is sent by now: approving this sends nothing'],
    [{ sha256: 'e'.repeat(64) }, 'was prepared anew since'],
  ])('is shown with what has become of its application since: %j', async (now, sentence) => {
    shows({}, now);
    expect((await approvals('show', 'run1.4')).terminal.stdout()).toMatch(new RegExp(`\n! .*${sentence}`));
    const { terminal } = await approvals('show', 'run1.4', '--json');
    expect(JSON.parse(terminal.stdout())).toMatchObject({
      payload: { applicationId: 'app_1' },
      doubt: expect.stringContaining(sentence),
    });
  });

  it('gives the files that would go out, and leaves alone what is there', async () => {
    shows();
    const source = `GET /applications/app_1/files/${shaOf(CV)}`;
    gateway.on(source, { body: CV, type: 'application/pdf' });
    const to = path.join(folder, 'look', 'here');
    const saved = await approvals('show', 'run1.4', '--save', to);
    expect(saved.terminal.stdout()).toContain(`Saved: ${path.join(to, 'CV_Kim.pdf')} (13 bytes)`);
    expect(await readFile(path.join(to, 'CV_Kim.pdf'), 'utf8')).toBe(CV);
    expect((await approvals('show', 'run1.4', '--save', to)).code).toBe(ExitCode.ok);
    await writeFile(path.join(to, 'CV_Kim.pdf'), 'mine');
    const kept = await approvals('show', 'run1.4', '--save', to);
    expect(kept.code).toBe(ExitCode.failed);
    expect(kept.terminal.stderr()).toContain('there is another file already');
    expect(await readFile(path.join(to, 'CV_Kim.pdf'), 'utf8')).toBe('mine');
  });

  it('writes no file outside of the folder, and none that is not the one shown', async () => {
    const names = ['../../up.pdf', '..', 'a/b.pdf', 'a_b.pdf'];
    const attachments = names.map((fileName) => ({ ...file, fileName, sha256: shaOf(CV) }));
    shows({ payload: { ...outgoing, attachments } });
    const source = `GET /applications/app_1/files/${shaOf(CV)}`;
    gateway.on(source, { body: CV, type: 'application/pdf' });
    const to = path.join(folder, 'safe');
    expect((await approvals('show', 'run1.4', '--save', to)).code).toBe(ExitCode.ok);
    expect((await readdir(to)).sort()).toEqual(['2_a_b.pdf', '_', '__.._up.pdf', 'a_b.pdf'].sort());
    gateway.on(source, { body: 'another', type: 'application/pdf' });
    const other = await approvals('show', 'run1.4', '--save', path.join(folder, 'other'));
    expect([other.code, await readdir(path.join(folder, 'other'))]).toEqual([ExitCode.failed, []]);
  });

  it('that is about something else is shown as it is, and has no files', async () => {
    shows({ payload: { pay: 7 }, status: 'approved' });
    expect((await approvals('show', 'run1.4')).terminal.stdout()).toMatch(/\n\{\n {2}"pay": 7\n\}$/);
    const { terminal, code } = await approvals('show', 'run1.4', '--save', folder);
    expect(code).toBe(ExitCode.usage);
    expect(terminal.stderr()).toContain('is not about an application');
  });
});

describe('an approval is found', () => {
  it.each([
    ['its id', ['run1.4']],
    ['its run', ['run1']],
    ['its run and name', ['run1', 'application app_1']],
    ['its application', ['app_1']],
  ])('by %s', async (_what, which) => {
    shows();
    gateway.on('GET /flow-runs/run1/approvals', page(approval));
    gateway.on('GET /approvals', page(approval));
    expect((await approvals('show', ...which)).code).toBe(ExitCode.ok);
    for (const step of ['4', 'application%20app_1'])
      gateway.on(`POST /flow-runs/run1/approvals/${step}`, {
        status: 202,
        type: 'application/json',
        body: steered,
      });
    const { code } = await approvals('decline', ...which, '--comment', 'wrong city');
    expect(code).toBe(ExitCode.ok);
    expect(gateway.requests.at(-1)?.body).toEqual({ approved: false, comment: 'wrong city' });
  });

  it('by its application among those that wait only, for an answer', async () => {
    gateway.on('GET /approvals', ({ query }) => page(...(query['status'] === 'pending' ? [] : [approval])));
    const { terminal, code } = await approvals('approve', 'app_1');
    expect(code).toBe(ExitCode.notFound);
    expect(terminal.stderr()).toContain('nothing waits for approval for application app_1');
    expect(gateway.requests.at(-1)?.query).toMatchObject({ name: 'application app_1', status: 'pending' });
    gateway.on('GET /approvals', page({ ...approval, status: 'declined' }));
    shows({ status: 'declined' });
    expect((await approvals('show', 'app_1')).terminal.stdout()).not.toContain('approvals approve');
  });

  it('not where several fit', async () => {
    gateway.on('GET /approvals', page(approval, { ...approval, flowRunId: 'run2', step: 1 }));
    for (const verb of ['show', 'approve', 'decline']) {
      const { terminal, code } = await approvals(verb, 'app_1');
      expect(code).toBe(ExitCode.usage);
      expect(terminal.stderr()).toContain('run1.4 (application app_1), run2.1 (application app_1)');
    }
    expect(gateway.requests.every(({ method }) => method === 'GET')).toBe(true);
  });

  it.each([[['show']], [['approve']], [['whatever']], [['ls', '--status', 'open']]])(
    'not by %j',
    async (args) => {
      expect((await approvals(...args)).code).toBe(ExitCode.usage);
      expect(gateway.requests).toEqual([]);
    },
  );
});
