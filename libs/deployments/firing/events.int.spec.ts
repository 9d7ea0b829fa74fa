import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FlowRegistry } from '#libs/flows';
import { end, startsOf } from '../testing.fixtures.js';
import {
  actionsOf,
  count,
  event,
  put,
  runOf,
  said,
  startOf,
  stateOf,
  wakeAll,
  wakes,
} from './events.fixtures.js';
import { by, clock, closeAll, office, openFirst, other } from './offices.fixtures.js';

beforeEach(openFirst);
afterEach(closeAll);

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
