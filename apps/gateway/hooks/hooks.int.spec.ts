import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sign } from '@octokit/webhooks-methods';
import { Webhook } from 'standardwebhooks';
import type { Deployments } from '#libs/deployments';
import type { DeploymentEntry, FiringEntry } from '../deployments/deployment-entry.js';
import { startGateway } from '../index.js';
import { keepDeployments } from '../testing/deployments.fixtures.js';
import { TestGateway, type Answer, type Body } from '../testing/test-gateway.js';

const SHOP = `whsec_${Buffer.from('the key of the shop, 32 bytes it').toString('base64')}`;
const CODE = 'it is a secret';
const KEY = { name: 'called', flow: 'song' };
const JSON_BODY = { 'content-type': 'application/json' };

let at: TestGateway;
let deployments: Deployments;
/** Takes webhooks of two senders. */
let called: DeploymentEntry;
const limit = new AbortController();

beforeAll(async () => {
  at = await TestGateway.start({
    hookSecrets: { TRIGGER_SECRET_SHOP: SHOP, TRIGGER_SECRET_CODE: 'env:CODE', CODE },
    rateLimits: { failures: 0 },
  });
  deployments = await keepDeployments(at);
  called = await put({
    ...KEY,
    parameters: { text: 'la' },
    overlap: 'all',
    triggers: [
      { webhook: 'SHOP', parameters: { text: '${{ event.data.text }}' } },
      { webhook: 'CODE', scheme: 'github' },
    ],
  });
});
afterAll(async () => {
  limit.abort();
  await deployments?.close();
  await at?.close();
});

async function put(spec: object): Promise<DeploymentEntry> {
  const { status, body } = await at.post<DeploymentEntry>('/deployments', spec);
  expect([status, body]).toEqual([201, expect.objectContaining({ flow: 'song' })]);
  return body;
}

/** What a deployment did by triggers, newest first, once it is so many things. */
async function firings(count: number, name = KEY.name): Promise<readonly FiringEntry[]> {
  while (!limit.signal.aborted) {
    const { body } = await at.ask<{ items: FiringEntry[] }>(`/deployments/song/${name}/firings?limit=100`);
    if (body.items.length >= count) return body.items;
  }
  return [];
}

const hook = <T = Body>(
  body: string,
  headers: Record<string, string>,
  path = called.links.hook!,
): Promise<Answer<T>> => at.ask<T>(path, { method: 'POST', headers: { ...JSON_BODY, ...headers }, body });

/** Signs as the library of Standard Webhooks does. */
const shop = (body: string, id: string, when = new Date()): Record<string, string> => ({
  'webhook-id': id,
  'webhook-timestamp': String(Math.floor(when.getTime() / 1_000)),
  'webhook-signature': new Webhook(SHOP).sign(id, when, body),
});
const code = async (body: string, id: string): Promise<Record<string, string>> => ({
  'x-github-delivery': id,
  'x-hub-signature-256': await sign(CODE, body),
});

describe('a signed request', () => {
  it('is taken at the address that the deployment tells, and starts a run with what is in it', async () => {
    expect(called.links.hook).toBe(`/hooks/${called.id}`);
    const body = JSON.stringify({ text: 'grüße' });
    const taken = await hook(body, shop(body, 'evt_1'));
    expect([taken.status, taken.body]).toEqual([202, { eventId: 'evt_1' }]);
    const [firing] = await firings(1);
    expect(firing).toMatchObject({
      action: 'started',
      by: 'trigger',
      event: { id: 'evt_1', type: 'webhook.shop' },
    });
    const { events } = await at.log.readRun(firing!.runId!);
    expect(events[0]!.event).toMatchObject({
      type: 'StartRequested',
      input: { text: 'grüße' },
      deploymentId: called.id,
    });
  });

  it('that comes again, signed anew, is the same event', async () => {
    const body = JSON.stringify({ text: 'again' });
    for (const when of [0, 1_000, 2_000])
      expect(await hook(body, shop(body, 'evt_2', new Date(Date.now() - when)))).toMatchObject({
        status: 202,
        body: { eventId: 'evt_2' },
      });
    const other = JSON.stringify({ text: 'other' });
    await hook(other, shop(other, 'evt_3'));
    const of = (await firings(3)).map(({ event }) => event?.id);
    expect(of.filter((id) => id === 'evt_2')).toHaveLength(1);
  });

  it('of GitHub is taken beside it', async () => {
    const before = (await firings(0)).length;
    const body = '{"zen":"Keep it logically awesome."}';
    const taken = await hook(body, await code(body, '72d3162e-cc78-11e3-81ab-4c9367dc0958'));
    expect([taken.status, taken.body]).toEqual([202, { eventId: '72d3162e-cc78-11e3-81ab-4c9367dc0958' }]);
    expect((await firings(before + 1))[0]).toMatchObject({ event: { type: 'webhook.code' } });
  });

  it('may hold a text, or nothing', async () => {
    const before = (await firings(0)).length;
    const text = 'hello';
    expect(
      await hook(text, { ...(await code(text, 'text-1')), 'content-type': 'text/plain; charset=utf-8' }),
    ).toMatchObject({ status: 202 });
    expect(await hook('', shop('', 'evt_empty'))).toMatchObject({ status: 202 });
    await firings(before + 2);
  });

  it('of which the parameters cannot be made is skipped, with the reason', async () => {
    const before = (await firings(0)).length;
    const body = JSON.stringify({ txet: 'x' });
    expect(await hook(body, shop(body, 'evt_4'))).toMatchObject({ status: 202 });
    const [firing] = await firings(before + 1);
    expect(firing).toMatchObject({
      action: 'skipped',
      event: { id: 'evt_4' },
      reason: expect.stringContaining('event.data.text') as unknown as string,
    });
  });

  it('of a deployment that is paused is taken, and skipped', async () => {
    const paused = await put({
      ...{ flow: 'song', name: 'quiet', paused: true, parameters: { text: 'la' } },
      triggers: [{ webhook: 'SHOP' }],
    });
    expect(await hook('{}', shop('{}', 'evt_5'), paused.links.hook)).toMatchObject({ status: 202 });
    expect((await firings(1, 'quiet'))[0]).toMatchObject({
      action: 'skipped',
      reason: expect.stringContaining('paused') as unknown as string,
    });
  });
});

