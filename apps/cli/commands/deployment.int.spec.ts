import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Module } from '@nestjs/common';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startGateway, type Gateway } from '#apps/gateway';
import { startOrchestratorApp } from '#apps/orchestrator';
import { ListNewJobs, ListSources } from '#libs/contracts';
import { Operation, startService } from '#libs/operations';
import { createLogger } from '#libs/telemetry';
import { testNats } from '#libs/testing';
import { runCli } from '../run-cli.js';
import { ExitCode } from '../terminal/exit-code.js';
import { captureTerminal, type CaptureOptions } from '../testing/captured-terminal.js';

const fresh: string[] = ['job_1', 'job_2'];

@Controller()
class ScraperController {
  @Operation(ListSources)
  sources(): object {
    return { sources: [] };
  }

  @Operation(ListNewJobs)
  newJobs({ limit }: { limit: number }): object {
    return { jobIds: fresh.slice(0, limit), nextCursor: null };
  }
}

@Module({ controllers: [ScraperController] })
class ScraperModule {}

const closing: { close(): Promise<void> }[] = [];
const keep = <T extends { close(): Promise<void> }>(part: T): T => (closing.push(part), part);
let gateway: Gateway;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'deploy-'));
  const { url: natsUrl } = testNats();
  const logger = createLogger({ service: 'scraper', level: 'silent' });
  const contracts = [ListSources, ListNewJobs];
  keep(await startService({ service: 'scraper', module: ScraperModule, contracts, nats: natsUrl, logger }));
  keep(await startOrchestratorApp({ natsUrl }));
  gateway = keep(await startGateway({ natsUrl, port: 0, logLevel: 'silent', auth: { mode: 'off' } }));
});
afterAll(async () => {
  for (const part of closing.reverse()) await part.close();
  await rm(folder, { recursive: true, force: true });
});

async function jobhunter(args: string | readonly string[], options: CaptureOptions = {}) {
  const env = { JOBHUNTER_HOME: folder, JOBHUNTER_URL: gateway.url, ...options.env };
  const terminal = captureTerminal({ ...options, env });
  const words = typeof args === 'string' ? args.split(' ') : args;
  const code = await runCli(words, terminal);
  const { stdout, stderr } = terminal;
  return { code, out: stdout(), err: stderr(), json: <T>() => JSON.parse(stdout()) as T };
}
const as = (user: string) => ({ env: { JOBHUNTER_USER: user } });

async function file(text: string, name = 'jobhunter.yml'): Promise<string> {
  const at = path.join(folder, name);
  await writeFile(at, text);
  return at;
}

const PIPES = `
orchestrator:
  runners:
    - pipe_id: what-is-new
      pipe:
        - id: sources
          use: list_sources
          with: { enabled: true }
        - id: fresh
          use: list_new_jobs
          with: { limit: 1 }
        - id: none
          use: list_new_jobs
          with: { limit: 1 }
          when: '\${{ steps.sources.sources }}'
      interval_seconds: 3600
      paused: true
`;

