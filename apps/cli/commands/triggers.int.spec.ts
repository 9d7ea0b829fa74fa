import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startGateway, type Gateway } from '#apps/gateway';
import { startOrchestratorApp } from '#apps/orchestrator';
import { testNats } from '#libs/testing';
import type { DeploymentEntry, FiringEntry } from '../gateway/resources.js';
import { runCli } from '../run-cli.js';
import { ExitCode } from '../terminal/exit-code.js';
import { captureTerminal, type CaptureOptions } from '../testing/captured-terminal.js';

const closing: { close(): Promise<void> }[] = [];
const limit = new AbortController();
let gateway: Gateway;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'triggers-'));
  const { url: natsUrl } = testNats();
  closing.push(await startOrchestratorApp({ natsUrl }));
  gateway = await startGateway({ natsUrl, port: 0, logLevel: 'silent', auth: { mode: 'off' } });
  closing.push(gateway);
});
afterAll(async () => {
  limit.abort();
  for (const part of closing.reverse()) await part.close();
  await rm(folder, { recursive: true, force: true });
});

async function jobhunter(args: string | readonly string[], options: CaptureOptions = {}) {
  const env = { JOBHUNTER_HOME: folder, JOBHUNTER_URL: gateway.url };
  const terminal = captureTerminal({ ...options, env });
  const code = await runCli(typeof args === 'string' ? args.split(' ') : args, terminal);
  const { stdout, stderr } = terminal;
  return { code, out: stdout(), err: stderr(), json: <T>() => JSON.parse(stdout()) as T };
}

/** What a deployment did, once it did something. */
async function firings(ref: string): Promise<readonly FiringEntry[]> {
  while (!limit.signal.aborted) {
    const done = (await jobhunter(`deployment firings ${ref} --json`)).json<FiringEntry[]>();
    if (done.length > 0) return done;
  }
  return [];
}

describe('triggers', () => {
  it('are said as options, shown with the address of the webhook, and kept by an update', async () => {
    const made = await jobhunter([
      ...[
        'deployment',
        'create',
        'maintenance/called',
        '--on-event',
        'order.*',
        '--on-webhook',
        'CODE:github',
      ],
      ...['--on-run', 'scrape_jobs:failed', '--paused'],
    ]);
    expect(made).toMatchObject({
      code: ExitCode.ok,
      out: 'maintenance/called is there: on event order.* and 2 more, paused.',
    });
    const { id } = (await jobhunter('deployment show maintenance/called --json')).json<DeploymentEntry>();
    const { out } = await jobhunter('deployment show maintenance/called');
    expect(out).toMatch(/schedule +by hand/);
    expect(out).toMatch(/triggers +event order\.\*\n +run scrape_jobs failed\n +webhook CODE \(github\)/);
    expect(out).toMatch(new RegExp(`webhooks to +${gateway.url}/hooks/${id}\n`));
    expect((await jobhunter('deployment ls')).out).toMatch(/FIRES[^]*on event order\.\* and 2 more +paused/);

    const update = async (...options: string[]) => {
      const changed = await jobhunter(['deployment', 'update', 'maintenance/called', ...options, '--json']);
      return changed.json<DeploymentEntry>();
    };
    expect((await update('--description', 'changed')).triggers).toHaveLength(3);
    expect(await update('--on-event', 'stock.low')).toMatchObject({ triggers: [{ event: 'stock.low' }] });
    expect(await update('--no-triggers')).toMatchObject({ triggers: [], description: 'changed' });
    expect((await jobhunter('deployment show maintenance/called')).out).not.toContain('webhooks to');
  });

  it('that do not hold are refused with their place in the file', async () => {
    const at = path.join(folder, 'jobhunter.yml');
    await writeFile(
      at,
      `deployments:
  - flow: maintenance
    name: wrong
    triggers:
      - event: order..created
      - run: scrape_jops
      - run: maintenance
      - event: order.created
        where:
          data.total: { $gtt: 100 }
        parameters:
          cleanupDays: '\${{ evnt.data.days }}'
`,
    );
    const { code, err } = await jobhunter(['deploy', at]);
    expect(code).toBe(ExitCode.usage);
    expect(err).toContain(`${at}:5:9: maintenance/wrong: triggers[0].event: expected words of letters`);
    expect(err).toMatch(new RegExp(`${at}:6:9: .*"scrape_jops" is not known; did you mean scrape_jobs\\?`));
    expect(err).toMatch(new RegExp(`${at}:7:9: .*would start itself again`));
    expect(err).toMatch(new RegExp(`${at}:10:25: .*there is no operator \\$gtt; did you mean \\$gt`));
    expect(err).toMatch(new RegExp(`${at}:12:11: .*evnt`));
  });

  it.each([
    [
      'deployment create maintenance/x --on-run scrape_jobs:done',
      '--on-run scrape_jobs:done: expected completed',
    ],
    ['deployment create maintenance/x --on-event order..created', 'triggers[0].event'],
    ['deployment update maintenance/called --on-webhook CODE:gitlab', 'expected standard, github'],
    ['event send order..created', 'type'],
    ['event send run.completed', 'ends of runs are told by the engine alone'],
    ['event send order.created --data {"a":', 'begins like JSON, but is none'],
  ])('that cannot be are told: %s', async (args, said) => {
    expect(await jobhunter(args)).toMatchObject({
      code: ExitCode.usage,
      err: expect.stringContaining(said) as unknown as string,
    });
  });
});

describe('an event that is sent', () => {
  it('starts what waits for it', async () => {
    const file = `deployments:
  - flow: maintenance
    name: cleaned
    flags: { dryRun: true }
    triggers:
      - event: disk.full
        parameters: { cleanupDays: '\${{ event.data.days }}' }
`;
    expect((await jobhunter('deploy - --yes', { input: file })).code).toBe(ExitCode.ok);
    const sent = await jobhunter(['event', 'send', 'disk.full', '--data', '-', '--id', 'disk-1'], {
      input: '{"days": 7}',
    });
    expect(sent).toMatchObject({ code: ExitCode.ok, out: 'disk.full is said: event disk-1.' });
    const [firing] = await firings('maintenance/cleaned');
    expect(firing).toMatchObject({
      action: 'started',
      by: 'trigger',
      event: { id: 'disk-1', type: 'disk.full' },
    });
    expect((await jobhunter('deployment firings maintenance/cleaned')).out).toMatch(/started +disk\.full/);
  });
});
