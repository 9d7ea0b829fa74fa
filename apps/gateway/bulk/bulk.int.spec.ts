import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { FlowRunStatus } from '#libs/contracts';
import { streamSeq } from '#libs/run-log';
import { EventStream } from '../testing/event-stream.js';
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
