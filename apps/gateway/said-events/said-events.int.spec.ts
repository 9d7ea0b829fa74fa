import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Deployments } from '#libs/deployments';
import type { FiringEntry } from '../deployments/deployment-entry.js';
import { keepDeployments } from '../testing/deployments.fixtures.js';
import { TestGateway } from '../testing/test-gateway.js';

let at: TestGateway;
let deployments: Deployments;
const limit = new AbortController();
const as = (user: string) => ({ 'x-user-id': user });

beforeAll(async () => {
  at = await TestGateway.start();
  deployments = await keepDeployments(at);
});
afterAll(async () => {
  limit.abort();
  await deployments?.close();
  await at?.close();
});

async function keep(user: string, ...triggers: object[]): Promise<void> {
  const spec = { flow: 'song', name: 'woken', parameters: { text: 'la' }, overlap: 'all', triggers };
  const { status, body } = await at.post('/deployments', spec, as(user));
  expect([status, body]).toEqual([201, expect.objectContaining({ name: 'woken' })]);
}

/** What the deployment of a user did, newest first, once it is so many things. */
async function firings(user: string, count: number): Promise<readonly FiringEntry[]> {
  while (!limit.signal.aborted) {
    const path = '/deployments/song/woken/firings?limit=100';
    const { body } = await at.ask<{ items: FiringEntry[] }>(path, { headers: as(user) });
    if (body.items.length >= count) return body.items;
  }
  return [];
}
const say = (user: string, event: object, headers: Record<string, string> = {}) =>
  at.post<{ id: string }>('/events', event, { ...as(user), ...headers });

describe('an event that is said', () => {
  it('starts what waits for it, once for each id, and by its filter', async () => {
    await keep('ann', {
      event: 'order.*',
      where: { 'data.total': { $gte: 100 } },
      parameters: { text: 'Order ${{ event.data.id }}' },
    });
    for (let n = 0; n < 3; n++)
      expect(
        await say('ann', { type: 'order.created', id: 'A-17', data: { id: 'A-17', total: 120 } }),
      ).toMatchObject({
        status: 202,
        body: { id: 'A-17' },
      });
    await say('ann', { type: 'order.created', id: 'A-18', data: { id: 'A-18', total: 12 } });
    await say('ann', { type: 'stock.low', id: 'A-19', data: { id: 'A-19', total: 120 } });
    await say('ann', { type: 'order.paid', id: 'A-20', data: { id: 'A-20', total: 100 } });
    const done = await firings('ann', 2);
    const byId = new Map(done.map((firing) => [firing.event!.id, firing]));
    expect([...byId.keys()].sort()).toEqual(['A-17', 'A-20']);
    expect(byId.get('A-17')).toMatchObject({ action: 'started', event: { type: 'order.created' } });
    expect(byId.get('A-20')).toMatchObject({ action: 'started', event: { type: 'order.paid' } });
    const { events } = await at.log.readRun(byId.get('A-17')!.runId!);
    expect(events[0]!.event).toMatchObject({ input: { text: 'Order A-17' }, actor: { userId: 'ann' } });
  });

  it('has the idempotency key for its id, where it says none, and one drawn by lot without either', async () => {
    const headers = { 'idempotency-key': 'key-1' };
    expect((await say('bob', { type: 'a.b' }, headers)).body).toEqual({ id: 'key-1' });
    expect((await say('bob', { type: 'a.b', id: 'mine' }, headers)).body).toEqual({ id: 'mine' });
    const [one, two] = [await say('bob', { type: 'a.b' }), await say('bob', { type: 'a.b' })];
    expect(one.body.id).not.toBe(two.body.id);
    expect(await say('bob', { type: 'a.b' }, { 'idempotency-key': 'k'.repeat(129) })).toMatchObject({
      status: 400,
      body: { code: 'gateway/bad-header', errors: [{ field: 'Idempotency-Key' }] },
    });
  });

  it('is another event where another user says it, and reaches their own deployments alone', async () => {
    await keep('cat', { event: 'bell.rung' });
    await keep('dan', { event: 'bell.rung' });
    await say('cat', { type: 'bell.rung', id: 'same', data: 1 });
    await say('dan', { type: 'bell.rung', id: 'same', data: 2 });
    await say('dan', { type: 'bell.rung', id: 'last' });
    expect((await firings('dan', 2)).map(({ event }) => event?.id).sort()).toEqual(['last', 'same']);
    expect((await firings('cat', 1)).map(({ event }) => event?.id)).toEqual(['same']);
  });

  it.each<[string, object, string]>([
    ['without a type', { data: 1 }, 'type'],
    ['with an empty word in its type', { type: 'order..created' }, 'type'],
    ['with a star in its type', { type: 'order.*' }, 'type'],
    ['with a blank in its type', { type: 'order created' }, 'type'],
    ['that says a run has ended', { type: 'run.completed' }, 'type'],
    ['that says a webhook came', { type: 'webhook.shop' }, 'type'],
    ['with an empty id', { type: 'a.b', id: '' }, 'id'],
    ['with an id that is too long', { type: 'a.b', id: 'x'.repeat(129) }, 'id'],
    ['with a line in its source', { type: 'a.b', source: 'a\nb' }, 'source'],
    ['of more than 64 KiB', { type: 'a.b', data: 'x'.repeat(70_000) }, 'data'],
    ['with a field that there is not', { type: 'a.b', user: 'ann' }, 'user'],
  ])('%s is refused by its field', async (_, event, field) => {
    const { status, body } = await at.post('/events', event);
    expect([status, body.errors.map((error) => error.field)]).toEqual([422, [field]]);
  });
});

describe('triggers that do not hold', () => {
  it.each<[string, object[], string]>([
    ['nothing to listen to', [{}], 'triggers[0]'],
    ['two things to listen to', [{ event: 'a.b', run: 'song' }], 'triggers[0]'],
    ['a type that is none', [{ event: 'a..b' }], 'triggers[0].event'],
    [
      'an operator that there is not',
      [{ event: 'a.b', where: { 'data.n': { $gtt: 1 } } }],
      'triggers[0].where',
    ],
    ['a pattern', [{ event: 'a.b', where: { type: { $regex: 'a' } } }], 'triggers[0].where'],
    [
      'an expression of another root',
      [{ event: 'a.b', parameters: { text: '${{ steps.a }}' } }],
      'triggers[0].param',
    ],
    ['a flow that there is not', [{ run: 'sing' }], 'triggers[0].run'],
    ['itself', [{ event: 'a.b' }, { run: 'song/wrong' }], 'triggers[1].run'],
    ['an end that there is not', [{ run: 'pipe', on: ['done'] }], 'triggers[0].on'],
    ['a name that is none', [{ webhook: 'a b' }], 'triggers[0].webhook'],
    ['eleven', Array.from({ length: 11 }, (_, n) => ({ event: `a.${n}` })), 'triggers'],
  ])('%s: refused by their field', async (_, triggers, field) => {
    const { status, body } = await at.post('/deployments', {
      ...{ flow: 'song', name: 'wrong', parameters: { text: 'la' } },
      triggers,
    });
    expect([status, body.errors?.[0]?.field]).toEqual([422, expect.stringContaining(field)]);
  });
});
