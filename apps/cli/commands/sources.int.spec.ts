import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ExitCode, runCli } from '../index.js';
import { captureTerminal } from '../testing/captured-terminal.js';
import { startFakeGateway } from '../testing/fake-gateway.js';
import type { FakeGateway } from '../testing/fake-gateway.js';

let gateway: FakeGateway;
let home: string;
beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'cli-'));
  gateway = await startFakeGateway();
});
afterAll(async () => {
  await gateway.close();
  await rm(home, { recursive: true, force: true });
});
beforeEach(async () => {
  await gateway.close();
  gateway = await startFakeGateway();
});

async function jobhunter(...args: string[]) {
  const terminal = captureTerminal({ env: { JOBHUNTER_HOME: home, JOBHUNTER_URL: gateway.url } });
  const code = await runCli(['sources', ...args], terminal);
  return { code, out: terminal.stdout(), err: terminal.stderr(), sent: gateway.requests.at(-1)?.body };
}
const answers = (name: string, result: unknown) =>
  gateway.on(`POST /operations/${name}`, {
    body: { operation: name, taskRunId: 't1', status: 'success', result, error: null, itemErrors: [] },
  });

const health = {
  name: 'lever',
  title: 'Lever',
  state: 'ok',
  offBecause: null,
  asked: true,
  lastAskedAt: '2026-11-21T09:00:00.000Z',
  lastSuccessAt: '2026-11-21T09:00:00.000Z',
  lastFailure: null,
  failuresInARow: 0,
  boards: 2,
};
const employer = {
  id: 'watch_1',
  source: 'lever',
  board: 'acme',
  name: null,
  watchedSince: '2026-11-21T09:00:00.000Z',
  lastOutcome: null,
  lastAskedAt: null,
  lastSuccessAt: null,
  lastMessage: null,
};

describe('sources check', () => {
  it('shows how each stands, and since when', async () => {
    answers('check_sources', { success: true, sources: [health], dryRun: false });
    const { code, out, sent } = await jobhunter('check');
    expect(code).toBe(ExitCode.ok);
    expect(sent).toEqual({ ask: true });
    expect(out).toMatch(/^SOURCE +STATE +LAST SUCCESS +BOARDS\nlever +ok +2026-11-21 \d\d:\d\d:\d\d +2\n/);
    expect(out).toContain('1 source on, none in trouble.');
  });

  it('fails where one is in trouble, and says why', async () => {
    const lastFailure = { outcome: 'blocked', message: 'it refuses us', at: '2026-11-21T09:00:00.000Z' };
    const off = { ...health, name: 'indeed', state: 'off', offBecause: 'bring pages', lastSuccessAt: null };
    const bad = { ...health, state: 'blocked', failuresInARow: 3, lastFailure };
    answers('check_sources', { success: false, sources: [bad, off], dryRun: false });
    const { code, out, sent } = await jobhunter('check', 'lever', 'indeed', '--no-ask');
    expect(code).toBe(ExitCode.failed);
    expect(sent).toEqual({ ask: false, sources: ['lever', 'indeed'] });
    expect(out).toMatch(/lever +blocked .* 3 .*it refuses us/);
    expect(out).toMatch(/indeed +off +never .*bring pages/);
    expect(out).toContain('1 source on, 1 in trouble.');
  });

  it('is JSON alone for programs', async () => {
    const report = { success: true, sources: [health], dryRun: false };
    answers('check_sources', report);
    expect(JSON.parse((await jobhunter('check', '--json')).out)).toEqual(report);
  });
});

describe('the watch-list', () => {
  it('takes an employer by the address of its board', async () => {
    answers('watch_employer', { success: true, added: true, employer, dryRun: false });
    const { out, sent } = await jobhunter('watch', 'https://jobs.lever.co/acme');
    expect(sent).toEqual({ board: 'https://jobs.lever.co/acme' });
    expect(out).toBe('acme at lever is watched from now on.');
  });

  it('takes and drops an employer by its token', async () => {
    answers('watch_employer', { success: true, added: false, employer, dryRun: false });
    const watch = await jobhunter('watch', 'acme', '--source', 'lever', '--name', 'Acme');
    expect(watch.sent).toEqual({ board: 'acme', source: 'lever', name: 'Acme' });
    expect(watch.out).toBe('acme at lever was watched already.');
    answers('unwatch_employer', { success: true, source: 'lever', board: 'acme', dryRun: false });
    const unwatch = await jobhunter('unwatch', 'acme', '--source', 'lever');
    expect(unwatch.out).toBe('acme at lever is watched no longer.');
  });

  it('shows boards that have gone', async () => {
    const gone = { ...employer, lastOutcome: 'unreachable', lastMessage: 'it answers 404' };
    answers('list_watched_employers', { employers: [employer, gone] });
    const { out } = await jobhunter('watched');
    expect(out).toMatch(/lever +acme +not asked/);
    expect(out).toMatch(/lever +acme +unreachable +it answers 404/);
  });

  it('that is empty says what to type next, and what is refused is told', async () => {
    answers('list_watched_employers', { employers: [] });
    expect((await jobhunter('watched')).out).toContain('jobhunter sources watch');
    const detail = '"acme" is no address of a board that is known';
    gateway.on('POST /operations/watch_employer', { status: 400, body: { status: 400, detail } });
    const { code, err } = await jobhunter('watch', 'acme');
    expect(code).not.toBe(ExitCode.ok);
    expect(err).toContain(detail);
  });
});

describe('sources ls', () => {
  it('says how to switch on what is off', async () => {
    const source = { name: 'indeed', title: 'Indeed', description: 'Pages', operation: 'scrape_indeed' };
    const sources = [{ ...source, enabled: false, offBecause: 'bring pages', takes: ['savedPages'] }];
    gateway.on('GET /sources', { body: { items: sources, nextCursor: null } });
    expect((await jobhunter('ls')).out).toMatch(/indeed +off +savedPages +bring pages/);
  });
});
