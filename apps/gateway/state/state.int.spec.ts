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

  it('needs a value to be set to', async () => {
    expect(await at.send('PUT', `${PATH}/key`, {})).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'value' }] },
    });
    expect(await at.send('PUT', `${PATH}/key`, { value: 1, more: 2 })).toMatchObject({ status: 422 });
  });
});