describe('a file of deployments', () => {
  const user = as('deploys');
  const text = (limit: number) => `
deployments:
  - flow: scrape_jobs
    name: mornings
    parameters: { keywords: [rust], limit: ${limit} }
    schedule: { cron: 0 9 * * *, timezone: Europe/Berlin }
    paused: true
  - { flow: maintenance, name: nights, schedule: 0 2 * * *, paused: true }
`;

  it('is shown as a plan, applied when that is wanted, and changes nothing again', async () => {
    const at = await file(text(5));
    const shown = await jobhunter(['deploy', at, '--dry-run'], user);
    expect(shown).toMatchObject({ code: ExitCode.ok });
    expect(shown.out.split('\n')).toEqual([
      '+ scrape_jobs/mornings  created',
      '+ maintenance/nights  created',
    ]);
    const declined = await jobhunter(['deploy', at], { ...user, answer: false });
    expect(declined).toMatchObject({
      code: ExitCode.failed,
      err: expect.stringContaining('Make 2 changes?'),
    });
    expect((await jobhunter('deployment ls', user)).out).toContain('No deployments.');
    const applied = await jobhunter(['deploy', at], { ...user, answer: true });
    expect(applied).toMatchObject({ code: ExitCode.ok, out: '2 changes made.' });
    expect((await jobhunter(['deploy', at], user)).out).toContain('Nothing to change: all is as');
    expect((await jobhunter('deployment ls', user)).out).toMatch(
      /scrape_jobs\/mornings +0 9 \* \* \* Europe\/Berlin +paused/,
    );
  });

  it('says which fields change, and goes on by --yes where nobody can be asked', async () => {
    const at = await file(text(7));
    const asked = await jobhunter(['deployment', 'apply', at], user);
    expect(asked).toMatchObject({ code: ExitCode.usage });
    expect(asked.out).toContain(
      '~ scrape_jobs/mornings  updated\n    parameters.limit: 5 → 7\n= 1 deployment unchanged',
    );
    expect(asked.err).toContain('add --yes');
    const done = await jobhunter(['deployment', 'apply', at, '--yes', '--json'], user);
    expect(done.json()).toMatchObject({
      done: [{ flow: 'scrape_jobs', name: 'mornings', change: 'updated' }],
      unchanged: 1,
    });
  });

  it('removes what is no longer in it by --prune, and only what came from it', async () => {
    await jobhunter('deployment create maintenance/by-hand', user);
    const at = await file(
      'deployments:\n  - { flow: maintenance, name: nights, schedule: 0 2 * * *, paused: true }\n',
    );
    expect((await jobhunter(['deploy', at], user)).out).toContain('Nothing to change');
    expect((await jobhunter(['deploy', at, '--prune', '--yes'], user)).out).toContain(
      '- scrape_jobs/mornings  removed',
    );
    const { out } = await jobhunter('deployment ls', user);
    expect(out).toContain('maintenance/by-hand');
    expect(out).not.toContain('mornings');
  });

  it('is refused with every mistake at its place, and nothing is done', async () => {
    const at = await file('deployments:\n  - flow: scrape_jobs\n\tname: b\n');
    const tabs = await jobhunter(['deploy', at], as('wrong'));
    expect(tabs).toMatchObject({ code: ExitCode.usage });
    expect(tabs.err).toContain(`${at}:3:1: a tab stands where the line is indented`);

    const wrong = await jobhunter(
      [
        'deploy',
        await file('deployments:\n  - flow: scrape_jobs\n    naem: b\n    schedule: { every: 0s }\n'),
      ],
      as('wrong'),
    );
    expect(wrong.err).toContain('3 mistakes');
    expect(wrong.err).toContain(`${at}:3:5: a deployment has no key "naem"; did you mean name?`);

    const refused = await jobhunter(
      [
        'deploy',
        await file(
          `deployments:
  - flow: scrape_jobs
    name: mornings
    parameters: { keywords: [a], limit: 0 }
    schedule: { cron: 0 9 31 2 *, timezone: Mars/Base }
  - { flow: scrape_jops, name: lost }
orchestrator:
  runners:
    - pipe_id: p
      pipe:
        use: list_sorces
`,
        ),
      ],
      as('wrong'),
    );
    expect(refused.code).toBe(ExitCode.usage);
    expect(refused.err).toContain('nothing was done: 3 deployments refused');
    expect(refused.err).toMatch(new RegExp(`${at}:5:35: scrape_jobs/mornings: schedule\\.timeZone`));
    expect(refused.err).toContain(`${at}:4:34: scrape_jobs/mornings: parameters.limit: `);
    expect(refused.err).toContain(`${at}:6:7: there is no flow "scrape_jops"; did you mean scrape_jobs?`);
    expect(refused.err).toContain(
      `${at}:11:9: pipe/p: parameters.steps[0].use: there is no operation "list_sorces"; did you mean list_sources?`,
    );
    expect((await jobhunter('deployment ls', as('wrong'))).out).toContain('No deployments.');
  });

  it('may come by standard input, and must be there', async () => {
    const { out } = await jobhunter('deploy - --dry-run', { ...as('pipes'), input: PIPES });
    expect(out).toBe('+ pipe/what-is-new  created');
    expect(await jobhunter('deploy nowhere.yml')).toMatchObject({
      code: ExitCode.usage,
      err: expect.stringContaining('nowhere.yml: there is no such file'),
    });
  });
});

