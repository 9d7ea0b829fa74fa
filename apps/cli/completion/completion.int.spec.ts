import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { runCli } from '../run-cli.js';
import { captureTerminal } from '../testing/captured-terminal.js';
import { type FakeGateway, startFakeGateway } from '../testing/fake-gateway.js';
import { COMPLETE, completionScript } from './scripts.js';

let gateway: FakeGateway;
let home: string;

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'completion-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));
beforeEach(async () => {
  gateway = await startFakeGateway();
  const page = (...items: unknown[]) => ({ body: { items, nextCursor: null } });
  gateway.on(
    'GET /workflows',
    page({ name: 'scrape_jobs', description: 'Searches' }, { name: 'daily', description: '' }),
  );
  gateway.on('GET /workflows/scrape_jobs', {
    body: { name: 'scrape_jobs', inputSchema: { properties: { keywords: { type: 'array' }, maxPages: {} } } },
  });
  gateway.on('GET /operations', page({ name: 'match_job', description: 'Matches' }));
  gateway.on('GET /deployments', page({ flow: 'scrape_jobs', name: 'nightly', description: '' }));
});
afterEach(() => gateway.close());

/** What may come in the place of the last word. */
async function after(words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string[]> {
  const terminal = captureTerminal({ env: { JOBHUNTER_HOME: home, JOBHUNTER_URL: gateway.url, ...env } });
  expect(await runCli([COMPLETE, ...words], terminal)).toBe(0);
  expect(terminal.stderr()).toBe('');
  return terminal
    .stdout()
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split('\t')[0] ?? '');
}

describe('completion', () => {
  it('knows commands, by any of their names, and those below them', async () => {
    expect(await after(['fl'])).toEqual(['flow', 'flow-run']);
    expect(await after(['flow-run', 'bulk', 's'])).toEqual(['show', 'stop']);
    expect(await after(['deployment', 'list', '--pa'])).toEqual(['--paused']);
  });

  it('leaves out what a shell would read as more than a name', async () => {
    const names = ['a; rm -rf ~', '$(x)', '*', "it's", 'two\nlines', '', 'größe_2'];
    gateway.on('GET /workflows', {
      body: { items: names.map((name) => ({ name, description: '' })), nextCursor: null },
    });
    expect(await after(['flow', 'run', ''])).toEqual(['größe_2']);
  });

  it('knows the options of a command and those of all, and what they may be', async () => {
    expect(await after(['jobs', 'ls', '--st'])).toEqual(['--status']);
    expect(await after(['jobs', 'ls', '--js'])).toEqual(['--json']);
    expect(await after(['flow-run', 'ls', '--status', 'p'])).toEqual(['pending', 'paused']);
    expect(await after(['flow-run', 'ls', '--status=pa'])).toEqual(['--status=paused']);
    expect(await after(['completion', ''])).toEqual(['bash', 'zsh', 'fish']);
  });

  it('asks the server for names where a name is due', async () => {
    expect(await after(['flow', 'run', ''])).toEqual(['scrape_jobs', 'daily']);
    expect(await after(['flow-run', 'ls', '--flow', 's'])).toEqual(['scrape_jobs']);
    expect(await after(['operation', 'run', 'm'])).toEqual(['match_job']);
    expect(await after(['deployment', 'run', 'scrape_jobs/'])).toEqual(['scrape_jobs/nightly']);
    expect(await after(['--url', gateway.url, 'flow', 'inspect', 'd'], { JOBHUNTER_URL: '' })).toEqual([
      'daily',
    ]);
  });

  it("makes options of a flow's parameters", async () => {
    expect(await after(['flow', 'run', 'scrape_jobs', '--k'])).toEqual(['--keywords']);
    expect(await after(['flow', 'run', 'scrape_jobs', '--max'])).toEqual(['--max-pages']);
  });

  it('has nothing to say, and no error, where the server is away or silent', async () => {
    const silent = await startFakeGateway();
    silent.on('GET /workflows', () => undefined);
    expect(await after(['flow', 'run', ''], { JOBHUNTER_URL: silent.url })).toEqual([]);
    await silent.close();
    expect(await after(['flow', 'run', ''], { JOBHUNTER_URL: silent.url })).toEqual([]);
    expect(await after(['jobs', 'add', ''])).toEqual([]);
    expect(await after(['no', 'such', ''])).toEqual([]);
  });

  it('is what bash asks for and shows', async () => {
    // Stands for the program: it tells what it was asked, and gives what the program would.
    const fake = path.join(home, 'jobhunter');
    await writeFile(fake, `#!/bin/sh\necho "$@" >> ${home}/asked\nprintf -- '--status=paused\\twaits\\n'\n`);
    await chmod(fake, 0o755);
    const script = `${completionScript('bash')}
      COMP_WORDBREAKS=$' \\t\\n"\\'><=;|&(:'
      COMP_LINE='${fake} flow-run ls --status=pa'; COMP_POINT=\${#COMP_LINE}; _jobhunter; printf '%s\\n' "\${COMPREPLY[@]}"
      COMP_LINE='${fake} flow-run '; COMP_POINT=\${#COMP_LINE}; _jobhunter; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout } = await promisify(execFile)('bash', ['-c', script]);
    expect(stdout.trim().split('\n')).toEqual(['paused', '--status=paused']);
    const { stdout: asked } = await promisify(execFile)('cat', [path.join(home, 'asked')]);
    expect(asked.split('\n')).toEqual([`${COMPLETE} flow-run ls --status=pa`, `${COMPLETE} flow-run `, '']);
  });
});
