import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Deployments } from '#libs/deployments';
import { keepDeployments } from '../testing/deployments.fixtures.js';
import { TestGateway } from '../testing/test-gateway.js';
import type { DeploymentEntry, FiringEntry } from './deployment-entry.js';

let at: TestGateway;
let deployments: Deployments;

beforeAll(async () => {
  at = await TestGateway.start();
  deployments = await keepDeployments(at);
});
afterAll(async () => {
  await deployments?.close();
  await at?.close();
});

interface Listed {
  readonly items: readonly DeploymentEntry[];
  readonly nextCursor: string | null;
  readonly links: { readonly next?: string };
}

const evening = {
  flow: 'song',
  name: 'evening',
  parameters: { text: 'la' },
  schedule: { cron: '0 18 * * *', timeZone: 'Europe/Berlin' },
  tags: ['daily'],
};
const of = (user: string) => ({ 'x-user-id': user });
const create = (spec: object, user = 'ann') => at.post<DeploymentEntry>('/deployments', spec, of(user));
const show = (ref: string, user = 'ann') =>
  at.ask<DeploymentEntry>(`/deployments/${ref}`, { headers: of(user) });
const post = <T = DeploymentEntry>(path: string, body: object = {}, headers: Record<string, string> = {}) =>
  at.post<T>(`/deployments/${path}`, body, { ...of('ann'), ...headers });

describe('a deployment', () => {
  it('is created with its place and revision, and shown with when it fires', async () => {
    const made = await create(evening);
    expect(made).toMatchObject({
      status: 201,
      body: {
        ...evening,
        ...{ userId: 'ann', paused: false, concurrency: 1, overlap: 'skip', missed: 'latest' },
        ...{ active: [], queued: 0, lastFiring: null },
        links: { self: '/deployments/song/evening', run: '/deployments/song/evening/run' },
      },
    });
    expect(made.headers.get('location')).toBe('/deployments/song/evening');
    expect(made.headers.get('etag')).toBe(`"${made.body.revision}"`);
    expect(made.body.next).toHaveLength(3);
    const shown = await show('song/evening');
    expect(shown.body).toEqual(made.body);
    expect(shown.headers.get('etag')).toBe(made.headers.get('etag'));
    expect((await show('tune/evening')).body.id).toBe(made.body.id);
  });

  it('is created once', async () => {
    expect(await create({ ...evening, tags: ['other'] })).toMatchObject({
      status: 409,
      body: { code: 'deployment/exists' },
    });
  });

  it('is one of the caller’s own', async () => {
    expect(await show('song/evening', 'bob')).toMatchObject({
      status: 404,
      body: { code: 'deployment/unknown' },
    });
    expect((await create(evening, 'bob')).status).toBe(201);
    const { items } = (await at.ask<Listed>('/deployments', { headers: of('bob') })).body;
    expect(items.map(({ userId, name }) => [userId, name])).toEqual([['bob', 'evening']]);
  });

  it.each([
    [{ flow: 'sonk' }, 'flow/unknown', 404, 'flow'],
    [{ name: 'Late Evening' }, 'gateway/invalid-body', 422, 'name'],
    [{ parameters: { text: 'la', times: 11 } }, 'flow/invalid-input', 422, 'parameters.times'],
    [{ parameters: {} }, 'flow/invalid-input', 422, 'parameters.text'],
    [{ parameters: 'la' }, 'gateway/invalid-body', 422, 'parameters'],
    [{ schedule: { cron: '0 18 31 2 *' } }, 'deployment/invalid', 422, 'schedule.cron'],
    [{ schedule: { cron: '0 0 18 * * *' } }, 'deployment/invalid', 422, 'schedule.cron'],
    [
      { schedule: { cron: '0 18 * * *', timeZone: 'Mars/Base' } },
      'deployment/invalid',
      422,
      'schedule.timeZone',
    ],
    [{ schedule: { intervalSeconds: 0 } }, 'deployment/invalid', 422, 'schedule.intervalSeconds'],
    [{ schedule: {} }, 'deployment/invalid', 422, 'schedule'],
    [{ overlap: 'both' }, 'gateway/invalid-body', 422, 'overlap'],
    [{ pasued: true }, 'gateway/invalid-body', 422, 'pasued'],
  ])('is refused by field: %j', async (wrong, code, status, field) => {
    expect(await create({ ...evening, name: 'wrong', ...wrong })).toMatchObject({
      status,
      body: { code, errors: [{ field }] },
    });
    expect((await show('song/wrong')).status).toBe(404);
  });
});

