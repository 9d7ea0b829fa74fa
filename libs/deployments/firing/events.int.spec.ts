import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FlowRegistry, type EndedRun } from '#libs/flows';
import { flowRunId, millis, type FlowRunId } from '#libs/run-log';
import { cuttingProxy, testNats, type CuttingProxy } from '#libs/testing';
import type { DeploymentInput } from '../deployment.js';
import { keyOfEvent, runIdOfEvent } from '../ids.js';
import {
  Clock,
  end,
  eventWakes,
  failing,
  fire,
  openOffice,
  owner,
  startsOf,
  type Office,
} from '../testing.fixtures.js';
import type { TriggerEvent } from '../trigger.js';

const by = { actor: owner };
const EIGHT = '2030-03-01T08:00:00.000Z';

let url: string;
let clock: Clock;
let office: Office;
const others: Office[] = [];
const proxies: CuttingProxy[] = [];

beforeEach(async () => {
  ({ url } = testNats());
  clock = new Clock(Date.parse(EIGHT));
  office = await openOffice(url, { clock });
});
afterEach(async () => {
  for (const each of [...others.splice(0), office]) await each.close();
  for (const proxy of proxies.splice(0)) await proxy.close();
});

const other = async (options: Partial<Parameters<typeof openOffice>[1]> = {}): Promise<Office> => {
  const opened = await openOffice(url, { clock, ...options });
  others.push(opened);
  return opened;
};
let count = 0;
/** A deployment of its own for each test, for they share a broker; nothing else hears its events. */
const put = async (over: Partial<DeploymentInput> = {}): Promise<string> => {
  const name = `called-${(count += 1)}`;
  const triggers = [{ event: `${name}.*`, parameters: { text: 'got ${{ event.data.id }}' } }];
  return (await office.service.put({ flow: 'quick', name, triggers, ...over }, {}, by)).deployment.id;
};
const event = (over: Partial<TriggerEvent> = {}): TriggerEvent => ({
  id: 'e1',
  type: `called-${count}.now`,
  source: 'shop',
  time: EIGHT,
  data: { id: 7 },
  ...over,
});
const said = (over: Partial<TriggerEvent> = {}, userId?: string, at = office): Promise<void> =>
  at.router.said({ event: event(over), trace: {}, ...(userId === undefined ? {} : { userId }) }, clock.now);
const wakes = (id: string) => eventWakes(office, clock, id);
const wakeAll = async (id: string, at = office): Promise<void> => {
  for (const wake of await wakes(id)) await at.desk.wake(id, wake);
};
const runOf = (id: string, eventId = 'e1'): FlowRunId =>
  runIdOfEvent(id, keyOfEvent('event', 'shop', eventId));
const stateOf = async (id: string) => (await office.store.read(id))!.state;
const actionsOf = async (id: string) =>
  (await stateOf(id)).firings.map(({ action, reason, event: of }) => [of?.id, action, reason]);
const startOf = async (runId: FlowRunId) => (await office.log.readRun(runId)).events[0]?.event;

