import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
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

describe('the form of an application', () => {
  const form = {
    ...{ success: true, applicationId: 'app_1', applyUrl: 'https://oven.example/apply', pageUrl: null },
    filled: [
      { field: 'email', label: 'E-mail *', value: 'someone@x.example' },
      { field: 'cv', label: 'Résumé', value: 'CV.pdf (12 bytes)' },
    ],
    left: [
      { label: 'Salary', required: true, why: 'what it asks for could not be told' },
      { label: 'Newsletter\u001b[2J', required: false, why: 'a choice that is yours' },
    ],
    ...{ obstacle: null, heldBack: 0, screenshotSha256: 'ab12', dryRun: false, taskRunId: null },
    message: '2 fields can be filled in as shown, 2 left to you, 1 of them required; nothing was submitted',
  };
  const blocked = {
    ...{ ...form, success: false, filled: [], left: [], screenshotSha256: null },
    ...{ obstacle: 'login', message: 'nothing was filled in: the page wants you to log in' },
  };

  it('is filled in, told field by field, and saved as a picture', async () => {
    gateway.on('POST /applications/app_1/prefill', { body: form });
    gateway.on('GET /applications/app_1/files/ab12', { body: 'PNG', type: 'image/png' });
    const to = path.join(folder, 'form.png');
    const { terminal, code } = await jobhunter('applications', 'prefill', 'app_1', '--picture', to);
    expect([code, await readFile(to, 'utf8')]).toEqual([ExitCode.ok, 'PNG']);
    expect(gateway.requests[0]?.body).toEqual({});
    expect(terminal.stdout().split('\n')).toEqual([
      '2 fields can be filled in as shown, 2 left to you, 1 of them required; nothing was submitted.',
      '',
      'apply at  https://oven.example/apply',
      '',
      'FILLED IN  AS THE PAGE NAMES IT  WITH',
      'email      E-mail *              someone@x.example',
      'cv         Résumé                CV.pdf (12 bytes)',
      '',
      'Left to you:',
      '  Salary (required): what it asks for could not be told',
      '  Newsletter: a choice that is yours',
      '',
      `Picture saved as ${to} (3 bytes).`,
      '',
      'Once you have handed it in: jobhunter applications set app_1 sent',
    ]);
  });

  it('that cannot be filled in says what is in the way, and fails', async () => {
    gateway.on('POST /applications/app_1/prefill', { body: blocked });
    const to = path.join(folder, 'none.png');
    const { terminal, code } = await jobhunter('applications', 'prefill', 'app_1', '--picture', to);
    expect(code).toBe(ExitCode.failed);
    expect(terminal.stdout()).toContain('Nothing was filled in: the page wants you to log in.\n');
    expect(terminal.stdout()).toContain('\nThere is no picture: none could be taken.\n');
    const json = await jobhunter('applications', 'prefill', 'app_1', '--picture', to, '--json');
    expect(JSON.parse(json.terminal.stdout())).toEqual({ ...blocked, picture: null });
  });

  it('is opened by no browser in a dry run', async () => {
    gateway.on('POST /applications/app_1/prefill', { body: { ...form, dryRun: true } });
    const { terminal } = await jobhunter('applications', 'prefill', 'app_1', '--dry-run');
    expect(gateway.requests.at(-1)?.body).toEqual({ dryRun: true });
    expect(terminal.stdout()).not.toContain('handed it in');
    const both = await jobhunter('applications', 'prefill', 'app_1', '--dry-run', '--picture', 'x.png');
    expect(both.code).toBe(ExitCode.usage);
    expect(both.terminal.stderr()).toContain('--picture: a dry run opens no page');
    expect(gateway.requests).toHaveLength(1);
  });

  it('stays closed where there is no browser, in the words of the service', async () => {
    const detail = 'no browser is set up to open a form with: set APPLIER_BROWSER';
    const body = { status: 501, detail, code: 'applier/no-browser' };
    gateway.on('POST /applications/app_1/prefill', { status: 501, body });
    const { terminal, code } = await jobhunter('applications', 'prefill', 'app_1');
    expect([code, terminal.stderr(), terminal.stdout()]).toEqual([ExitCode.failed, `error: ${detail}`, '']);
    expect((await jobhunter('applications', 'prefill', 'app_2')).code).toBe(ExitCode.notFound);
  });

  it('is told of a picture that cannot be written', async () => {
    gateway.on('POST /applications/app_1/prefill', { body: form });
    gateway.on('GET /applications/app_1/files/ab12', { body: 'PNG', type: 'image/png' });
    const to = path.join(folder, 'no', 'form.png');
    const { terminal, code } = await jobhunter('applications', 'prefill', 'app_1', '--picture', to);
    expect(code).toBe(ExitCode.failed);
    expect(terminal.stderr()).toContain(`${to} cannot be written (ENOENT)`);
  });
});
