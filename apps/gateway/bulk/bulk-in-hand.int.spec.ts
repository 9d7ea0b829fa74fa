import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { headers } from '@nats-io/transport-node';
import { streamSeq } from '#libs/run-log';
import { startGateway } from '../index.js';
import type { RunScript } from '../testing/run-script.js';
import { TestGateway } from '../testing/test-gateway.js';
import { BulkRuns, CANCEL, filter } from './bulk.fixtures.js';
import type { BulkWork } from './bulk-work.js';

let at: TestGateway;
let bulk: BulkRuns;

beforeAll(async () => {
  at = await TestGateway.start();
  bulk = new BulkRuns(at);
});
afterAll(() => at.close());
beforeEach(() => at.records.flowRuns.clear());

const runs: BulkRuns['runs'] = (...asked) => bulk.runs(...asked);
const cancels: BulkRuns['cancels'] = (script) => bulk.cancels(script);
const end: BulkRuns['end'] = (id) => bulk.end(id);
const left: BulkRuns['left'] = (...kept) => bulk.left(...kept);

describe('bulk work that its gateway has left behind', () => {
  it('is gone on with by whoever is asked for it, and done to nobody twice', async () => {
    const scripts = (await runs(2)) as [RunScript, RunScript];
    await left('left', { id: 'gone', until: new Date(0).toISOString() });
    await at.post(`/flow-runs/${scripts[0].runId}/cancel`, {});
    expect(await end('left')).toMatchObject({ status: 'done', done: 2, skipped: 0 });
    for (const script of scripts) expect(await cancels(script)).toHaveLength(1);
  });

  it('is gone on with by the next gateway that starts', async () => {
    const [script] = (await runs(1)) as [RunScript];
    await left('orphan', null);
    let asked = (): void => undefined;
    const isAsked = new Promise<void>((resolve) => (asked = resolve));
    const { lastSeq } = await at.log.info('RUN');
    const watch = await at.log.watch('RUN', { fromSeq: streamSeq(lastSeq + 1) }, ({ event, runId }) => {
      if (event.type === 'CancelRequested' && runId === script.runId) asked();
    });
    const other = await startGateway({
      natsUrl: at.natsUrl,
      port: 0,
      logLevel: 'silent',
      auth: { mode: 'off' },
    });
    await isAsked;
    await other.close();
    await watch.close();
  });

  it('is let alone while somebody works on it', async () => {
    await left('held', { id: 'busy', until: new Date(Date.now() + 60_000).toISOString() });
    const { body } = await at.ask<BulkWork>('/flow-runs/bulk/held');
    expect(body).toMatchObject({ status: 'running', done: 0 });
  });
});

describe('bulk work that is to stop', () => {
  const stop = (id: string, user = 'local') =>
    at.post<BulkWork>(`/flow-runs/bulk/${id}/stop`, {}, { 'x-user-id': user });

  it('has stopped at once where nobody works on it, and is not taken up again', async () => {
    const [script] = (await runs(1)) as [RunScript];
    await left('lost', { id: 'gone', until: new Date(0).toISOString() });
    expect(await stop('lost')).toMatchObject({
      status: 200,
      body: { status: 'stopped', done: 0, finishedAt: expect.any(String) },
    });
    expect(await end('lost')).toMatchObject({ status: 'stopped' });
    expect(await stop('lost')).toMatchObject({ status: 200, body: { status: 'stopped' } });
    expect(await cancels(script)).toEqual([]);
  });

  it('is stopping as long as another gateway has runs in hand', async () => {
    await left('elsewhere', { id: 'busy', until: new Date(Date.now() + 60_000).toISOString() });
    const { status, body, headers } = await stop('elsewhere');
    expect({ status, body }).toMatchObject({ status: 202, body: { status: 'stopping', finishedAt: null } });
    expect(headers.get('location')).toBe('/flow-runs/bulk/elsewhere');
    expect(await stop('elsewhere')).toMatchObject({ status: 202, body: { status: 'stopping' } });
  });

  it('has stopped where the gateway died that had been told', async () => {
    await left('orphaned', { id: 'gone', until: new Date(0).toISOString() }, 'stopping');
    expect((await at.ask<BulkWork>('/flow-runs/bulk/orphaned')).body).toMatchObject({ status: 'stopped' });
  });

  it('stays as it is once it is done', async () => {
    await runs(1);
    const { body } = await at.post<BulkWork>(CANCEL, { filter });
    await end(body.id);
    expect(await stop(body.id)).toMatchObject({ status: 200, body: { status: 'done', done: 1 } });
  });

  it('must be there, and one’s own', async () => {
    expect(await stop('none')).toMatchObject({
      status: 404,
      body: { code: 'gateway/unknown-bulk', detail: expect.stringContaining('none') },
    });
    await left('theirs', null);
    expect(await stop('theirs', 'bob')).toMatchObject({
      status: 404,
      body: { code: 'gateway/unknown-bulk' },
    });
  });
});

describe('by plain NATS message', () => {
  async function request(verb: string, body: object, user = 'local'): Promise<BulkWork & { error: unknown }> {
    const meta = headers();
    meta.set('User-Id', user);
    const reply = await at.log.connection.request(`workflows.bulk.${verb}`, JSON.stringify(body), {
      headers: meta,
      timeout: 10_000,
    });
    return reply.json();
  }

  it('bulk work is looked at beforehand, done, and looked at again', async () => {
    const [script] = (await runs(1)) as [RunScript];
    expect(await request('cancel', { filter, dryRun: true })).toMatchObject({ count: 1 });
    const { id } = await request('cancel', { filter });
    await end(id);
    expect(await request('look', { id })).toMatchObject({ status: 'done', done: 1 });
    expect(await cancels(script)).toMatchObject([{ actor: { userId: 'local', channel: 'nats' } }]);
  });

  it('bulk work is stopped', async () => {
    await left('by-nats', { id: 'gone', until: new Date(0).toISOString() });
    expect(await request('stop', { id: 'by-nats' })).toMatchObject({ status: 'stopped' });
    expect(await request('stop', { id: 'by-nats' })).toMatchObject({ status: 'stopped' });
    expect(await request('stop', { id: 'none' })).toMatchObject({ error: { code: 'gateway/unknown-bulk' } });
  });

  it('bulk work is listed, one’s own and page by page', async () => {
    const ids = [];
    for (let n = 0; n < 2; n += 1) ids.push((await request('cancel', { filter }, 'hugo')).id);
    expect(await request('list', {}, 'hugo')).toMatchObject({
      items: [{ id: ids[1] }, { id: ids[0] }],
      nextCursor: null,
    });
    expect(await request('list', { limit: 1 }, 'hugo')).toMatchObject({ nextCursor: ids[1] });
    expect(await request('list', { limit: 1, cursor: ids[1] }, 'hugo')).toMatchObject({
      items: [{ id: ids[0] }],
    });
    expect(await request('list', { limit: 0 })).toMatchObject({
      error: { code: 'gateway/invalid-body', fields: [{ field: 'limit', value: 0 }] },
    });
  });

  it('is refused in words', async () => {
    expect(await request('cancel', { filter: {} })).toMatchObject({
      error: { code: 'gateway/invalid-body', fields: [{ field: 'filter' }] },
    });
    expect(await request('look', { id: 'none' })).toMatchObject({ error: { code: 'gateway/unknown-bulk' } });
    expect(await request('pause', {})).toMatchObject({
      error: { message: expect.stringContaining('expected cancel, restart, list, look or stop') },
    });
  });
});
