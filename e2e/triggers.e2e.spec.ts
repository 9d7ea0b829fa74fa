import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { headers as natsHeaders } from '@nats-io/transport-node';
import { sign } from '@octokit/webhooks-methods';
import { Webhook } from 'standardwebhooks';
import type { FlowRunId } from '#libs/run-log';
import { jobhunter } from './support/cli.js';
import { HuntApps } from './support/hunt-apps.js';
import { keyFor } from './support/keys.js';
import type { Person } from './support/person.js';

const SHOP = `whsec_${Buffer.from('the key of the shop, 32 bytes it').toString('base64')}`;
const CODE = 'it is a secret';

const run = promisify(execFile);

interface Deployed {
  readonly id: string;
  readonly links: { readonly hook?: string };
}
interface Firing {
  readonly action: string;
  readonly by: string;
  readonly runId?: FlowRunId;
  readonly reason?: string;
  readonly event?: { readonly id: string; readonly type: string };
}

let apps: HuntApps;
let kim: Person;
const limit = new AbortController();

beforeAll(async () => {
  apps = await HuntApps.start({}, { gateway: { TRIGGER_SECRET_SHOP: SHOP, TRIGGER_SECRET_CODE: CODE } });
  kim = apps.person('kim');
});
afterAll(async () => {
  limit.abort();
  await apps?.close();
});

/** A deployment of a flow that does nothing outside and ends soon. */
const deploy = (name: string, ...triggers: object[]): Promise<Deployed> =>
  kim.must('POST', '/deployments', {
    ...{ flow: 'maintenance', name, flags: { dryRun: true }, overlap: 'all' },
    triggers,
  });

async function firingsOf(name: string): Promise<readonly Firing[]> {
  const path = `/deployments/maintenance/${name}/firings?limit=100`;
  return (await kim.must<{ items: Firing[] }>('GET', path)).items;
}

/** Resolves with the firing that an event has led to, once there is one. */
async function fired(name: string, eventId: string): Promise<Firing> {
  while (!limit.signal.aborted) {
    const found = (await firingsOf(name)).find(({ event }) => event?.id === eventId);
    if (found) return found;
  }
  throw new Error(`event ${eventId} has led to nothing`);
}

/** Resolves with the run that an event has started, once it has ended as it should. */
async function ran(name: string, eventId: string): Promise<FlowRunId> {
  const firing = await fired(name, eventId);
  expect(firing).toMatchObject({ action: 'started', by: 'trigger' });
  expect(await apps.client.ended(firing.runId!)).toMatchObject({ type: 'FlowCompleted' });
  return firing.runId!;
}

const countOf = async (name: string, eventId: string): Promise<number> =>
  (await firingsOf(name)).filter(({ event }) => event?.id === eventId).length;