describe('the list of deployments', () => {
  it('is filtered, and comes page by page', async () => {
    for (const name of ['a', 'b', 'c'])
      await create(
        { ...evening, name, tags: [name === 'a' ? 'early' : 'late'], paused: name !== 'b' },
        'lee',
      );
    const list = async (query: string) =>
      (await at.ask<Listed>(`/deployments?${query}`, { headers: of('lee') })).body;
    const names = async (query: string) => (await list(query)).items.map(({ name }) => name);
    expect(await names('')).toEqual(['a', 'b', 'c']);
    expect(await names('tag=late')).toEqual(['b', 'c']);
    expect(await names('paused=true&flow=tune')).toEqual(['a', 'c']);
    expect(await names('flow=pipe')).toEqual([]);
    expect(await names('q=SONG')).toEqual(['a', 'b', 'c']);
    const first = await list('limit=2');
    expect(first.items.map(({ name }) => name)).toEqual(['a', 'b']);
    const second = await at.ask<Listed>(first.links.next!, { headers: of('lee') });
    expect(second.body.items.map(({ name }) => name)).toEqual(['c']);
    expect(second.body.nextCursor).toBeNull();
  });

  it.each(['limit=0', 'limit=x', 'paused=maybe', 'colour=red', 'cursor=nonsense'])(
    'refuses %s',
    async (query) => {
      expect((await at.ask(`/deployments?${query}`)).status).toBe(400);
    },
  );
});

describe('a change', () => {
  const put = (ref: string, body: object, headers: Record<string, string>, user = 'cleo') =>
    at.send<DeploymentEntry>('PUT', `/deployments/${ref}`, body, { ...of(user), ...headers });
  const spec = { parameters: { text: 'la' } };

  it('says what it expects to find, and finds it', async () => {
    expect(await put('song/first', spec, {})).toMatchObject({
      status: 428,
      body: { code: 'gateway/precondition-required' },
    });
    const made = await put('song/first', spec, { 'if-none-match': '*' });
    expect(made.status).toBe(201);
    expect((await put('song/first', spec, { 'if-none-match': '*' })).status).toBe(412);
    const etag = made.headers.get('etag')!;
    const changed = await put('song/first', { ...spec, tags: ['new'] }, { 'if-match': etag });
    expect(changed).toMatchObject({ status: 200, body: { tags: ['new'] } });
    expect(changed.body.revision).toBeGreaterThan(made.body.revision);
    expect(await put('song/first', { ...spec, tags: ['newer'] }, { 'if-match': etag })).toMatchObject({
      status: 412,
      body: { code: 'gateway/precondition-failed' },
    });
    expect((await show('song/first', 'cleo')).body.tags).toEqual(['new']);
    expect(await put('song/first', spec, { 'if-match': '*' })).toMatchObject({
      status: 200,
      body: { tags: [] },
    });
  });

  it('that is none leaves the revision as it is', async () => {
    const made = await put('song/same', spec, { 'if-none-match': '*' });
    const again = await put('song/same', spec, { 'if-match': made.headers.get('etag')! });
    expect(again.body.revision).toBe(made.body.revision);
  });

  it('finds nothing where there is nothing', async () => {
    expect((await put('song/nobody', spec, { 'if-match': '*' })).status).toBe(404);
    expect((await put('song/nobody', spec, { 'if-match': '"7"' })).status).toBe(412);
  });

  it.each([
    [{ 'if-match': '7' }, 'If-Match'],
    [{ 'if-match': 'W/"7"' }, 'If-Match'],
    [{ 'if-none-match': '"7"' }, 'If-None-Match'],
    [{ 'if-match': '*', 'if-none-match': '*' }, 'If-None-Match'],
  ])('refuses the headers %j', async (headers: Record<string, string>, field) => {
    expect(await put('song/first', spec, headers)).toMatchObject({
      status: 400,
      body: { code: 'gateway/bad-header', errors: [{ field }] },
    });
  });

  it('cannot name it otherwise than the path does', async () => {
    expect(await put('song/first', { ...spec, name: 'second' }, { 'if-match': '*' })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'name' }] },
    });
  });

  it('may be its removal, where it is still what was read', async () => {
    const made = await put('song/short', spec, { 'if-none-match': '*' });
    const remove = (headers: Record<string, string>) =>
      at.ask('/deployments/song/short', { method: 'DELETE', headers: { ...of('cleo'), ...headers } });
    expect((await remove({ 'if-match': `"${made.body.revision + 1}"` })).status).toBe(412);
    expect(await remove({ 'if-match': `"${made.body.revision}"` })).toMatchObject({
      status: 200,
      body: { flow: 'song', name: 'short', removed: true },
    });
    expect((await remove({})).status).toBe(404);
  });
});

