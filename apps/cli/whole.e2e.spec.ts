import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { BOTH_WAYS } from '#libs/flows/testing';
import { findFreePort, serverStatus } from '#libs/local-stack';
import { type CapturedTerminal, captureTerminal } from './testing/captured-terminal.js';
import { ExitCode, runCli } from './index.js';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'whole-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

function jobhunter(
  args: string,
  extra: NodeJS.ProcessEnv = {},
): { terminal: CapturedTerminal; code: Promise<ExitCode> } {
  const env = { PATH: process.env['PATH'], JOBHUNTER_HOME: home, ...extra };
  const terminal = captureTerminal({ env });
  return { terminal, code: runCli(args.split(' '), terminal) };
}

async function answer<T>(args: string, extra: NodeJS.ProcessEnv = {}): Promise<T> {
  const { terminal, code } = jobhunter(`${args} --json`, extra);
  expect(await code).toBe(ExitCode.ok);
  return JSON.parse(terminal.stdout()) as T;
}

interface Report {
  readonly jobs: readonly { source: { name: string } }[];
  readonly documents: { readonly files: readonly string[] };
  readonly decision: { readonly approved: boolean; readonly end: { result: unknown } };
  readonly mails: readonly { readonly to: readonly string[]; readonly file: string }[];
  readonly run: { readonly id: string; readonly status: string };
  readonly taskRuns: readonly { operationName: string; orchestrated: boolean; flowRunId: string }[];
}

describe('the demo', () => {
  it.each(BOTH_WAYS)(
    'hunts, writes, asks, sends to its own catcher, shows the audit trail, and leaves nothing running, %s',
    async (_how, replayAlways) => {
      const report = await answer<Report>('demo', { REPLAY_ALWAYS: String(replayAlways) });
      const { jobs, documents, decision, mails, run, taskRuns } = report;
      expect(new Set(jobs.map(({ source }) => source.name)).size).toBeGreaterThanOrEqual(3);
      expect(run.status).toBe('completed');
      const names = ['scrape_arbeitnow', 'process_jobs', 'match_jobs', 'generate_cv', 'prepare_application'];
      expect(taskRuns.map(({ operationName }) => operationName)).toEqual(expect.arrayContaining(names));
      expect(taskRuns.every(({ orchestrated, flowRunId }) => orchestrated && flowRunId === run.id)).toBe(
        true,
      );
      for (const file of documents.files)
        expect((await readFile(file)).subarray(0, 5).toString()).toBe('%PDF-');
      expect(documents.files.length).toBeGreaterThanOrEqual(4);
      expect(decision).toMatchObject({ approved: true, end: { result: { success: true, status: 'sent' } } });
      expect(mails).toHaveLength(1);
      expect(await readFile(mails[0]!.file, 'utf8')).toContain(`To: ${mails[0]!.to.join(', ')}`);
      expect(await serverStatus(path.join(home, 'demo'))).toEqual([]);
      expect(await readdir(path.join(home, 'demo'))).not.toContain('instance.json');
    },
  );

  it('tells people the same without a terminal, begins anew, and keeps apart from what is theirs', async () => {
    const { terminal, code } = jobhunter('demo');
    await code;
    expect(terminal.stderr()).toBe('');
    expect(await code).toBe(ExitCode.ok);
    expect(terminal.stdout()).toMatch(/\d+ jobs found/);
    expect(terminal.stdout()).toContain('An application waits for your word');
    expect(terminal.stdout()).toMatch(/npx jobhunter approvals approve app_/);
    expect(terminal.stdout()).toContain('1 mail went out');
    expect(terminal.stdout()).toContain('The run and its tasks');
    expect(await readdir(home)).toEqual(['demo']);
  });
});

describe('a JobHunter that is up', () => {
  it('works until it is interrupted, then stops everything and keeps the data', async () => {
    const healthPort = await findFreePort();
    const { terminal, code } = jobhunter('up --port 0 --fixtures', { HEALTH_PORT: String(healthPort) });
    await terminal.wrote('Ready in');
    const health = await fetch(`http://127.0.0.1:${healthPort}`);
    expect(await health.json()).toEqual({ status: 'ok', service: 'jobhunter' });
    const ready = await fetch(`http://127.0.0.1:${healthPort}/ready`);
    expect(await ready.json()).toMatchObject({
      checks: { 'gateway.log': { status: 'ok' }, 'audit.database': { status: 'ok' } },
    });
    const metrics = await fetch(`http://127.0.0.1:${healthPort}/metrics`);
    expect(await metrics.text()).toMatch(/^orchestrator_partitions_held 16$/m);

    const parts = await answer<{ parts: { part: string; health: string }[] }>('status');
    expect(parts.parts.map(({ part }) => part)).toEqual(
      expect.arrayContaining([
        'nats-server',
        'mongod',
        'gateway',
        'orchestrator',
        'scraper',
        'documents',
        'applier',
        'audit',
      ]),
    );
    expect(
      (await answer<{ status: string }>('flow run scrape_jobs --keywords data --no-notify')).status,
    ).toBe('completed');
    expect((await answer<{ items: unknown[] }>('jobs ls')).items.length).toBeGreaterThan(0);

    const second = jobhunter('up --port 0');
    expect(await second.code).toBe(ExitCode.failed);
    expect(second.terminal.stderr()).toContain('JobHunter is already running at http://127.0.0.1:');
    const reset = jobhunter('reset --yes');
    expect(await reset.code).toBe(ExitCode.failed);
    expect(reset.terminal.stderr()).toContain('already running');

    terminal.interrupt();
    expect(await code).toBe(ExitCode.ok);
    expect(terminal.listeners()).toBe(0);
    expect(await serverStatus(home)).toEqual([]);
  });
});