async function call(
  { links }: Deployed,
  body: string,
  headers: Record<string, string>,
): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> {
  const response = await fetch(new URL(links.hook!, apps.gatewayUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** Resolves with how a body of so many bytes is answered: before any of them is sent. */
function statusOfBytes({ links }: Deployed, bytes: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(new URL(links.hook!, apps.gatewayUrl), {
      method: 'POST',
      agent: false,
      headers: { 'content-type': 'application/json', 'content-length': bytes },
    });
    sent.on('response', ({ statusCode }) => {
      resolve(statusCode);
      sent.destroy();
    });
    sent.on('error', reject);
    sent.flushHeaders();
  });
}

const signed = (body: string, id: string, at = new Date()): Record<string, string> => ({
  'webhook-id': id,
  'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
  'webhook-signature': new Webhook(SHOP).sign(id, at, body),
});

/** Says an event as any program may that speaks NATS. */
async function say(type: string, data: object, id: string): Promise<void> {
  const nats = apps.client.log.connection;
  const headers = natsHeaders();
  headers.set('ce-id', id);
  nats.publish(`event.${type}`, JSON.stringify(data), { headers });
  await nats.flush();
}

describe('a webhook', () => {
  let hooked: Deployed;
  const body = JSON.stringify({ days: 60 });

  beforeAll(async () => {
    hooked = await deploy(
      'hooked',
      { webhook: 'SHOP', parameters: { cleanupDays: '${{ event.data.days }}' } },
      { webhook: 'CODE', scheme: 'github' },
    );
  });

  it('that is delivered three times starts one run', async () => {
    for (let delivery = 0; delivery < 3; delivery++)
      expect(await call(hooked, body, signed(body, 'evt_1'))).toEqual({
        status: 202,
        body: { eventId: 'evt_1' },
      });
    const runId = await ran('hooked', 'evt_1');
    await call(hooked, body, signed(body, 'evt_2'));
    await ran('hooked', 'evt_2');
    expect(await countOf('hooked', 'evt_1')).toBe(1);
    expect(await kim.must('GET', `/flow-runs/${runId}`)).toMatchObject({
      parameters: { cleanupDays: 60 },
      deploymentId: hooked.id,
      actor: { userId: 'kim' },
      triggeredBy: { type: 'webhook.shop', eventId: 'evt_1' },
    });
  });

  it('of GitHub does too', async () => {
    const push = JSON.stringify({ ref: 'refs/heads/main' });
    const headers = {
      'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
      'x-github-event': 'push',
      'x-hub-signature-256': await sign(CODE, push),
    };
    for (let delivery = 0; delivery < 2; delivery++)
      expect(await call(hooked, push, headers)).toMatchObject({ status: 202 });
    await ran('hooked', headers['x-github-delivery']);
    expect(await countOf('hooked', headers['x-github-delivery'])).toBe(1);
  });

  it('is signed and sent by the lines of the guide', async () => {
    const guide = await readFile('docs/guides/triggers.md', 'utf8');
    const [, lines = ''] = /```sh\n([^]*?)```/.exec(guide) ?? [];
    const { links } = await deploy('by-hand', { webhook: 'SHOP' });
    const HOOK_URL = new URL(links.hook!, apps.gatewayUrl).href;
    const env = { PATH: process.env['PATH'], HOOK_URL, SECRET: SHOP };
    const { stdout } = await run('sh', ['-ec', lines], { env });
    const { eventId } = JSON.parse(stdout) as { eventId: string };
    expect(eventId).toMatch(/^msg_[0-9a-f]{24}$/);
    await ran('by-hand', eventId);
  });

  it('that nobody signed, or not just now, is refused, and so is one for nobody or too large', async () => {
    const before = (await firingsOf('hooked')).length;
    const longAgo = new Date(Date.now() - 600_000);
    const nobodys = { id: '', links: { hook: `/hooks/${'0'.repeat(32)}` } };
    const answers = [
      await call(hooked, body, {}),
      await call(hooked, body, signed('{"days":1}', 'evt_3')),
      await call(hooked, body, signed(body, 'evt_3', longAgo)),
      await call(nobodys, body, signed(body, 'evt_3')),
    ];
    expect(answers.map(({ status, body: { code } }) => [status, code])).toEqual([
      [401, 'gateway/bad-signature'],
      [401, 'gateway/bad-signature'],
      [401, 'gateway/bad-signature'],
      [404, 'gateway/unknown-hook'],
    ]);
    expect(await statusOfBytes(hooked, 10 * 1024 * 1024)).toBe(413);
    expect(await firingsOf('hooked')).toHaveLength(before);
  });
});

describe('an event', () => {
  it('of a NATS message starts one run, however often it is said', async () => {
    await deploy('stocked', { event: 'stock.*', where: { 'data.left': { $lt: 5 } } });
    for (let time = 0; time < 3; time++) await say('stock.low', { left: 3 }, 'stock-1');
    await say('stock.high', { left: 300 }, 'stock-2');
    await say('stock.low', { left: 2 }, 'stock-3');
    await Promise.all([ran('stocked', 'stock-1'), ran('stocked', 'stock-3')]);
    const heard = (await firingsOf('stocked')).map(({ event }) => event?.id);
    expect(heard.sort()).toEqual(['stock-1', 'stock-3']);
  });

  it('is said by command line, and shown with what it has started', async () => {
    const key = await keyFor('kim', apps.gatewayUrl, apps.natsUrl);
    const cli = (...args: string[]) => jobhunter(apps.gatewayUrl, args, { JOBHUNTER_KEY: key });
    await cli('deployment', 'create', 'maintenance/wanted', '--on-event', 'report.wanted', '--dry-run');
    expect(
      await cli('event', 'send', 'report.wanted', '--data', '{"for":"kim"}', '--id', 'wanted-1'),
    ).toEqual({ id: 'wanted-1' });
    const runId = await ran('wanted', 'wanted-1');
    expect(await cli('flow-run', 'show', runId)).toMatchObject({
      triggeredBy: { type: 'report.wanted', eventId: 'wanted-1' },
    });
  });

  it('that another user says wakes nothing of hers', async () => {
    await deploy('private', { event: 'bell.rung' });
    const lou = apps.person('lou');
    await lou.must('POST', '/events', { type: 'bell.rung', id: 'by-lou' });
    await kim.must('POST', '/events', { type: 'bell.rung', id: 'by-kim' });
    await ran('private', 'by-kim');
    expect(await countOf('private', 'by-lou')).toBe(0);
  });
});

describe('the end of a run', () => {
  it('starts the next, which tells what it follows', async () => {
    await deploy('second', { run: 'maintenance/first' });
    await deploy('third', { run: 'maintenance/second', parameters: { cleanupDays: 90 } });
    await deploy('not-this', { run: 'maintenance/first', on: ['failed'] });
    await deploy('first', { event: 'chain.begun' });
    await kim.must('POST', '/events', { type: 'chain.begun', id: 'chain-1' });
    const first = await ran('first', 'chain-1');
    const second = await ran('second', first);
    const third = await ran('third', second);
    expect(await firingsOf('not-this')).toEqual([]);
    expect(await kim.must('GET', `/flow-runs/${third}`)).toMatchObject({
      parameters: { cleanupDays: 90 },
      triggeredBy: { type: 'run.completed', eventId: second, runId: second },
    });
    const JOBHUNTER_KEY = await keyFor('kim', apps.gatewayUrl, apps.natsUrl);
    const { stdout } = await run(
      process.execPath,
      ['dist/apps/cli/main.js', '--url', apps.gatewayUrl, 'flow-run', 'show', third],
      { env: { PATH: process.env['PATH'], HOME: process.env['HOME'], JOBHUNTER_KEY } },
    );
    expect(stdout).toMatch(new RegExp(`triggered by +run\\.completed, run ${second}`));
  });
});

describe('an orchestrator that is killed between an event and its run', () => {
  it('leaves both to the next, which starts one run', async () => {
    const hooked = await deploy('killed', { webhook: 'SHOP' }, { event: 'power.cut' });
    await call(hooked, '{}', signed('{}', 'evt_kill'));
    await apps.kill9('orchestrator');
    for (let time = 0; time < 2; time++) await say('power.cut', {}, 'cut-1');
    await apps.startOne('orchestrator');
    await say('power.cut', {}, 'cut-1');
    await call(hooked, '{}', signed('{}', 'evt_kill'));
    await Promise.all([ran('killed', 'evt_kill'), ran('killed', 'cut-1')]);
    // Behind everything that was said before.
    await say('power.cut', {}, 'cut-2');
    await ran('killed', 'cut-2');
    expect(await countOf('killed', 'evt_kill')).toBe(1);
    expect(await countOf('killed', 'cut-1')).toBe(1);
    const runs = new Set((await firingsOf('killed')).map(({ runId }) => runId));
    expect(runs.size).toBe(3);
  });
});