describe('an event', () => {
  it('starts one run for the owner, with what is taken of it', async () => {
    const id = await put({ parameters: { text: 'none' }, tags: ['x'], flags: { dryRun: true } });
    await said();
    await wakeAll(id);
    expect(await startsOf(office.log, id)).toEqual([runOf(id)]);
    expect(await startOf(runOf(id))).toMatchObject({
      flow: 'quick',
      input: { text: 'got 7' },
      tags: ['x'],
      flags: { dryRun: true },
      deploymentId: id,
      actor: { userId: 'ann', channel: 'schedule' },
      triggeredBy: { type: event().type, eventId: 'e1', depth: 1 },
    });
    expect((await stateOf(id)).firings).toMatchObject([
      { action: 'started', by: 'trigger', runId: runOf(id), event: { id: 'e1', type: event().type } },
    ]);
  });

  it('said twice, or told twice, starts one run', async () => {
    const id = await put({ overlap: 'all' });
    await said();
    const [wake] = await wakes(id);
    await office.desk.wake(id, wake!);
    await said();
    await office.desk.wake(id, { ...wake!, deliveries: 2 });
    await (await other()).desk.wake(id, { ...wake!, deliveries: 3 });
    expect(await wakes(id)).toEqual([]);
    expect(await startsOf(office.log, id)).toEqual([runOf(id)]);
    expect(await actionsOf(id)).toEqual([['e1', 'started', undefined]]);
  });

  it('of another source is another one, though it has the same id', async () => {
    const id = await put({ overlap: 'all' });
    await said();
    await said({ source: 'bank' });
    await wakeAll(id);
    expect(await startsOf(office.log, id)).toHaveLength(2);
  });

  it.each([
    ['before the state is written', 'store', 'writeState', 'before'],
    ['after the state is written', 'store', 'writeState', 'after'],
    ['before the run is started', 'log', 'start', 'before'],
    ['after the run is started', 'log', 'start', 'after'],
  ] as const)('cut off %s, gives one run all the same', async (_, what, method, when) => {
    const id = await put();
    await said();
    const broken = await other({
      over: ({ log, store }) =>
        what === 'log'
          ? { log: failing(log, method as 'start', when), store }
          : { log, store: failing(store, method as 'writeState', when) },
    });
    const [wake] = await wakes(id);
    await expect(broken.desk.wake(id, wake!)).rejects.toThrow('cut off');
    // Another process gets the message again, as often as it may come.
    for (const deliveries of [2, 3]) await office.desk.wake(id, { ...wake!, deliveries });
    expect(await startsOf(office.log, id)).toEqual([runOf(id)]);
    expect(await startOf(runOf(id))).toMatchObject({ input: { text: 'got 7' } });
    expect(await actionsOf(id)).toEqual([['e1', 'started', undefined]]);
  });

  it.each(['before', 'after'] as const)(
    'cut off %s a deployment is told, is told when it comes again',
    async (when) => {
      const id = await put();
      const broken = await other({
        over: ({ log, store }) => ({ log, store: failing(store, 'tellEvent', when) }),
      });
      await expect(said({}, undefined, broken)).rejects.toThrow('cut off');
      await said();
      await wakeAll(id);
      expect(await startsOf(office.log, id)).toEqual([runOf(id)]);
      expect(await actionsOf(id)).toHaveLength(1);
    },
  );

  it('cut off, is seen to by whoever looks at the deployment next, with what was taken of it', async () => {
    const id = await put({ schedule: { cron: '0 9 * * *' }, overlap: 'all' });
    await said();
    const broken = await other({
      over: ({ log, store }) => ({ log: failing(log, 'start', 'before'), store }),
    });
    const [wake] = await wakes(id);
    await expect(broken.desk.wake(id, wake!)).rejects.toThrow('cut off before start');
    await office.desk.wake(id, fire(clock, { kind: 'spec' }));
    expect(await startOf(runOf(id))).toMatchObject({ input: { text: 'got 7' } });
  });

  it('over which many orchestrators fight gives one run, and each of many events gives one', async () => {
    const id = await put({ overlap: 'all' });
    const all = [office, await other(), await other(), await other()];
    const ids = Array.from({ length: 8 }, (_, n) => `e${n}`);
    await Promise.all(ids.map((each, n) => said({ id: each }, undefined, all[n % 4])));
    const messages = await wakes(id);
    expect(messages).toHaveLength(8);
    await Promise.all(all.flatMap(({ desk }) => messages.map((wake) => desk.wake(id, wake))));
    expect(new Set(await startsOf(office.log, id))).toEqual(new Set(ids.map((each) => runOf(id, each))));
    expect(await startsOf(office.log, id)).toHaveLength(8);
    expect(await actionsOf(id)).toHaveLength(8);
  });

  it('one of more than are dealt with at once, is dealt with all the same', async () => {
    const id = await put({ overlap: 'queue' });
    for (let n = 0; n < 120; n++) await said({ id: `e${n}` });
    const messages = await wakes(id);
    await office.desk.wake(id, messages.at(-1)!);
    const { heard, queue, firings } = await stateOf(id);
    expect({ heard, waiting: queue.length, last: firings[0]!.action }).toEqual({
      heard: messages.at(-1)!.seq,
      waiting: 100,
      last: 'skipped',
    });
    expect(await startsOf(office.log, id)).toEqual([runOf(id, 'e0')]);
  });
});