describe('a deployment', () => {
  const user = as('changes');

  it('is created, changed and removed by hand, with the parameters of its flow as options', async () => {
    const made = await jobhunter(
      [
        ...['deployment', 'create', 'scrape_jobs/mornings', '--keywords', 'rust,go', '--limit', '5'],
        ...[
          '--cron',
          '0 9 * * 1-5',
          '--timezone',
          'Europe/Berlin',
          '--tag',
          'daily',
          '--paused',
          '--dry-run',
        ],
      ],
      user,
    );
    expect(made).toMatchObject({
      code: ExitCode.ok,
      out: 'scrape_jobs/mornings is there: 0 9 * * 1-5 Europe/Berlin, paused.',
    });
    const changed = await jobhunter(
      [
        ...['deployment', 'update', 'scrape_jobs/mornings', '--limit', '7', '--every', '6h'],
        ...['--tag', 'often', '--unset', 'keywords', '--param', 'keywords=zig', '--json'],
      ],
      user,
    );
    expect(changed.json()).toMatchObject({
      parameters: { keywords: ['zig'], limit: 7 },
      schedule: { intervalSeconds: 21_600 },
      ...{ tags: ['often'], paused: true, flags: { dryRun: true } },
    });
    const { out } = await jobhunter('deployment show scrape_jobs/mornings', user);
    expect(out).toMatch(/schedule +every 6h/);
    expect(out).toMatch(/state +paused/);
    expect(await jobhunter('deployment rm scrape_jobs/mornings', user)).toMatchObject({
      code: ExitCode.usage,
      err: expect.stringContaining('add --yes'),
    });
    expect((await jobhunter('deployment rm scrape_jobs/mornings', { ...user, answer: true })).out).toBe(
      'scrape_jobs/mornings is removed; its runs go on.',
    );
  });

  it('is paused, resumed, and tells when it fires', async () => {
    await jobhunter('deployment create maintenance/weekly --every 7d', user);
    expect((await jobhunter('deployment pause maintenance/weekly', user)).out).toBe(
      'maintenance/weekly is paused.',
    );
    expect((await jobhunter('deployment resume maintenance/weekly', user)).out).toMatch(
      /fires again, next at \d{4}/,
    );
    const next = [
      'deployment',
      'next',
      'maintenance/weekly',
      '--count',
      '2',
      '--after',
      '2026-01-01T00:00:00Z',
    ];
    expect((await jobhunter([...next, '--json'], user)).json()).toEqual([
      '2026-01-08T00:00:00.000Z',
      '2026-01-15T00:00:00.000Z',
    ]);
    const leap = ['--cron', '30 2 * * *', '--timezone', 'Europe/Berlin', '--after', '2027-03-27T12:00:00Z'];
    expect((await jobhunter(['deployment', 'next', ...leap, '--count', '1'], user)).out).toContain(
      '2027-03-28T01:00:00.000Z',
    );
  });

  it.each([
    ['deployment show scrape_jobs/mornigs', ExitCode.notFound, 'did you mean scrape_jobs/mornings?'],
    ['deployment pause scrape_job/mornings', ExitCode.notFound, 'did you mean scrape_jobs/mornings?'],
    ['deployment show mornings', ExitCode.usage, 'expected flow/name'],
    ['deployment create scrape_jops/x', ExitCode.notFound, 'did you mean scrape_jobs?'],
    ['deployment create scrape_jobs/x --keywords a --limt 5', ExitCode.usage, 'Did you mean --limit?'],
    ['deployment create scrape_jobs/x --limit 5', ExitCode.usage, 'keywords'],
    ['deployment create maintenance/x --every 0', ExitCode.usage, 'expected a span of at least a second'],
    ['deployment create maintenance/x --every 1h --cron x', ExitCode.usage, 'cannot stand beside each other'],
    ['deployment create maintenance/x --cron daily', ExitCode.usage, 'schedule.cron'],
    ['deployment create maintenance/x --timezone UTC', ExitCode.usage, '--timezone goes with --cron'],
    ['deployment create', ExitCode.usage, 'name the deployment first'],
    ['deployment update scrape_jobs/mornings --unset colour', ExitCode.usage, 'it has no such parameter'],
    ['deployment next', ExitCode.usage, 'name a deployment, or a schedule'],
  ])('that is not what was meant: %s', async (args, code, said) => {
    const typo = as('typos');
    await jobhunter('deployment create scrape_jobs/mornings --keywords a --paused', typo);
    const answer = await jobhunter(args, typo);
    expect(answer).toMatchObject({ code, err: expect.stringContaining(said) });
  });

  it('shows the parameters of its flow as help', async () => {
    expect((await jobhunter('deployment create scrape_jobs/x --help', user)).out).toMatch(
      /--keywords <a,b>.*needed/,
    );
  });
});

describe('a run of a deployment', () => {
  const user = as('runs');

  it('is begun now and followed to its end', async () => {
    await jobhunter(['deploy', await file(PIPES), '--yes'], user);
    const run = await jobhunter('deployment run pipe/what-is-new', user);
    expect(run.code).toBe(ExitCode.ok);
    expect(run.out).toContain('pipe completed');
    expect(run.out).toContain("skipped: [ 'none' ]");
    const firings = await jobhunter('deployment firings pipe/what-is-new --json', user);
    expect(firings.json()).toMatchObject([{ action: 'started', by: 'person', askedBy: 'runs' }]);
  });

  it('is begun once for a key, and left to itself where that is wanted', async () => {
    const args = 'deployment run pipe/what-is-new --no-follow --idempotency-key k1 --json';
    const first = await jobhunter(args, user);
    const again = await jobhunter(args, user);
    expect(again.json<{ runId: string }>().runId).toBe(first.json<{ runId: string }>().runId);
    expect(again.err).toContain('had started run');
  });

  it('of a pipe that nobody keeps is a run of its flow', async () => {
    const input = JSON.stringify({ steps: { id: 'fresh', use: 'list_new_jobs', with: { limit: 1 } } });
    const run = await jobhunter('flow run pipe --params - --json', { ...user, input });
    expect(run.json()).toMatchObject({
      status: 'completed',
      result: { steps: { fresh: { jobIds: ['job_1'] } } },
    });
  });

  it('of a pipe gives its final context, alone on standard output', async () => {
    const once = await jobhunter('run-once what-is-new --json', user);
    expect(once.code).toBe(ExitCode.ok);
    expect(once.json()).toEqual({
      steps: { sources: { sources: [] }, fresh: { jobIds: ['job_1'], nextCursor: null } },
      skipped: ['none'],
    });
    expect(once.err).toContain('pipe completed');
    expect(await jobhunter('run-once what-is-gnu', user)).toMatchObject({
      code: ExitCode.notFound,
      err: expect.stringMatching(/there is no pipe what-is-gnu[\s\S]*did you mean pipe\/what-is-new\?/),
    });
  });
});
