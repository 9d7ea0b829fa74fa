import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { headers } from '@nats-io/transport-node';
import type { FlowRunStatus } from '#libs/contracts';
import { jetStreamBuckets } from '#libs/key-values';
import { flowRunId, streamSeq } from '#libs/run-log';
import { startGateway } from '../index.js';
import { EventStream } from '../testing/event-stream.js';
import { RunScript } from '../testing/run-script.js';
import { recordOf, TestGateway } from '../testing/test-gateway.js';
import type { RunBody } from '../testing/test-gateway.js';
import type { BulkWork, KeptWork } from './bulk-work.js';

let at: TestGateway;

beforeAll(async () => {
  at = await TestGateway.start();
});
afterAll(() => at.close());
beforeEach(() => at.records.flowRuns.clear());

/** Begins runs that the audit has recorded with a status. */
async function runs(count: number, status: FlowRunStatus = 'running'): Promise<RunScript[]> {
  const scripts: RunScript[] = [];
  for (let n = 0; n < count; n += 1) {
    const { body } = await at.post('/workflows/song', { text: 'la' });
    const script = new RunScript(at.log, flowRunId(body.runId));
    await script.begin();
    const record = recordOf((await at.ask<RunBody>(`/flow-runs/${body.runId}`)).body);
    at.records.flowRuns.set(body.runId, { ...record, status });
    scripts.push(script);
  }
  return scripts;
}

const cancels = async ({ runId }: RunScript): Promise<unknown[]> =>
  (await at.log.readRun(runId)).events
    .map(({ event }) => event)
    .filter(({ type }) => type === 'CancelRequested');

/** Follows bulk work to its end. */
async function end(id: string): Promise<BulkWork> {
  const stream = await EventStream.open(`${at.gateway.url}/flow-runs/bulk/${id}/events`);
  expect(stream.response.status).toBe(200);
  const seen = await stream.until('end');
  expect(seen[0]?.event).toBe('progress');
  return JSON.parse(seen.at(-1)?.data ?? '') as BulkWork;
}

const CANCEL = '/flow-runs/bulk/cancel';
const filter = { status: 'running' } as const;

describe('a preview', () => {
  it('counts the runs, shows the first of them, and does nothing', async () => {
    const [first] = await runs(3);
    await runs(1, 'waiting');
    await runs(2, 'completed');
    const { status, body } = await at.post<{ first: readonly { id: string }[] }>(CANCEL, {
      filter: { flow: 'song' },
      dryRun: true,
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      action: 'cancel',
      dryRun: true,
      filter: { flow: 'song' },
      count: 4,
      byStatus: { running: 3, waiting: 1 },
    });
    expect(body.first).toHaveLength(4);
    expect(body.first[0]).toMatchObject({
      id: first?.runId,
      links: { cancel: `/flow-runs/${first?.runId}/cancel` },
    });
    expect(await cancels(first as RunScript)).toEqual([]);
    expect(at.records.asked.at(-1)).toMatchObject({
      flow: 'song',
      sort: 'createdAt',
      to: expect.any(String),
    });
  });

  it('is refused for a filter that means everything, or says what nobody understands', async () => {
    expect(await at.post(CANCEL, { filter: {}, dryRun: true })).toMatchObject({
      status: 422,
      body: { code: 'gateway/invalid-body', errors: [{ field: 'filter' }] },
    });
    expect(await at.post(CANCEL, {})).toMatchObject({ status: 422, body: { errors: [{ field: 'filter' }] } });
    expect(await at.post(CANCEL, { filter: { status: 'odd', colour: 1 } })).toMatchObject({
      status: 422,
      body: {
        errors: expect.arrayContaining([
          expect.objectContaining({ field: 'filter.status', value: 'odd' }),
          expect.objectContaining({ field: 'filter.colour' }),
        ]),
      },
    });
  });
});

describe('a filter', () => {
  it.each([
    ['to', '2026-W05'],
    ['to', '2026-032'],
    ['to', '20260105'],
    ['from', '2026-01-05T10'],
    ['to', null],
    ['from', null],
    ['parentFlowRunId', null],
  ])('is refused where %s is %s, and never means every run', async (name, value) => {
    const [script] = (await runs(1)) as [RunScript];
    const refused = { code: 'gateway/invalid-body', message: expect.stringContaining(name) };
    const field = { field: `filter.${name}`, value };
    for (const more of [{}, { status: 'running' }]) {
      const body = { filter: { ...more, [name]: value } };
      expect(await at.post(CANCEL, body)).toMatchObject({ status: 422, body: { errors: [field] } });
      const reply = await at.log.connection.request('workflows.bulk.cancel', JSON.stringify(body));
      expect(reply.json()).toMatchObject({ error: { ...refused, fields: [field] } });
    }
    expect(await cancels(script)).toEqual([]);
  });

  it('is refused where it is null', async () => {
    expect(await at.post(CANCEL, { filter: null })).toMatchObject({
      status: 422,
      body: { errors: expect.arrayContaining([expect.objectContaining({ field: 'filter' })]) },
    });
  });
});