describe('an event that does not fire', () => {
  it('is one of another user', async () => {
    const id = await put();
    await said({ id: 'other' }, 'bob');
    expect(await wakes(id)).toEqual([]);
    await said({ id: 'own' }, 'ann');
    await said({ id: 'of-nobody' });
    expect(await wakes(id)).toHaveLength(2);
  });

  it('is of another type, or not as the query has it', async () => {
    const id = await put({
      triggers: [{ event: 'narrow.*', where: { 'data.id': { $gt: 5 } } }],
    });
    await said({ type: 'narrow', id: 'a' });
    await said({ type: 'narrow.now', id: 'b', data: { id: 5 } });
    await said({ type: 'narrow.now', id: 'c', data: 'a text' });
    expect(await wakes(id)).toEqual([]);
    await said({ type: 'narrow.now', id: 'd', data: { id: 6 } });
    expect(await wakes(id)).toHaveLength(1);
  });

  it('was said long before the trigger was put', async () => {
    const id = await put();
    clock.now -= 600_000;
    await said();
    expect(await wakes(id)).toEqual([]);
  });

  it('was said before the trigger was changed, but not because anything else was', async () => {
    const id = await put();
    const spec = (await office.store.read(id))!.spec;
    const later = clock.now + 3_600_000;
    clock.now = later;
    await office.service.put(
      { flow: 'quick', name: spec.name, triggers: spec.triggers, tags: ['y'] },
      {},
      by,
    );
    expect((await office.store.read(id))!.spec.listensFrom).toBe(spec.listensFrom);
    const triggers = [{ event: `${spec.name}.>` }];
    await office.service.put({ flow: 'quick', name: spec.name, triggers }, {}, by);
    expect((await office.store.read(id))!.spec.listensFrom).toBe(later);
  });

  it('finds the deployment paused', async () => {
    const id = await put({ paused: true });
    await said();
    await wakeAll(id);
    expect(await actionsOf(id)).toEqual([['e1', 'skipped', 'paused']]);
    expect(await startsOf(office.log, id)).toEqual([]);
  });

  it('names what the parameters need by another name', async () => {
    const id = await put();
    await said({ data: { number: 7 } });
    await wakeAll(id);
    expect(await actionsOf(id)).toEqual([
      [
        'e1',
        'skipped',
        'triggers[0].parameters: ${{ event.data.id }} cannot be found: event.data has number',
      ],
    ]);
    expect(await startsOf(office.log, id)).toEqual([]);
  });

  it('brings parameters that do not fit the flow', async () => {
    const name = `called-${count + 1}`;
    const id = await put({
      triggers: [{ event: `${name}.*`, parameters: { text: '${{ event.data.id }}' } }],
    });
    await said();
    await wakeAll(id);
    expect(await actionsOf(id)).toEqual([['e1', 'skipped', expect.stringContaining('text')]]);
  });

  it('brings more than parameters can hold', async () => {
    const id = await put();
    await said({ data: { id: 'x'.repeat(70_000) } });
    await wakeAll(id);
    expect(await actionsOf(id)).toEqual([['e1', 'skipped', expect.stringContaining('65536 at most')]]);
  });

  it('finds that the flow is gone from everywhere', async () => {
    const id = await put();
    await said();
    const poor = await other({ registry: new FlowRegistry([]) });
    const [wake] = await wakes(id);
    await expect(poor.desk.wake(id, wake!)).rejects.toThrow('another orchestrator may have it');
    await poor.desk.wake(id, { ...wake!, deliveries: 3 });
    expect(await actionsOf(id)).toEqual([['e1', 'skipped', expect.stringContaining('not known')]]);
  });

  it('finds the deployment removed, or made anew under the same name', async () => {
    const id = await put();
    await said();
    const messages = await wakes(id);
    const { name, triggers } = (await office.store.read(id))!.spec;
    await office.service.remove({ flow: 'quick', name }, {}, by);
    await office.desk.wake(id, messages[0]!);
    clock.now += 1;
    await office.service.put({ flow: 'quick', name, triggers }, {}, by);
    await office.desk.wake(id, messages[0]!);
    expect(await startsOf(office.log, id)).toEqual([]);
    expect(await actionsOf(id)).toEqual([]);
    await said({ id: 'e2' });
    await wakeAll(id);
    expect(await startsOf(office.log, id)).toEqual([runOf(id, 'e2')]);
  });
});

