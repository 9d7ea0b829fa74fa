import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestGateway } from '../testing/test-gateway.js';

let at: TestGateway;

beforeAll(async () => {
  at = await TestGateway.start();
});
afterAll(() => at.close());

interface State {
  readonly items: readonly { readonly name: string; readonly value: unknown }[];
}

const PATH = '/workflows/song/state';

describe('what a flow keeps over its runs', () => {
  it('is set, read, listed and forgotten', async () => {
    const set = await at.send('PUT', `${PATH}/last%20verse`, { value: { number: 3 } });
    expect(set).toMatchObject({
      status: 200,
      body: { flow: 'song', name: 'last verse', found: true, value: { number: 3 }, runId: null },
    });
    expect((await at.ask(`${PATH}/last%20verse`)).body).toMatchObject({
      value: { number: 3 },
      keptAt: expect.stringMatching(/Z$/),
      links: { self: '/workflows/song/state/last%20verse' },
    });
    await at.send('PUT', `${PATH}/key`, { value: null });
    const { items } = (await at.ask<State>(PATH)).body;
    expect(items.map(({ name, value }) => [name, value])).toEqual([
      ['key', null],
      ['last verse', { number: 3 }],
    ]);
    expect(await at.ask(`${PATH}/key`, { method: 'DELETE' })).toMatchObject({
      status: 200,
      body: { name: 'key', found: false },
    });
    expect(await at.ask(`${PATH}/key`)).toMatchObject({
      status: 404,
      body: { code: 'gateway/unknown-state', errors: [{ field: 'name', value: 'key' }] },
    });
  });

  it('is found by way of the flow', async () => {
    const { body } = await at.ask<{ readonly links: { readonly state: string } }>('/workflows/tune');
    expect(body.links.state).toBe(PATH);
    expect((await at.ask(body.links.state)).status).toBe(200);
  });

  it('is another for each user', async () => {
    await at.send('PUT', `${PATH}/mine`, { value: 1 }, { 'x-user-id': 'ann' });
    const bob = { headers: { 'x-user-id': 'bob' } };
    expect((await at.ask(`${PATH}/mine`, bob)).status).toBe(404);
  });

  it('goes by the name of a flow that there is, under its aliases too', async () => {
    await at.send('PUT', '/workflows/tune/state/shared', { value: 7 });
    expect((await at.ask(`${PATH}/shared`)).body).toMatchObject({ value: 7 });
    expect(await at.ask('/workflows/nope/state')).toMatchObject({
      status: 404,
      body: { code: 'flow/unknown' },
    });
  });

  it('is changed only where it is what was read', async () => {
    const set = await at.send('PUT', `${PATH}/etag`, { value: 1 });
    const etag = set.headers.get('etag') ?? '';
    expect((await at.ask(`${PATH}/etag`)).headers.get('etag')).toBe(etag);
    const changed = await at.send('PUT', `${PATH}/etag`, { value: 2 }, { 'if-match': etag });
    expect(changed.status).toBe(200);
    for (const method of ['PUT', 'DELETE'])
      expect(await at.send(method, `${PATH}/etag`, { value: 3 }, { 'if-match': etag })).toMatchObject({
        status: 412,
        body: { code: 'gateway/precondition-failed', detail: expect.stringContaining('read it') },
      });
    expect((await at.ask(`${PATH}/etag`)).body).toMatchObject({ value: 2 });
    expect(await at.send('PUT', `${PATH}/none`, { value: 3 }, { 'if-match': '*' })).toMatchObject({
      status: 412,
    });
    expect(await at.send('PUT', `${PATH}/etag`, { value: 3 }, { 'if-match': '7' })).toMatchObject({
      status: 400,
      body: { code: 'gateway/bad-header', errors: [{ field: 'If-Match', value: '7' }] },
    });
  });

  it('is not sent again to who has it', async () => {
    const set = await at.send('PUT', `${PATH}/held`, { value: 1 });
    const headers = { 'if-none-match': `"x", W/${set.headers.get('etag')}` };
    const held = await fetch(`${at.gateway.url}${PATH}/held`, { headers });
    expect([held.status, await held.text()]).toEqual([304, '']);
    await at.send('PUT', `${PATH}/held`, { value: 2 });
    expect(await at.ask(`${PATH}/held`, { headers })).toMatchObject({ status: 200, body: { value: 2 } });
  });

  it('needs a value to be set to', async () => {
    expect(await at.send('PUT', `${PATH}/key`, {})).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'value' }] },
    });
    expect(await at.send('PUT', `${PATH}/key`, { value: 1, more: 2 })).toMatchObject({ status: 422 });
  });
});
