import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Deployments } from '#libs/deployments';
import { keepDeployments } from '../testing/deployments.fixtures.js';
import { TestGateway } from '../testing/test-gateway.js';
import type { DeploymentEntry } from './deployment-entry.js';
import type { Applied, HashedPlan } from './deployment-plans.js';

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

const song = (name: string, over: object = {}) => ({
  flow: 'song',
  name,
  parameters: { text: 'la' },
  ...over,
});

/** What one user asks about plans. */
const as = (user: string) => {
  const headers = { 'x-user-id': user };
  return {
    plan: (body: object) => at.post<HashedPlan>('/deployments/plan', body, headers),
    apply: <T = Applied>(body: object) => at.post<T>('/deployments/apply', body, headers),
    post: (path: string, body: object = {}) => at.post(`/deployments/${path}`, body, headers),
    names: async () => {
      const { items } = (await at.ask<{ items: DeploymentEntry[] }>('/deployments', { headers })).body;
      return items.map(({ name }) => name);
    },
    show: async (ref: string) => (await at.ask<DeploymentEntry>(`/deployments/${ref}`, { headers })).body,
  };
};
const changesOf = ({ body }: { body: HashedPlan }) =>
  body.changes.map(({ name, change, fields }) => [name, change, ...fields.map(({ field }) => field)]);

describe('a plan', () => {
  it('says what would be, field by field, and changes nothing', async () => {
    const { plan, apply, names } = as('ann');
    const list = [song('a'), song('b', { paused: true })];
    expect(changesOf(await plan({ deployments: list, source: 'f' }))).toEqual([
      ['a', 'created'],
      ['b', 'created'],
    ]);
    expect(await names()).toEqual([]);
    expect((await apply({ deployments: list, source: 'f' })).body).toMatchObject({
      done: [
        { name: 'a', change: 'created', links: { self: '/deployments/song/a' } },
        { name: 'b', change: 'created' },
      ],
      unchanged: 0,
    });
    const later = await plan({
      deployments: [song('a', { parameters: { text: 'li' }, schedule: { intervalSeconds: 60 } }), list[1]],
      source: 'f',
    });
    expect(changesOf(later)).toEqual([
      ['a', 'updated', 'parameters.text', 'schedule'],
      ['b', 'unchanged'],
    ]);
    expect(later.body.changes[0]?.fields[0]).toEqual({ field: 'parameters.text', from: 'la', to: 'li' });
  });

  it('names everything that would be refused', async () => {
    const { plan, apply, names } = as('bob');
    const list = [
      song('good'),
      song('bad', { parameters: { text: 'la', times: 0 }, schedule: { cron: '0 9 * * *' } }),
      song('worse', { parameters: {}, schedule: { cron: '61 * * * *' } }),
      { flow: 'sonk', name: 'lost' },
      { flow: 'tune', name: 'good', parameters: { text: 'again' } },
      { flow: 'pipe', name: 'p', parameters: { steps: { use: 'ecko', with: { text: 'x' } } } },
      { name: 'nameless' },
    ];
    const { body } = await plan({ deployments: list });
    expect(body.refused.map(({ index, error }) => [index, error.fields?.map(({ field }) => field)])).toEqual([
      [1, ['parameters.times']],
      [2, ['schedule.cron', 'parameters.text']],
      [3, ['flow']],
      [4, ['name']],
      [5, ['parameters.steps[0].use']],
      [6, ['flow']],
    ]);
    const refused = await apply<{ code: string; errors: { field: string }[] }>({ deployments: list });
    expect(refused).toMatchObject({ status: 422, body: { code: 'gateway/plan-refused' } });
    expect(refused.body.errors.map(({ field }) => field)).toEqual([
      'deployments[1].parameters.times',
      'deployments[2].schedule.cron',
      'deployments[2].parameters.text',
      'deployments[3].flow',
      'deployments[4].name',
      'deployments[5].parameters.steps[0].use',
      'deployments[6].flow',
    ]);
    expect(await names()).toEqual([]);
  });

  it('prunes what came from the same source only', async () => {
    const { plan, apply, names, post } = as('cleo');
    await apply({ deployments: [song('a'), song('b')], source: 'one' });
    await apply({ deployments: [song('c')], source: 'two' });
    await post('', song('d'));
    const next = { deployments: [song('b')], source: 'one' };
    expect(changesOf(await plan(next))).toEqual([['b', 'unchanged']]);
    const pruned = { ...next, prune: true };
    expect(changesOf(await plan(pruned))).toEqual([
      ['b', 'unchanged'],
      ['a', 'removed'],
    ]);
    expect((await apply(pruned)).body).toMatchObject({
      done: [{ name: 'a', change: 'removed' }],
      unchanged: 1,
    });
    expect(await names()).toEqual(['b', 'c', 'd']);
    expect(await plan({ ...pruned, source: undefined })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'source' }] },
    });
  });

  it('takes over what was made by hand, and says so', async () => {
    const { plan, post } = as('dora');
    await post('', song('a'));
    expect(changesOf(await plan({ deployments: [song('a')], source: 'one' }))).toEqual([
      ['a', 'updated', 'source'],
    ]);
  });

  it('leaves a pause as it stands where the specification says nothing of it', async () => {
    const { plan, apply, show, post } = as('emil');
    await apply({ deployments: [song('a')], source: 'one' });
    await post('song/a/pause');
    expect(changesOf(await plan({ deployments: [song('a')], source: 'one' }))).toEqual([['a', 'unchanged']]);
    await apply({ deployments: [song('a', { tags: ['new'] })], source: 'one' });
    expect(await show('song/a')).toMatchObject({ paused: true, tags: ['new'] });
    expect(
      changesOf(await plan({ deployments: [song('a', { tags: ['new'], paused: false })], source: 'one' })),
    ).toEqual([['a', 'updated', 'paused']]);
  });
});

describe('applying', () => {
  it('does nothing where the plan would be another by now', async () => {
    const { plan, apply, post, show } = as('finn');
    const body = { deployments: [song('a', { tags: ['mine'] })], source: 'one' };
    const { hash } = (await plan(body)).body;
    await post('', song('a', { tags: ['theirs'] }));
    expect(await apply({ ...body, ifPlan: hash })).toMatchObject({
      status: 412,
      body: { code: 'gateway/plan-changed' },
    });
    expect((await show('song/a')).tags).toEqual(['theirs']);
    const again = (await plan(body)).body;
    expect((await apply({ ...body, ifPlan: again.hash })).status).toBe(200);
    expect((await show('song/a')).tags).toEqual(['mine']);
  });

  it('again changes nothing', async () => {
    const { apply } = as('gus');
    const body = { deployments: [song('a'), song('b')], source: 'one' };
    await apply(body);
    expect((await apply(body)).body).toEqual({ done: [], unchanged: 2 });
  });

  it.each([
    [{}, 'deployments'],
    [{ deployments: ['a'] }, 'deployments[0]'],
    [{ deployments: [], prune: 'yes' }, 'prune'],
    [{ deployments: [], colour: 'red' }, 'colour'],
  ])('refuses the body %j', async (body, field) => {
    expect(await as('hal').apply(body)).toMatchObject({ status: 422, body: { errors: [{ field }] } });
  });
});
