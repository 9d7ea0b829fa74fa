import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testNats } from '#libs/testing';
import { DeploymentClient } from '../client.js';
import type { DeploymentSpec } from '../deployment.js';
import { Clock, daily, openOffice, startsOf, type Office } from '../testing.fixtures.js';
import { serveDeployments } from './serve-deployments.js';

const as = (userId: string, ...grants: string[]) => ({
  actor: { userId, channel: 'cli', ...(grants.length > 0 ? { grants } : {}) } as const,
});
const ann = as('ann');
const bob = as('bob');
const ref = { flow: 'quick', name: 'daily' };

let url: string;
let office: Office;
let served: { close(): Promise<void> };
let client: DeploymentClient;
const clock = new Clock(Date.parse('2030-03-01T08:00:00Z'));

beforeAll(async () => {
  ({ url } = testNats());
  office = await openOffice(url, { clock });
  served = await serveDeployments(office.log.connection, office.service, office.events);
  client = new DeploymentClient(office.log.connection);
});
afterAll(async () => {
  await served.close();
  await office.close();
});

describe('a deployment', () => {
  it('is created with what is left out filled in, and shown with its next instants', async () => {
    const { deployment, change } = await client.put(daily({ description: 'Every day.' }), ann);
    expect(change).toBe('created');
    expect(deployment).toMatchObject({
      flow: 'quick',
      name: 'daily',
      parameters: {},
      tags: [],
      paused: false,
      concurrency: 1,
      overlap: 'skip',
      missed: 'latest',
      flags: {},
      owner: { userId: 'ann', channel: 'cli' },
      createdAt: '2030-03-01T08:00:00.000Z',
      next: ['2030-03-01T09:00:00.000Z', '2030-03-02T09:00:00.000Z', '2030-03-03T09:00:00.000Z'],
      active: [],
      queued: 0,
    });
    expect(await client.get(ref, ann)).toEqual(deployment);
  });

  it('put again and the same is left alone; changed, it is a new revision', async () => {
    const { deployment, change } = await client.put(daily({ description: 'Every day.' }), ann);
    expect(change).toBe('unchanged');
    const changed = await client.put(daily({ tags: ['a', 'a'] }), {
      ...ann,
      ifRevision: deployment.revision,
    });
    expect(changed.change).toBe('updated');
    expect(changed.deployment.revision).toBeGreaterThan(deployment.revision);
    expect(changed.deployment.tags).toEqual(['a']);
    expect(changed.deployment).not.toHaveProperty('description');
    await expect(client.put(daily(), { ...ann, ifRevision: deployment.revision })).rejects.toMatchObject({
      code: 'deployment/revision-conflict',
      message: expect.stringContaining(`is at revision ${changed.deployment.revision}`) as unknown as string,
    });
    await expect(client.put(daily(), { ...ann, ifAbsent: true })).rejects.toMatchObject({
      code: 'deployment/exists',
    });
  });

  it('takes over what its owner may do now, and nothing of who else edits it', async () => {
    const narrow = as('ann', 'notes:read');
    const narrowed = await client.put(daily({ tags: ['a'] }), narrow);
    expect(narrowed).toMatchObject({ change: 'updated', deployment: { owner: narrow.actor } });
    const edited = await client.put(daily(), { ...as('root', '*'), owner: 'ann' });
    expect(edited).toMatchObject({ change: 'updated', deployment: { owner: narrow.actor } });
    expect((await client.put(daily({ tags: ['a'] }), ann)).deployment.owner).toEqual(ann.actor);
  });

  it('goes by the own name of its flow where an alias is said', async () => {
    const { deployment, change } = await client.put(daily({ flow: 'swift', tags: ['a'] }), ann);
    expect([deployment.flow, change]).toEqual(['quick', 'unchanged']);
    expect((await client.get({ ...ref, flow: 'swift' }, ann)).id).toBe(deployment.id);
  });

  it('of two writers at a time keeps what one of them said, whole', async () => {
    const specs = Array.from({ length: 8 }, (_, n) => daily({ name: 'fought', description: `by ${n}` }));
    await Promise.all(specs.map((spec) => client.put(spec, ann)));
    const revision = (await client.get({ flow: 'quick', name: 'fought' }, ann)).revision;
    const taken = await Promise.allSettled(
      specs.map((spec) => client.put({ ...spec, tags: ['x'] }, { ...ann, ifRevision: revision })),
    );
    expect(taken.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await client.remove({ flow: 'quick', name: 'fought' }, ann);
  });

  it('is paused and resumed', async () => {
    expect(await client.pause(ref, ann)).toMatchObject({ paused: true, next: [] });
    expect((await client.pause(ref, ann)).paused).toBe(true);
    expect(await client.next(ref, { ...ann, count: 1 })).toEqual(['2030-03-01T09:00:00.000Z']);
    expect((await client.resume(ref, ann)).next).toHaveLength(3);
  });

  it('is run now, for its owner, beside whatever is active, and tells who asked', async () => {
    const root = as('root', '*');
    const { runId, existing } = await client.runNow(
      { ...ref, owner: 'ann' },
      {
        ...root,
        parameters: { text: 'now' },
        tags: ['b'],
        idempotencyKey: 'k1',
      },
    );
    expect(existing).toBe(false);
    const again = { ...root, parameters: { text: 'now' }, tags: ['b'], idempotencyKey: 'k1' };
    expect(await client.runNow(ref, again)).toMatchObject({ runId, existing: true });
    await expect(
      client.runNow(ref, { ...root, parameters: { text: 'then' }, idempotencyKey: 'k1' }),
    ).rejects.toMatchObject({ code: 'flow/idempotency-conflict' });
    const { id, active } = await client.get(ref, ann);
    expect(active).toEqual([runId]);
    expect(await startsOf(office.log, id)).toEqual([runId]);
    expect((await office.log.readRun(runId)).events[0]!.event).toMatchObject({
      input: { text: 'now' },
      tags: ['a', 'b'],
      actor: { userId: 'ann', channel: 'cli' },
      deploymentId: id,
    });
    expect(await client.firings(ref, ann)).toEqual([
      expect.objectContaining({ action: 'started', by: 'person', askedBy: 'root', runId }),
    ]);
  });

  it('refused to run leaves no trace', async () => {
    const before = await client.firings(ref, ann);
    await expect(client.runNow(ref, { ...ann, parameters: { text: 7 } })).rejects.toMatchObject({
      code: 'flow/invalid-input',
    });
    expect(await client.firings(ref, ann)).toEqual(before);
  });

  it('that was removed can be created anew', async () => {
    await client.put(daily({ name: 'short' }), ann);
    const short = { flow: 'quick', name: 'short' };
    await expect(client.remove(short, { ...ann, ifRevision: 1 })).rejects.toMatchObject({
      code: 'deployment/revision-conflict',
    });
    await client.remove(short, ann);
    await expect(client.get(short, ann)).rejects.toMatchObject({
      code: 'deployment/unknown',
      message: 'deployment quick/short is not known',
    });
    await expect(client.remove(short, ann)).rejects.toMatchObject({ code: 'deployment/unknown' });
    const { change } = await client.put(daily({ name: 'short' }), { ...ann, ifAbsent: true });
    expect(change).toBe('created');
    await client.remove(short, ann);
  });
});

describe('what does not hold is refused with its field', () => {
  it.each<[string, object, string, string]>([
    ['no name', { name: undefined }, 'deployment/invalid', 'name'],
    ['a name with a slash', { name: 'a/b' }, 'deployment/invalid', 'name'],
    ['a flow that is gone', { flow: 'gone' }, 'flow/unknown', 'flow'],
    ['an unknown field', { interval: 5 }, 'deployment/invalid', 'interval'],
    ['an unknown parameter', { parameters: { nope: 1 } }, 'flow/invalid-input', 'parameters.nope'],
    ['a parameter of another kind', { parameters: { text: 1 } }, 'flow/invalid-input', 'parameters.text'],
    ['six fields', { schedule: { cron: '0 0 9 * * *' } }, 'deployment/invalid', 'schedule.cron'],
    ['a day that never comes', { schedule: { cron: '0 0 30 2 *' } }, 'deployment/invalid', 'schedule.cron'],
    [
      'an unknown zone',
      { schedule: { cron: '0 9 * * *', timeZone: 'Mars/Phobos' } },
      'deployment/invalid',
      'schedule.timeZone',
    ],
    [
      'an interval of 0',
      { schedule: { intervalSeconds: 0 } },
      'deployment/invalid',
      'schedule.intervalSeconds',
    ],
    [
      'two schedules',
      { schedule: { cron: '0 9 * * *', intervalSeconds: 5 } },
      'deployment/invalid',
      'schedule',
    ],
    ['an empty schedule', { schedule: {} }, 'deployment/invalid', 'schedule'],
    [
      'an interval with a zone',
      { schedule: { intervalSeconds: 5, timeZone: 'UTC' } },
      'deployment/invalid',
      'schedule.timeZone',
    ],
    ['a concurrency of 0', { concurrency: 0 }, 'deployment/invalid', 'concurrency'],
    ['an unknown overlap', { overlap: 'wait' }, 'deployment/invalid', 'overlap'],
    ['an unknown policy', { missed: 'never' }, 'deployment/invalid', 'missed'],
    ['a tag with a comma', { tags: ['ok', 'a,b'] }, 'deployment/invalid', 'tags[1]'],
    ['parameters of 65 KB', { parameters: { text: 'x'.repeat(65_600) } }, 'deployment/invalid', 'parameters'],
  ])('%s', async (_, over, code, field) => {
    const put = client.put({ ...daily({ name: 'wrong' }), ...over }, ann);
    await expect(put).rejects.toMatchObject({ code, fields: [{ field }] });
    await expect(client.get({ flow: 'quick', name: 'wrong' }, ann)).rejects.toMatchObject({
      code: 'deployment/unknown',
    });
  });

  it('a cursor that is none, and a limit out of range', async () => {
    await expect(client.list({ cursor: 'abc' }, ann)).rejects.toMatchObject({
      fields: [{ field: 'cursor' }],
    });
    await expect(client.list({ limit: 0 }, ann)).rejects.toMatchObject({ fields: [{ field: 'limit' }] });
    await expect(client.next(ref, { ...ann, after: 'soon' })).rejects.toMatchObject({
      fields: [{ field: 'after' }],
    });
  });
});

describe('a plan', () => {
  it('says what would change, field by field, and what is refused; and changes nothing', async () => {
    const specs = [
      daily({ tags: ['a'], parameters: { text: 'new' }, concurrency: 3 }),
      daily({ name: 'fresh' }),
      daily({ name: 'fresh' }),
      daily({ flow: 'gone' }),
      daily({ name: 'bad', schedule: { cron: '0 0 9 * * *' } }),
    ];
    await client.put(daily({ name: 'left' }), ann);
    const before = await client.list({}, ann);
    const { changes, refused } = await client.plan(specs, { ...ann, prune: true });
    expect(changes).toEqual([
      expect.objectContaining({
        name: 'daily',
        change: 'updated',
        fields: [
          { field: 'parameters.text', to: 'new' },
          { field: 'concurrency', from: 1, to: 3 },
        ],
      }),
      { flow: 'quick', name: 'fresh', change: 'created', fields: [] },
      expect.objectContaining({ name: 'left', change: 'removed' }),
    ]);
    expect(refused.map(({ index, error }) => [index, error.code, error.fields?.[0]?.field])).toEqual([
      [2, 'deployment/invalid', 'name'],
      [3, 'flow/unknown', 'flow'],
      [4, 'deployment/invalid', 'schedule.cron'],
    ]);
    expect(await client.list({}, ann)).toEqual(before);
    await client.remove({ flow: 'quick', name: 'left' }, ann);
  });
});

describe('the list', () => {
  const names = (page: { items: readonly DeploymentSpec[] }) =>
    page.items.map(({ flow, name }) => `${flow}/${name}`);

  beforeAll(async () => {
    await client.put({ flow: 'patient', name: 'one', tags: ['slow'] }, bob);
    await client.put({ flow: 'patient', name: 'two', paused: true, description: 'Talks of Tea.' }, bob);
    await client.put({ flow: 'quick', name: 'daily', tags: ['slow'] }, bob);
  });

  it('shows the own ones only, by flow and name, page by page', async () => {
    expect(names(await client.list({}, bob))).toEqual(['patient/one', 'patient/two', 'quick/daily']);
    const first = await client.list({ limit: 2 }, bob);
    expect(names(first)).toEqual(['patient/one', 'patient/two']);
    const second = await client.list({ limit: 2, cursor: first.nextCursor! }, bob);
    expect(names(second)).toEqual(['quick/daily']);
    expect(second).not.toHaveProperty('nextCursor');
  });

  it.each([
    [{ flow: 'swift' }, ['quick/daily']],
    [{ tag: 'slow' }, ['patient/one', 'quick/daily']],
    [{ paused: true }, ['patient/two']],
    [{ search: ' TEA' }, ['patient/two']],
    [{ search: 'ent/o' }, ['patient/one']],
    [{ search: 'none' }, []],
  ])('of %j', async (query, expected) => {
    expect(names(await client.list(query, bob))).toEqual(expected);
  });

  it('shows everybody’s to who may do everything, also of one owner', async () => {
    const root = as('root', '*');
    expect(names(await client.list({}, root))).toHaveLength(4);
    expect(names(await client.list({ owner: 'ann' }, root))).toEqual(['quick/daily']);
    expect((await client.get({ flow: 'patient', name: 'one' }, root)).owner.userId).toBe('bob');
    await expect(client.get(ref, root)).rejects.toMatchObject({
      code: 'deployment/invalid',
      fields: [{ field: 'owner', message: expect.stringContaining('bob') as unknown as string }],
    });
  });

  it('what is another’s is not known, and not to be put in another’s name', async () => {
    const another = { flow: 'patient', name: 'one' };
    for (const asked of [another, { ...another, owner: 'bob' }]) {
      await expect(client.get(asked, ann)).rejects.toMatchObject({ code: 'deployment/unknown' });
      await expect(client.pause(asked, ann)).rejects.toMatchObject({ code: 'deployment/unknown' });
      await expect(client.resume(asked, ann)).rejects.toMatchObject({ code: 'deployment/unknown' });
      await expect(client.remove(asked, ann)).rejects.toMatchObject({ code: 'deployment/unknown' });
      await expect(client.runNow(asked, ann)).rejects.toMatchObject({ code: 'deployment/unknown' });
      await expect(client.next(asked, ann)).rejects.toMatchObject({ code: 'deployment/unknown' });
      await expect(client.firings(asked, ann)).rejects.toMatchObject({ code: 'deployment/unknown' });
    }
    await expect(client.list({ owner: 'bob' }, ann)).rejects.toMatchObject({ fields: [{ field: 'owner' }] });
    await expect(client.put(daily(), { ...ann, owner: 'bob' })).rejects.toMatchObject({
      fields: [{ field: 'owner' }],
    });
  });

  it('holds what any orchestrator has just stored', async () => {
    const second = await openOffice(url, { clock });
    for (let n = 0; n < 20; n++) {
      await client.put({ flow: 'quick', name: `seen-${n}` }, as('cat'));
      expect((await second.service.list({}, as('cat'))).items).toHaveLength(n + 1);
    }
    await client.remove({ flow: 'quick', name: 'seen-0' }, as('cat'));
    expect((await second.service.list({}, as('cat'))).items).toHaveLength(19);
    await second.close();
  });
});

describe('a schedule by itself', () => {
  it('tells its next instants', async () => {
    expect(
      await client.next(
        { cron: '0 9 * * *', timeZone: 'Europe/Berlin' },
        { ...ann, count: 2, after: '2026-03-28T12:00:00Z' },
      ),
    ).toEqual(['2026-03-29T07:00:00.000Z', '2026-03-30T07:00:00.000Z']);
    await expect(client.next({ cron: '* * * * * *' }, ann)).rejects.toMatchObject({
      fields: [{ field: 'schedule.cron' }],
    });
  });
});
