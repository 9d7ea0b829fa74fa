import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { flowRunId } from '#libs/run-log';
import { RunScript } from '../testing/run-script.js';
import { recordOf, TestGateway } from '../testing/test-gateway.js';
import type { RunBody } from '../testing/test-gateway.js';

let at: TestGateway;

beforeAll(async () => {
  at = await TestGateway.start();
});
afterAll(() => at.close());

describe('reading runs', () => {
  it('pages through lists with links', async () => {
    const first = await at.post('/workflows/song', { text: 'la' });
    const record = recordOf((await at.ask<RunBody>(`/flow-runs/${first.body.runId}`)).body);
    at.records.flowRuns.set('a', { ...record, id: 'a' }).set('b', { ...record, id: 'b' });
    const { body } = await at.ask('/flow-runs?limit=1&flow=song');
    expect(body).toMatchObject({ items: [{ id: 'a', links: { self: '/flow-runs/a' } }], nextCursor: 'next' });
    expect(body.links.next).toBe('/flow-runs?limit=1&flow=song&cursor=next');
    expect(at.records.asked.at(-1)).toMatchObject({ limit: 1, flow: 'song' });
    at.records.flowRuns.clear();
  });

  it.each(['/flow-runs', '/task-runs', '/analytics/flows'])(
    'asks the audit for the records of a user: %s',
    async (path) => {
      expect((await at.ask(`${path}?userId=ann`)).status).toBe(200);
      expect(at.records.asked.at(-1)).toEqual({ user: 'ann' });
    },
  );

  it('shows a run to the same people by log and by record, also where the record is behind', async () => {
    const { body: started } = await at.post('/workflows/song', { text: 'la' }, { 'x-user-id': 'ann' });
    const path = `/flow-runs/${started.runId}`;
    const { body: early } = await at.ask<RunBody>(path, { headers: { 'x-user-id': 'ann' } });
    expect((await at.ask(path)).status).toBe(200);
    expect((await at.ask(path, { headers: { 'x-user-id': 'bob' } })).status).toBe(404);
    at.records.flowRuns.set(started.runId, recordOf(early));
    await new RunScript(at.log, flowRunId(started.runId)).begin();
    expect(await at.ask(path)).toMatchObject({ status: 200, body: { status: 'running' } });
  });

  it('shows what the log knows where the record is behind, and calls under their tasks', async () => {
    const { body: started } = await at.post('/workflows/song', { text: 'la' });
    const runId = flowRunId(started.runId);
    const script = new RunScript(at.log, runId);
    await script.begin();
    await script.schedule(0);
    const { body: early } = await at.ask<RunBody>(`/flow-runs/${runId}`);
    const [node] = early.taskTree;
    if (!node) throw new Error('the run has no task');
    const { children: _children, ...task } = node;
    at.records.flowRuns.set(runId, recordOf(early));
    at.records.taskRuns.set(task.id, { ...task, status: 'running' });
    at.records.taskRuns.set('nested', { ...task, id: 'nested', taskName: null, parentTaskRunId: task.id });
    await script.succeed(0);
    await script.complete();
    const { body } = await at.ask(`/flow-runs/${runId}`);
    expect(body).toMatchObject({
      status: 'completed',
      result: { sung: true },
      tasks: { total: 1, success: 1 },
      taskTree: [{ id: 'task-0', status: 'success', durationMs: 250, children: [{ id: 'nested' }] }],
    });
  });

  it('answers 404 for what there is not, and 503 while the database is gone', async () => {
    expect(await at.ask('/flow-runs/nobody')).toMatchObject({
      status: 404,
      body: { code: 'gateway/unknown-run' },
    });
    expect(await at.ask('/flow-runs/nobody/events')).toMatchObject({ status: 404 });
    expect(await at.ask('/flow-runs/nobody/logs')).toMatchObject({ status: 404 });
    expect(await at.ask('/task-runs/nobody')).toMatchObject({
      status: 404,
      body: { code: 'audit/not-found' },
    });
    at.records.databaseGone = true;
    const gone = await at.ask('/flow-runs');
    expect(gone).toMatchObject({ status: 503, body: { code: 'mongo/unavailable', disposition: 'retry' } });
    expect(gone.headers.get('retry-after')).toBe('3');
    const health = await at.ask('/health');
    expect(health).toMatchObject({
      status: 200,
      body: { status: 'degraded', dependencies: { database: { status: 'down' }, audit: { status: 'ok' } } },
    });
    at.records.databaseGone = false;
  });

  it('answers 503 for a service that does not run', async () => {
    const { status, body } = await at.ask('/sources');
    expect(status).toBe(503);
    expect(body).toMatchObject({ code: 'operation/not-running' });
    expect(body.detail).toContain('scraper');
  });

  it('lets the person of the machine follow and cancel whatever they may see, and others their own', async () => {
    const { body } = await at.post('/workflows/song', { text: 'la' }, { 'x-user-id': 'ann' });
    const path = `/flow-runs/${body.runId}`;
    const bob = { 'x-user-id': 'bob' };
    const follow = (headers: Record<string, string>) =>
      fetch(`${at.gateway.url}${path}/events`, { method: 'HEAD', headers });
    expect((await follow(bob)).status).toBe(404);
    expect((await follow({})).status).toBe(200);
    expect(await at.post(`${path}/cancel`, {}, bob)).toMatchObject({ status: 404 });
    expect(await at.post(`${path}/cancel`, {})).toMatchObject({ status: 202, body: { runId: body.runId } });
  });

  it('cancels a run once', async () => {
    const { body } = await at.post('/workflows/song', { text: 'la' });
    const path = `/flow-runs/${body.runId}/cancel`;
    expect(await at.post(path, { reason: 'too loud' })).toMatchObject({
      status: 202,
      body: { runId: body.runId },
    });
    const script = new RunScript(at.log, flowRunId(body.runId));
    await script.decide({ type: 'FlowCancelled', reason: 'too loud' });
    expect(await at.post(path, {})).toMatchObject({ status: 409, body: { code: 'flow/run-ended' } });
    expect(await at.post(path, { why: 1 })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'why' }] },
    });
  });
});