describe('runs that go on as others', () => {
  /** Makes a chain of two, of which only the first was found. */
  async function chain(status: FlowRunStatus): Promise<[RunScript, RunScript]> {
    const [second] = (await runs(1)) as [RunScript];
    at.records.flowRuns.clear();
    const [first] = (await runs(1, status)) as [RunScript];
    await first.continueAs(second.runId);
    return [first, second];
  }

  it('are cancelled where their work is done now', async () => {
    const [first, second] = await chain('running');
    const { body } = await at.post<BulkWork>(CANCEL, { filter, reason: 'too loud' });
    expect(await end(body.id)).toMatchObject({ done: 1, skipped: 0, failed: 0 });
    expect(await cancels(first)).toEqual([]);
    expect(await cancels(second)).toMatchObject([{ reason: 'too loud' }]);
  });

  it('are not restarted, and said to be left alone', async () => {
    const [first, second] = await chain('completed');
    const record = at.records.flowRuns.get(first.runId);
    if (record) at.records.flowRuns.set(first.runId, { ...record, continuedBy: second.runId });
    const path = '/flow-runs/bulk/restart';
    const completed = { filter: { status: 'completed' } };
    expect((await at.post(path, { ...completed, dryRun: true })).body).toMatchObject({
      count: 0,
      skipped: 1,
      first: [],
    });
    const { body } = await at.post<BulkWork>(path, completed);
    expect(await end(body.id)).toMatchObject({
      status: 'done',
      total: 1,
      done: 0,
      skipped: 1,
      leftAlone: [
        {
          runId: first.runId,
          code: 'gateway/run-continued',
          message: `it goes on as run ${second.runId}: restart the last of them`,
        },
      ],
    });
  });
});

describe('a bulk cancel', () => {
  it('is accepted with the place where one can follow it, and asks every run to end', async () => {
    const scripts = await runs(3);
    const { status, body, headers } = await at.post<BulkWork>(CANCEL, { filter, reason: 'too loud' });
    expect(status).toBe(202);
    expect(body).toMatchObject({ status: 'running', total: 3, reason: 'too loud' });
    expect(body).not.toHaveProperty('holder');
    expect(headers.get('location')).toBe(`/flow-runs/bulk/${body.id}`);
    expect(await end(body.id)).toMatchObject({ status: 'done', total: 3, done: 3, skipped: 0, failed: 0 });
    for (const script of scripts)
      expect(await cancels(script)).toMatchObject([{ reason: 'too loud', actor: { userId: 'local' } }]);
    expect((await at.ask<BulkWork>(`/flow-runs/bulk/${body.id}`)).body).toMatchObject({
      status: 'done',
      finishedAt: expect.any(String),
      links: { events: `/flow-runs/bulk/${body.id}/events` },
    });
  });

  it('leaves alone what has ended or was asked before, and tells what it could not reach', async () => {
    const [ended, asked, open] = (await runs(3)) as [RunScript, RunScript, RunScript];
    await ended.complete();
    await at.post(`/flow-runs/${asked.runId}/cancel`, {});
    const record = at.records.flowRuns.get(open.runId);
    if (record) at.records.flowRuns.set('purged', { ...record, id: 'purged' });
    const { body } = await at.post<BulkWork>(CANCEL, { filter });
    expect(await end(body.id)).toMatchObject({
      done: 1,
      skipped: 2,
      failed: 1,
      failures: [{ runId: 'purged', code: 'gateway/unknown-run' }],
    });
    expect(await cancels(asked)).toHaveLength(1);
  });

  it('is shown to nobody else', async () => {
    const { body } = await at.post<BulkWork>(CANCEL, { filter }, { 'x-user-id': 'ann' });
    const path = `/flow-runs/bulk/${body.id}`;
    expect((await at.ask(path, { headers: { 'x-user-id': 'ann' } })).status).toBe(200);
    expect(await at.ask(path, { headers: { 'x-user-id': 'bob' } })).toMatchObject({
      status: 404,
      body: { code: 'gateway/unknown-bulk' },
    });
    expect((await at.ask('/flow-runs/bulk/none/events')).status).toBe(404);
  });
});

