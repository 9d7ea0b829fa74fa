import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { flowRunId } from '#libs/run-log';
import { RunScript } from '../testing/run-script.js';
import { TestGateway } from '../testing/test-gateway.js';

let at: TestGateway;

beforeAll(async () => {
  at = await TestGateway.start();
});
afterAll(() => at.close());

describe('starting a flow', () => {
  it('is accepted with the run, its links and its place', async () => {
    const { status, body, headers } = await at.post('/workflows/song', { text: 'la' });
    expect(status).toBe(202);
    expect(headers.get('location')).toBe(`/flow-runs/${body.runId}`);
    expect(body).toMatchObject({
      flow: 'song',
      status: 'pending',
      existing: false,
      run: null,
      links: { events: `/flow-runs/${body.runId}/events` },
    });
  });

  it('shows the run at once, though the audit has not heard of it', async () => {
    const started = await at.post('/workflows/tune', { text: 'la' }, { 'x-user-id': 'ann' });
    const { status, body } = await at.ask(`/flow-runs/${started.body.runId}`, {
      headers: { 'x-user-id': 'ann' },
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ flow: 'song', status: 'pending', parameters: { text: 'la' }, taskTree: [] });
    const other = await at.ask(`/flow-runs/${started.body.runId}`, { headers: { 'x-user-id': 'bob' } });
    expect(other.status).toBe(404);
  });

  it('starts one run for one key, and refuses another input under it', async () => {
    const key = { 'idempotency-key': 'once' };
    const first = await at.post('/workflows/song', { text: 'la' }, key);
    const second = await at.post('/workflows/song', { text: 'la' }, key);
    expect(second.body).toMatchObject({ runId: first.body.runId, existing: true });
    expect(await at.post('/workflows/song', { text: 'li' }, key)).toMatchObject({
      status: 409,
      body: { code: 'flow/idempotency-conflict' },
    });
    expect(
      await at.post('/workflows/song', { text: 'la' }, { 'idempotency-key': 'x'.repeat(201) }),
    ).toMatchObject({ status: 400, body: { code: 'gateway/bad-header' } });
  });

  it('refuses wrong parameters by field, and a flow that there is not', async () => {
    expect(await at.post('/workflows/song', { times: 0 })).toMatchObject({
      status: 422,
      body: { code: 'flow/invalid-input', errors: [{ field: 'text' }, { field: 'times', value: 0 }] },
    });
    expect(await at.post('/workflows/nope', {})).toMatchObject({
      status: 404,
      body: { code: 'flow/unknown' },
    });
    expect(await at.ask('/workflows/nope')).toMatchObject({ status: 404, body: { code: 'flow/unknown' } });
    expect((await at.ask('/workflows?q=sing')).body.items).toMatchObject([
      { name: 'song', aliases: ['tune'] },
    ]);
  });

  it('answers 200 with the finished run to those who wait, 202 when it goes on', async () => {
    const key = { 'idempotency-key': 'awaited' };
    const { body } = await at.post('/workflows/song', { text: 'la' }, key);
    const script = new RunScript(at.log, flowRunId(body.runId));
    await script.begin();
    const early = await at.post('/workflows/song?wait=1', { text: 'la' }, key);
    expect(early).toMatchObject({ status: 202, body: { status: 'running', run: { status: 'running' } } });
    const waiting = at.post('/workflows/song?wait=60', { text: 'la' }, key);
    await script.complete();
    expect(await waiting).toMatchObject({
      status: 200,
      body: { status: 'completed', run: { result: { sung: true } } },
    });
  });

  it('that continues as new is answered with the result of the last run', async () => {
    const key = { 'idempotency-key': 'chained' };
    const wait = (seconds: number) => at.post(`/workflows/song?wait=${seconds}`, { text: 'la' }, key);
    const { body } = await at.post('/workflows/song', { text: 'la' }, key);
    const first = new RunScript(at.log, flowRunId(body.runId));
    await first.begin();
    const second = await first.continueAs(flowRunId(`${body.runId}-2`));
    expect(await wait(1)).toMatchObject({ status: 202, body: { run: { id: first.runId, result: null } } });
    await second.start();
    await second.begin();
    expect(await wait(1)).toMatchObject({
      status: 202,
      body: { runId: first.runId, status: 'running', run: { id: second.runId } },
    });
    const waiting = wait(60);
    const third = await second.continueAs(flowRunId(`${body.runId}-3`));
    await third.start();
    await third.begin();
    await third.complete({ verses: 3 });
    expect(await waiting).toMatchObject({
      status: 200,
      body: {
        runId: first.runId,
        status: 'completed',
        run: { id: third.runId, status: 'completed', result: { verses: 3 } },
      },
    });
  });
});
