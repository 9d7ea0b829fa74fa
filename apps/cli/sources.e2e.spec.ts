import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { serverStatus } from '#libs/local-stack';
import { type CapturedTerminal, captureTerminal } from './testing/captured-terminal.js';
import { ExitCode, runCli } from './index.js';

let home: string;
let up: { terminal: CapturedTerminal; code: Promise<ExitCode> };
beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'sources-'));
  up = jobhunter('up --port 0 --fixtures');
  await up.terminal.wrote('Ready in');
});
afterAll(async () => {
  up.terminal.interrupt();
  await up.code;
  expect(await serverStatus(home)).toEqual([]);
  await rm(home, { recursive: true, force: true });
});

function jobhunter(args: string): { terminal: CapturedTerminal; code: Promise<ExitCode> } {
  const terminal = captureTerminal({ env: { PATH: process.env['PATH'], JOBHUNTER_HOME: home } });
  return { terminal, code: runCli(args.split(' '), terminal) };
}

async function told(args: string): Promise<string> {
  const { terminal, code } = jobhunter(args);
  expect(await code).toBe(ExitCode.ok);
  return terminal.stdout();
}

it('an employer who is watched is searched from then on, and the sources tell how they stand', async () => {
  expect(await told('sources check')).toMatch(/lever +off +never/);
  expect(await told('sources watch https://jobs.lever.co/quillon --name Quillon')).toBe(
    'Quillon at lever is watched from now on.',
  );
  const { result } = JSON.parse(
    await told('flow run scrape_jobs --keywords forecasting --no-notify --json'),
  ) as { result: { sources: { source: string; success: boolean }[] } };
  expect(result.sources).toContainEqual(expect.objectContaining({ source: 'lever', success: true }));
  expect(await told('jobs ls --source lever')).toContain('Engineering Manager, Forecasting');
  expect(await told('sources watched')).toMatch(/lever +quillon +Quillon +(no_)?results/);
  const health = await told('sources check --no-ask');
  expect(health).toMatch(/lever +ok +\d{4}-/);
  expect(health).toContain('none in trouble');
});