describe('what runs have done', () => {
  interface Steps {
    readonly items: readonly { readonly number: number; readonly kind: string; readonly state: string }[];
  }

  it.each(BOTH_WAYS)(
    'can be looked at, taken out, and begun with anew: one run, or many, %s',
    async (_how, replayAlways) => {
      const { terminal, code } = jobhunter('up --port 0 --fixtures', { REPLAY_ALWAYS: String(replayAlways) });
      await terminal.wrote('Ready in');
      const { runId } = await answer<{ runId: string }>('flow run scrape_jobs --keywords data --no-notify');
      const steps = await answer<Steps>(`flow-run steps ${runId}`);
      expect(steps.items.length).toBeGreaterThan(1);
      expect(steps.items.every(({ kind, state }) => kind === 'task' && state === 'succeeded')).toBe(true);
      expect(await answer(`flow-run export ${runId}`)).toMatchObject({ runId, flow: 'scrape_jobs' });
      expect(await answer('state list scrape_jobs')).toMatchObject({ items: [] });
      expect(await answer('approvals')).toMatchObject({ items: [] });

      const last = steps.items.at(-1)?.number;
      const again = await answer<{ runId: string; status: string }>(
        `flow-run restart ${runId} --from-step ${last} --watch`,
      );
      expect(again.status).toBe('completed');
      const { events } = await answer<{ events: { event: { type: string } }[] }>(
        `flow-run export ${again.runId}`,
      );
      expect(events.filter(({ event }) => event.type === 'TaskScheduled')).toHaveLength(1);

      const cancelled = jobhunter(`flow-run cancel ${runId}`);
      expect(await cancelled.code).toBe(ExitCode.failed);
      expect(cancelled.terminal.stderr()).toContain('has ended: it completed at');
      const filter = '--where status=completed --flow scrape_jobs';
      const { count } = await answer<{ count: number }>(`flow-run restart ${filter} --dry-run`);
      expect(count).toBeGreaterThan(1);
      const { status, total, done, failed } = await answer<Readonly<Record<string, unknown>>>(
        `flow-run restart ${filter} --yes`,
      );
      expect({ status, done, failed }).toEqual({ status: 'done', done: total, failed: 0 });
      expect(total).toBeGreaterThanOrEqual(count);
      terminal.interrupt();
      expect(await code).toBe(ExitCode.ok);
    },
    180_000,
  );
});

describe('a setting that makes no sense', () => {
  it.each([
    ['SHUTDOWN_GRACE_MS', 'abc', 'expected milliseconds'],
    ['ACK_WAIT_MS', 'zzz', 'expected milliseconds, at least 100'],
    ['HEALTH_PORT', '70000', 'expected a number from 0 to 65535'],
    ['REPLAY_ALWAYS', 'yes', 'expected true or false'],
  ])('such as %s=%s stops the start and leaves nothing running', async (name, value, expected) => {
    const { terminal, code } = jobhunter('up --port 0 --fixtures', { [name]: value });
    expect(await code).toBe(ExitCode.failed);
    expect(terminal.notes.at(-1)).toContain(`${name} is "${value}"; ${expected}`);
    expect(await serverStatus(home)).toEqual([]);
    expect(await readdir(home)).not.toContain('instance.json');
  });
});

describe('a reset', () => {
  it('says what goes, and does it only when told twice', async () => {
    const asked = jobhunter('reset');
    expect(await asked.code).toBe(ExitCode.usage);
    expect(asked.terminal.stdout()).toContain('the run log: all runs and their history');
    expect(await readdir(home)).toEqual(expect.arrayContaining(['nats', 'mongo']));

    const done = jobhunter('reset --yes');
    expect(await done.code).toBe(ExitCode.ok);
    expect(await readdir(home)).toEqual([]);
  });
});