describe('a request that nobody signed', () => {
  const body = '{"text":"no"}';

  it.each<[string, () => Record<string, string>, string]>([
    [
      'without a signature',
      () => ({}),
      'it lacks the header webhook-id, webhook-timestamp, webhook-signature',
    ],
    [
      'with one of another body',
      () => shop('{"text":"yes"}', 'evt_9'),
      'its signature is not that of the secret and this body',
    ],
    ['of long ago', () => shop(body, 'evt_9', new Date(Date.now() - 600_000)), 'more than five minutes ago'],
    ['of times to come', () => shop(body, 'evt_9', new Date(Date.now() + 600_000)), 'five minutes ahead'],
    [
      'signed by another sender',
      () => ({ 'x-github-delivery': 'd', 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` }),
      'its signature is not that',
    ],
  ])('%s is refused with 401', async (_, headers, said) => {
    const before = (await firings(0)).length;
    const refused = await hook(body, headers());
    expect(refused).toMatchObject({
      status: 401,
      body: { code: 'gateway/bad-signature', detail: expect.stringContaining(said) as unknown as string },
    });
    expect(refused.headers.get('www-authenticate')).toBe('Signature realm="webhooks"');
    expect(await firings(0)).toHaveLength(before);
  });

  it('is answered in the same words where there is no deployment, or none that takes webhooks', async () => {
    const deaf = await put({ flow: 'song', name: 'deaf', parameters: { text: 'la' } });
    expect(deaf.links.hook).toBeUndefined();
    const words = new Set<string>();
    for (const id of [deaf.id, '0'.repeat(32), 'no.id', 'x'.repeat(200)]) {
      const { status, body: problem } = await hook(body, shop(body, 'evt_9'), `/hooks/${id}`);
      expect(status).toBe(404);
      const { instance: _, traceId: __, ...said } = problem as Body & { readonly instance: string };
      words.add(JSON.stringify(said));
    }
    expect(words.size).toBe(1);
  });
});

it('are too many where nobody signed them, and one that is signed is taken all the same', async () => {
  const strict = await startGateway({
    ...{ natsUrl: at.natsUrl, port: 0, logLevel: 'silent', auth: { mode: 'off' } },
    ...{ hookSecrets: { TRIGGER_SECRET_SHOP: SHOP }, rateLimits: { failures: 2 } },
  });
  const send = async (id: string, headers: Record<string, string>) => {
    const init = { method: 'POST', headers: { ...JSON_BODY, ...headers }, body: '{"text":"la"}' };
    const answer = await fetch(`${strict.url}/hooks/${id}`, init);
    await answer.arrayBuffer();
    return answer.status;
  };
  try {
    const statuses: number[] = [];
    for (let nth = 0; nth < 3; nth++) statuses.push(await send(called.id, {}));
    expect(statuses).toEqual([401, 401, 429]);
    expect(await send(called.id, shop('{"text":"la"}', 'evt_good'))).toBe(202);
  } finally {
    await strict.close();
  }
});

describe('a request that cannot be taken', () => {
  it('is refused where it is too large, of another type, or no JSON', async () => {
    const long = JSON.stringify({ text: 'x'.repeat(600 * 1024) });
    expect(await hook(long, shop(long, 'evt_9'))).toMatchObject({
      status: 413,
      body: {
        code: 'gateway/body-too-large',
        detail: expect.stringContaining('0.5 MB') as unknown as string,
      },
    });
    const form = 'payload=%7B%7D';
    const typed = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(await hook(form, { ...(await code(form, 'd')), ...typed })).toMatchObject({ status: 415 });
    expect(await hook('{"a":', shop('{"a":', 'evt_9'))).toMatchObject({
      status: 400,
      body: { code: 'gateway/malformed-json' },
    });
    const poison = '{"__proto__":{"a":1}}';
    expect(await hook(poison, shop(poison, 'evt_9'))).toMatchObject({ status: 400 });
  });

  it('waits where the gateway has no secret for it, and nothing is told of which', async () => {
    const waiting = await put({
      ...{ flow: 'song', name: 'waiting', parameters: { text: 'la' } },
      triggers: [{ webhook: 'UNSET' }],
    });
    const refused = await hook('{}', shop('{}', 'evt_9'), waiting.links.hook);
    expect(refused).toMatchObject({ status: 503, body: { code: 'gateway/hook-not-ready' } });
    expect(JSON.stringify(refused.body)).not.toMatch(/UNSET|TRIGGER_SECRET/);
    expect(refused.headers.get('retry-after')).toBe('60');
  });

  it('has other methods than POST refused', async () => {
    const { status, headers } = await at.ask(called.links.hook!);
    expect([status, headers.get('allow')]).toEqual([405, 'POST']);
  });
});