describe('an event that waits in the queue', () => {
  it('starts its run with what was taken of it, once another has ended', async () => {
    const id = await put({ overlap: 'queue' });
    await said({ id: 'e1' });
    await said({ id: 'e2', data: { id: 8 } });
    await wakeAll(id);
    expect(await startsOf(office.log, id)).toEqual([runOf(id, 'e1')]);
    await (await other()).desk.wake(id, end(clock, runOf(id, 'e1')));
    expect(await startOf(runOf(id, 'e2'))).toMatchObject({ input: { text: 'got 8' } });
  });

  it('is skipped, and it is said why, where its message is gone', async () => {
    const id = await put({ overlap: 'queue' });
    await said({ id: 'e1' });
    await said({ id: 'e2' });
    await wakeAll(id);
    const filter = `deployment.${id}.in.event.>`;
    await office.log.connection.request('$JS.API.STREAM.PURGE.DEPLOYMENTS', JSON.stringify({ filter }));
    await office.desk.wake(id, end(clock, runOf(id, 'e1')));
    const { active, queue } = await stateOf(id);
    expect({ active, queue }).toEqual({ active: [], queue: [] });
    expect((await actionsOf(id))[0]).toEqual([
      'e2',
      'skipped',
      'event e2 is kept no more: what the run would have begun with is not known',
    ]);
  });
});

describe('the end of a run', () => {
  const ended = (over: Partial<EndedRun> = {}, start: Partial<EndedRun['start']> = {}): EndedRun => ({
    runId: flowRunId(`ended-${count}`),
    start: {
      type: 'StartRequested',
      flow: 'quick',
      input: {},
      inputHash: '',
      actor: owner,
      flags: {},
      tags: ['t'],
      ...start,
    },
    end: { status: 'completed', result: { rows: [1, 2] } },
    at: millis(clock.now),
    trace: {},
    ...over,
  });
  const listen = (over: Partial<DeploymentInput> = {}) =>
    put({
      flow: 'patient',
      triggers: [
        { run: 'quick', parameters: { text: '${{ event.data.result.rows.length }} of ${{ event.id }}' } },
      ],
      ...over,
    });

  it('starts a run with what is taken of it, and says of which run it was', async () => {
    const id = await listen();
    const run = ended();
    await office.router.ended(run);
    // As it is told again when another process takes the run over.
    await office.router.ended(run);
    expect(await wakes(id)).toHaveLength(1);
    await wakeAll(id);
    const [started] = await startsOf(office.log, id);
    expect(await startOf(started!)).toMatchObject({
      flow: 'patient',
      input: { text: `2 of ${run.runId}` },
      triggeredBy: { type: 'run.completed', eventId: run.runId, runId: run.runId, depth: 1 },
    });
    await remove(id);
  });

  it('counts for those who wait for such an end of such a run of the same user', async () => {
    const id = await listen({ triggers: [{ run: 'quick', on: ['failed'] }] });
    await office.router.ended(ended());
    await office.router.ended(ended({ end: { status: 'cancelled' } }));
    const error = { code: 'x', message: 'y', disposition: 'terminal' } as const;
    const failed = { end: { status: 'failed', error } } as const;
    await office.router.ended(ended(failed, { flow: 'patient' }));
    await office.router.ended(ended(failed, { actor: { userId: 'bob', channel: 'api' } }));
    expect(await wakes(id)).toEqual([]);
    await office.router.ended(ended(failed));
    expect(await wakes(id)).toHaveLength(1);
    await remove(id);
  });

  it('leaves out a result that is too large for an event', async () => {
    const id = await listen({ triggers: [{ run: 'quick', where: { 'data.result': { $exists: false } } }] });
    await office.router.ended(ended());
    expect(await wakes(id)).toEqual([]);
    const result = 'x'.repeat(70_000);
    await office.router.ended(ended({ runId: flowRunId('large'), end: { status: 'completed', result } }));
    expect(await wakes(id)).toHaveLength(1);
    await remove(id);
  });

  it('is no reason to go on for ever', async () => {
    const id = await listen();
    const triggeredBy = (depth: number) => ({ triggeredBy: { type: 'a', eventId: 'b', depth } });
    await office.router.ended(ended({ runId: flowRunId(`ninth-${count}`) }, triggeredBy(9)));
    await office.router.ended(ended({ runId: flowRunId(`tenth-${count}`) }, triggeredBy(10)));
    await wakeAll(id);
    expect((await actionsOf(id)).map(([, action, reason]) => [action, reason])).toEqual([
      ['skipped', '10 triggers have led here one after the other: they would for ever'],
      ['started', undefined],
    ]);
    const [started] = await startsOf(office.log, id);
    expect(await startOf(started!)).toMatchObject({ triggeredBy: { depth: 10 } });
    await remove(id);
  });

  it('reaches a deployment that was put while the connection was lost', async () => {
    const proxy = await cuttingProxy(url);
    proxies.push(proxy);
    const away = await openOffice(proxy.url, { clock });
    others.push(away);
    const back = (async () => {
      for await (const { type } of away.log.connection.status()) if (type === 'reconnect') return;
    })();
    proxy.freeze();
    const id = await listen();
    proxy.cut();
    await back;
    await away.router.ended(ended());
    expect(await wakes(id)).toHaveLength(1);
    await remove(id);
  });

  it('reaches nobody once the deployment was removed or waits for it no more', async () => {
    const id = await listen();
    const { name } = (await office.store.read(id))!.spec;
    const second = await other();
    await office.service.put({ flow: 'patient', name, triggers: [] }, {}, by);
    await second.view.upToDate();
    for (const { view } of [office, second]) expect(view.listeners.ofRuns('ann', 'quick')).toEqual([]);
  });

  /** They all wait for the same flow. */
  async function remove(id: string): Promise<void> {
    const { flow, name } = (await office.store.read(id))!.spec;
    await office.service.remove({ flow, name }, {}, by);
  }
});