it('a bulk restart starts a new run for each that has ended', async () => {
  const scripts = await runs(2, 'failed');
  for (const script of scripts) await script.complete();
  const seq = (await at.log.info('RUN')).lastSeq;
  const forks: unknown[] = [];
  const watch = await at.log.watch('RUN', { fromSeq: streamSeq(seq + 1) }, ({ event }) => {
    if (event.type === 'StartRequested') forks.push(event.fork?.from);
  });
  const { body } = await at.post<BulkWork>('/flow-runs/bulk/restart', { filter: { status: 'failed' } });
  expect(await end(body.id)).toMatchObject({ action: 'restart', done: 2, failed: 0 });
  await watch.close();
  expect(forks.sort()).toEqual(scripts.map(({ runId }) => runId).sort());
});

describe('the list of bulk work', () => {
  interface Listed {
    readonly items: readonly BulkWork[];
    readonly nextCursor: string | null;
    readonly links: { readonly next?: string };
  }
  const as = (user: string) => ({ headers: { 'x-user-id': user } });
  const begin = async (user: string): Promise<string> =>
    (await at.post<BulkWork>(CANCEL, { filter, reason: 'loud' }, { 'x-user-id': user })).body.id;

  it('shows one’s own, the latest first, and not what became of single runs', async () => {
    const ids = [await begin('cleo'), await begin('cleo'), await begin('cleo')];
    await begin('dora');
    for (const id of ids)
      await (await EventStream.open(`${at.gateway.url}/flow-runs/bulk/${id}/events`)).until('end');
    const { status, body } = await at.ask<Listed>('/flow-runs/bulk', as('cleo'));
    expect(status).toBe(200);
    expect(body.items.map(({ id }) => id)).toEqual([...ids].reverse());
    expect(body.nextCursor).toBeNull();
    const id = ids[2];
    expect(body.items[0]).toMatchObject({
      ...{ action: 'cancel', status: 'done', filter, reason: 'loud', by: { userId: 'cleo' } },
      links: { self: `/flow-runs/bulk/${id}`, stop: `/flow-runs/bulk/${id}/stop` },
    });
    for (const hidden of ['failures', 'leftAlone', 'holder', 'settled', 'cursor'])
      expect(body.items[0]).not.toHaveProperty(hidden);
  });

  it('shows whoever may see everything the work of all', async () => {
    const [one, two] = [await begin('elsa'), await begin('finn')];
    const { body } = await at.ask<Listed>('/flow-runs/bulk?limit=2');
    expect(body.items.map(({ id }) => id)).toEqual([two, one]);
  });

  it('is read page by page', async () => {
    const ids = [await begin('gwen'), await begin('gwen'), await begin('gwen')];
    const first = (await at.ask<Listed>('/flow-runs/bulk?limit=2', as('gwen'))).body;
    expect(first.items.map(({ id }) => id)).toEqual([ids[2], ids[1]]);
    expect(first.nextCursor).toBe(ids[1]);
    const second = (await at.ask<Listed>(first.links.next ?? '', as('gwen'))).body;
    expect(second.items.map(({ id }) => id)).toEqual([ids[0]]);
    expect(second.nextCursor).toBeNull();
    expect(second.links).not.toHaveProperty('next');
  });

  it('may be empty', async () => {
    expect((await at.ask('/flow-runs/bulk', as('nobody'))).body).toMatchObject({
      items: [],
      nextCursor: null,
    });
  });

  it.each(['limit=0', 'limit=501', 'limit=x', 'cursor=a%20b', 'status=done'])(
    'is refused with %s',
    async (query) => {
      expect(await at.ask(`/flow-runs/bulk?${query}`)).toMatchObject({
        status: 400,
        body: { code: 'gateway/bad-query', errors: [{ field: query.split('=')[0] }] },
      });
    },
  );
});

const long = { done: 0, skipped: 0, failed: 0, failures: [] };

/** Keeps bulk work as a gateway leaves it that is in the middle of it. */
async function left(
  id: string,
  holder: KeptWork['holder'],
  status: KeptWork['status'] = 'running',
): Promise<void> {
  const createdAt = new Date().toISOString();
  const work: KeptWork = {
    id,
    action: 'cancel',
    filter,
    reason: null,
    by: { userId: 'local', channel: 'api' },
    status,
    total: 2,
    ...long,
    error: null,
    createdAt,
    updatedAt: createdAt,
    finishedAt: null,
    cursor: null,
    settled: long,
    holder,
  };
  await jetStreamBuckets(at.log.connection).open('BULK').create([id], work);
}

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
