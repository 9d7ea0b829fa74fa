import { get, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestGateway } from '../testing/test-gateway.js';

let at: TestGateway;

beforeAll(async () => {
  at = await TestGateway.start();
});
afterAll(() => at.close());

describe('running an operation', () => {
  it('answers with the result, the task run and links', async () => {
    const { status, body } = await at.post('/operations/echo', { text: 'ho', times: 2 });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      operation: 'echo',
      status: 'success',
      result: { success: true, text: 'hoho', userId: 'local', channel: 'api' },
      error: null,
      links: { self: '/operations/echo', taskRun: `/task-runs/${body.taskRunId}` },
    });
  });

  it('takes the caller out of the headers, whatever the input says', async () => {
    const { body } = await at.post(
      '/operations/echo',
      { text: 'ho', userId: 'somebody-else' },
      { 'x-user-id': 'ann', 'x-channel': 'cli' },
    );
    expect(body.result).toMatchObject({ userId: 'ann', channel: 'cli' });
  });

  it('hands flags on, from the query or from headers', async () => {
    const dry = await at.post('/operations/echo?dryRun=true&verbose=true', { text: 'ho' });
    expect(dry.body.result.dryRun).toBe(true);
    expect(dry.body.logEntries).toMatchObject([{ message: 'echoing' }]);
    const byHeader = await at.post('/operations/echo', { text: 'ho' }, { 'x-dry-run': 'true' });
    expect(byHeader.body.result.dryRun).toBe(true);
  });

  it('answers 200 with an output that says success: false', async () => {
    const { status, body } = await at.post('/operations/echo', { text: 'ho', end: 'unsuccessful' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'failed',
      result: { success: false, message: 'nobody was there to hear it' },
    });
    expect(body.error.message).toContain('nobody was there to hear it');
  });

  it('refuses wrong fields by name, value and expectation, and keeps a record of it', async () => {
    const { status, body, headers } = await at.post('/operations/echo', {
      text: 7,
      times: 11,
      colour: 'red',
    });
    expect(status).toBe(422);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(body).toMatchObject({
      code: 'operation/invalid-input',
      status: 422,
      instance: '/operations/echo',
    });
    expect(body.errors).toEqual(
      expect.arrayContaining([
        { field: 'text', value: 7, message: expect.stringContaining('string') },
        { field: 'times', value: 11, message: expect.stringContaining('10') },
        { field: 'colour', value: 'red', message: expect.stringContaining('unknown field') },
      ]),
    );
    expect(body.taskRunId).toMatch(/^[\w-]+$/);
  });

  it.each([
    ['retryable', 503, 'echo/hoarse', '3'],
    ['terminal', 404, 'echo/not-found', null],
    ['broken', 500, 'operation/failed', null],
  ])('answers an execution that ends %s with %d', async (end, expected, code, retryAfter) => {
    const { status, body, headers } = await at.post('/operations/echo', { text: 'ho', end });
    expect(status).toBe(expected);
    expect(body.code).toBe(code);
    expect(headers.get('retry-after')).toBe(retryAfter);
    expect(JSON.stringify(body)).not.toMatch(/\n?\s+at .*:\d+/);
  });

  it('names the items that went wrong in work that failed as a whole', async () => {
    const { status, body } = await at.post('/operations/echo', { text: 'ho', end: 'in pieces' });
    expect(status).toBe(404);
    expect(body).toMatchObject({
      code: 'echo/not-found',
      itemErrors: [{ item: 'second wall', message: 'it is too far away', code: 'echo/far' }],
    });
  });

  it('names no task run where none is kept', async () => {
    const { body } = await at.post('/operations/whisper', { text: 'psst' });
    expect(body.links).toEqual({ self: '/operations/whisper' });
  });

  it('says which operations there are', async () => {
    const all = await at.ask('/operations?service=echo');
    expect(all.body.items.map((entry) => entry.name)).toEqual(['echo', 'ring', 'whisper']);
    const some = await at.ask('/operations?tag=sound&q=again+told&category=testing');
    expect(some.body.items).toMatchObject([{ name: 'echo', inputSchema: { required: ['text'] } }]);
    expect((await at.ask('/operations/echo')).body.links.run).toBe('/operations/echo');
    expect(await at.ask('/operations/nope')).toMatchObject({
      status: 404,
      body: { code: 'operation/unknown' },
    });
    expect(await at.post('/operations/nope', {})).toMatchObject({
      status: 404,
      body: { errors: [{ field: 'name', value: 'nope' }] },
    });
  });

  it.each([
    ['/operations?service=echo?', '/operations?service=echo'],
    ['/operations#service=nobody', '/operations'],
    ['/operations#service=nobody?service=echo', '/operations?service=echo'],
  ])('is asked %s without a later %s getting that answer', async (strange, plain) => {
    const [{ items: odd }, { items }] = [await asked(strange), await asked(plain)];
    expect(odd).toEqual([]);
    expect(items.map(({ name }) => name)).toContain('echo');
  });
});

/** Asks for a path as it stands: fetch would leave out what follows a #. */
async function asked(path: string): Promise<{ readonly items: readonly { readonly name: string }[] }> {
  const response = await new Promise<IncomingMessage>((resolve, reject) =>
    get({ port: at.gateway.port, path }, resolve).once('error', reject),
  );
  return (await json(response)) as Awaited<ReturnType<typeof asked>>;
}