describe('what a deployment does', () => {
  it('stops and goes on by a word', async () => {
    await create({ ...evening, name: 'breaks' });
    expect((await post('song/breaks/pause')).body).toMatchObject({ paused: true, next: [] });
    expect((await post('song/breaks/pause')).status).toBe(200);
    const resumed = await post('song/breaks/resume');
    expect(resumed.body.paused).toBe(false);
    expect(resumed.body.next).toHaveLength(3);
    expect((await post('song/nope/pause')).status).toBe(404);
  });

  it('is begun by hand, with parameters over its own, once for one key', async () => {
    await create({ ...evening, name: 'by-hand', schedule: undefined });
    const key = { 'idempotency-key': 'now' };
    const run = (headers = {}) =>
      post<{ runId: string; existing: boolean; links: Record<string, string> }>(
        'song/by-hand/run?tag=urgent&dryRun=true',
        { parameters: { times: 3 } },
        headers,
      );
    const first = await run(key);
    expect(first).toMatchObject({
      status: 202,
      body: {
        flow: 'song',
        name: 'by-hand',
        existing: false,
        links: { deployment: '/deployments/song/by-hand' },
      },
    });
    expect(first.headers.get('location')).toBe(`/flow-runs/${first.body.runId}`);
    expect((await run(key)).body).toMatchObject({ runId: first.body.runId, existing: true });
    const shown = await at.ask<{ parameters: object; tags: string[]; deploymentId: string }>(
      first.body.links['self']!,
      { headers: of('ann') },
    );
    const { id } = (await show('song/by-hand')).body;
    expect(shown.body).toMatchObject({
      parameters: { text: 'la', times: 3 },
      tags: ['daily', 'urgent'],
      deploymentId: id,
    });
    const { items } = (
      await at.ask<{ items: FiringEntry[] }>('/deployments/song/by-hand/firings', { headers: of('ann') })
    ).body;
    expect(items).toMatchObject([
      { action: 'started', by: 'person', askedBy: 'ann', links: { flowRun: first.body.links['self'] } },
    ]);
    expect(await post('song/by-hand/run', { parameters: { times: 99 } })).toMatchObject({
      status: 422,
      body: { code: 'flow/invalid-input', errors: [{ field: 'times' }] },
    });
  });

  it('is told beforehand, over changes of the clock', async () => {
    const next = (path: string) =>
      at.ask<{ instants: string[] }>(`/deployments/${path}`, { headers: of('ann') });
    expect((await next('song/evening/next?count=2&after=2026-10-24T18:00:00Z')).body.instants).toEqual([
      '2026-10-25T17:00:00.000Z',
      '2026-10-26T17:00:00.000Z',
    ]);
    expect((await next('song/by-hand/next')).body.instants).toEqual([]);
    const asked = await post<{ instants: string[] }>('next', {
      schedule: { cron: '30 2 * * *', timeZone: 'Europe/Berlin' },
      count: 1,
      after: '2027-03-27T12:00:00Z',
    });
    expect(asked.body.instants).toEqual(['2027-03-28T01:00:00.000Z']);
    expect(await post('next', { schedule: { cron: 'often' } })).toMatchObject({
      status: 422,
      body: { code: 'deployment/invalid' },
    });
    expect((await next('song/evening/next?count=0')).status).toBe(400);
  });
});