describe('a signed request', () => {
  it('starts a run of the deployment whose webhook it came to', async () => {
    const id = await put({
      triggers: [
        { webhook: 'SHOP', where: { 'data.kind': 'no' } },
        {
          webhook: 'SHOP',
          scheme: 'github',
          parameters: { text: '${{ event.type }} ${{ event.data.kind }}' },
        },
      ],
    });
    expect(await office.events.hooksOf(id)).toEqual([
      { webhook: 'SHOP', scheme: 'standard' },
      { webhook: 'SHOP', scheme: 'github' },
    ]);
    const said = { webhook: 'SHOP', eventId: 'msg_1', data: { kind: 'paid' } };
    expect(await office.events.hook(id, said, {})).toEqual({ eventId: 'msg_1' });
    await office.events.hook(id, said, {});
    await wakeAll(id);
    const runs = await startsOf(office.log, id);
    expect(runs).toHaveLength(1);
    expect(await startOf(runs[0]!)).toMatchObject({
      input: { text: 'webhook.shop paid' },
      triggeredBy: { type: 'webhook.shop', eventId: 'msg_1', depth: 1 },
    });
  });

  it('has nowhere to go where there is no such deployment or webhook', async () => {
    const id = await put();
    for (const unknown of [id, 'nothing', 'no.id', '*', '>', '']) {
      expect(await office.events.hooksOf(unknown)).toEqual([]);
      await expect(
        office.events.hook(unknown, { webhook: 'SHOP', eventId: 'x', data: {} }, {}),
      ).rejects.toMatchObject({ code: 'deployment/unknown', message: 'there is no such webhook' });
    }
  });

  it('that is too large is refused', async () => {
    const id = await put({ triggers: [{ webhook: 'SHOP' }] });
    const data = 'x'.repeat(600_000);
    await expect(office.events.hook(id, { webhook: 'SHOP', eventId: 'x', data }, {})).rejects.toMatchObject({
      fields: [{ field: 'data' }],
    });
  });
});
