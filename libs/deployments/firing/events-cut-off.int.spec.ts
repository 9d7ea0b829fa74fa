import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { failing, fire, startsOf } from '../testing.fixtures.js';
import { actionsOf, put, runOf, said, startOf, wakeAll, wakes } from './events.fixtures.js';
import { clock, closeAll, office, openFirst, other } from './offices.fixtures.js';

beforeEach(openFirst);
afterEach(closeAll);

describe('an event', () => {
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
});
