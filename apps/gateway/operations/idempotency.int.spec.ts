import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestGateway } from '../testing/test-gateway.js';

let at: TestGateway;

beforeAll(async () => {
  at = await TestGateway.start();
});
afterAll(() => at.close());

const run = (key: string, body: object, headers: Record<string, string> = {}, query = '') =>
  at.post(`/operations/echo${query}`, body, { 'idempotency-key': key, ...headers });

describe('running an operation with an idempotency key', () => {
  it('is done once: the same request gets the first answer again', async () => {
    const first = await run('once', { text: 'ho' });
    const again = await run('once', { text: 'ho' });
    expect(first.status).toBe(200);
    expect(again.body).toEqual(first.body);
    expect((await run('another', { text: 'ho' })).body.taskRunId).not.toBe(first.body.taskRunId);
  });

  it('keeps a failure that another try would not mend', async () => {
    const first = await run('wall', { text: 'ho', end: 'terminal' });
    const again = await run('wall', { text: 'ho', end: 'terminal' });
    expect(first.status).toBe(404);
    expect(again).toMatchObject({ status: 404, body: { taskRunId: first.body.taskRunId } });
    const { body } = await run('quiet', { text: 'ho', end: 'unsuccessful' });
    expect((await run('quiet', { text: 'ho', end: 'unsuccessful' })).body).toEqual(body);
  });

  it('is tried anew where the answer was to try again', async () => {
    const first = await run('hoarse', { text: 'ho', end: 'retryable' });
    const again = await run('hoarse', { text: 'ho', end: 'retryable' });
    expect([first.status, again.status]).toEqual([503, 503]);
    expect(again.body.taskRunId).not.toBe(first.body.taskRunId);
  });

  it.each([
    ['body', { text: 'hi' }, {}, ''],
    ['way to run it', { text: 'ho' }, { 'x-dry-run': 'true' }, ''],
    ['tags', { text: 'ho' }, {}, '?tag=a'],
  ])('refuses the key for another %s', async (_what, body, headers, query) => {
    await run('taken', { text: 'ho' });
    expect(await run('taken', body, headers, query)).toMatchObject({
      status: 409,
      body: {
        code: 'gateway/idempotency-conflict',
        errors: [{ field: 'Idempotency-Key', value: 'taken' }],
      },
    });
  });

  it('refuses the key for another operation', async () => {
    await run('mine', { text: 'ho' });
    expect(await at.post('/operations/whisper', { text: 'ho' }, { 'idempotency-key': 'mine' })).toMatchObject(
      {
        status: 409,
        body: { code: 'gateway/idempotency-conflict' },
      },
    );
  });

  it('keeps the keys of each user apart', async () => {
    const ann = await run('shared', { text: 'ho' }, { 'x-user-id': 'ann' });
    const bob = await run('shared', { text: 'hi' }, { 'x-user-id': 'bob' });
    expect([ann.body.result['userId'], bob.body.result['userId']]).toEqual(['ann', 'bob']);
  });

  it('is done once by one of many at the same time; the others get its answer or are told to wait', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => run('crowd', { text: 'ho' })));
    const done = all.filter(({ status }) => status === 200);
    expect(new Set(done.map(({ body }) => body.taskRunId)).size).toBe(1);
    for (const { body } of all.filter(({ status }) => status !== 200))
      expect(body).toMatchObject({ code: 'gateway/idempotency-in-hand', status: 409, disposition: 'retry' });
    expect((await run('crowd', { text: 'ho' })).body.taskRunId).toBe(done[0]?.body.taskRunId);
  });

  it.each(['', ' ', 'x'.repeat(201), 'a\tb'])('refuses a key that could be none: %j', async (key) => {
    expect(await run(key, { text: 'ho' })).toMatchObject({
      status: 400,
      body: { code: 'gateway/bad-header', errors: [{ field: 'Idempotency-Key' }] },
    });
  });
});
