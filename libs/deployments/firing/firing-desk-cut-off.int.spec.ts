import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { daily, failing, fire, startsOf } from '../testing.fixtures.js';
import { firings, laterOf, NEXT_NINE, NINE, put, runOf } from './instants.fixtures.js';
import { clock, closeAll, office, openFirst, other } from './offices.fixtures.js';

beforeEach(openFirst);
afterEach(closeAll);

describe('an instant', () => {
  it.each([
    ['before the state is written', 'store', 'writeState', 'before'],
    ['after the state is written', 'store', 'writeState', 'after'],
    ['before the run is started', 'log', 'start', 'before'],
    ['after the run is started', 'log', 'start', 'after'],
    ['before the next instant is set', 'store', 'setLater', 'before'],
    ['after the next instant is set', 'store', 'setLater', 'after'],
  ] as const)('cut off %s, gives one run all the same', async (_, what, method, when) => {
    const id = await put(daily());
    clock.set(NINE);
    const broken = await other({
      over: ({ log, store }) =>
        what === 'log'
          ? { log: failing(log, method as 'start', when), store }
          : { log, store: failing(store, method as 'setLater', when) },
    });
    const message = fire(clock);
    await expect(broken.desk.wake(id, message)).rejects.toThrow('cut off');
    // Another process gets the message again.
    await office.desk.wake(id, { ...message, deliveries: 2 });
    expect(await startsOf(office.log, id)).toEqual([runOf(id, NINE)]);
    expect((await firings(id)).map(({ action }) => action)).toEqual(['started']);
    expect(await laterOf(id)).toBe(NEXT_NINE);
    // As often as it may come.
    await office.desk.wake(id, { ...message, deliveries: 3 });
    expect(await startsOf(office.log, id)).toHaveLength(1);
    expect(await firings(id)).toHaveLength(1);
  });

  it('cut off in a process that goes on, is seen to when the message comes again', async () => {
    const id = await put(daily());
    clock.set(NINE);
    let mend = (): void => undefined;
    const broken = await other({
      over: ({ log, store }) => {
        const start = failing(log, 'start', 'before');
        mend = () => start.mend();
        return { log: start, store };
      },
    });
    const message = fire(clock);
    await expect(broken.desk.wake(id, message)).rejects.toThrow('cut off before start');
    mend();
    await broken.desk.wake(id, { ...message, deliveries: 2 });
    expect(await startsOf(office.log, id)).toEqual([runOf(id, NINE)]);
  });

  it('cut off, is seen to by whoever looks at the deployment next, however soon', async () => {
    const id = await put(daily({ concurrency: 2 }));
    clock.set(NINE);
    const broken = await other({
      over: ({ log, store }) => ({ log: failing(log, 'start', 'before'), store }),
    });
    const message = fire(clock);
    await expect(broken.desk.wake(id, message)).rejects.toThrow('cut off before start');
    await office.desk.wake(id, fire(clock, { kind: 'spec' }));
    expect(await startsOf(office.log, id)).toEqual([runOf(id, NINE)]);
  });

  it('long past, is not begun again by who happens to look, but by whoever gets its message', async () => {
    const id = await put(daily({ overlap: 'all' }));
    clock.set(NINE);
    const broken = await other({
      over: ({ log, store }) => ({ log: failing(log, 'start', 'before'), store }),
    });
    const message = fire(clock);
    await expect(broken.desk.wake(id, message)).rejects.toThrow('cut off before start');
    clock.set(NEXT_NINE);
    await office.desk.wake(id, fire(clock));
    expect(await startsOf(office.log, id)).toEqual([runOf(id, NEXT_NINE)]);
    await office.desk.wake(id, { ...message, deliveries: 2 });
    expect(new Set(await startsOf(office.log, id))).toEqual(new Set([runOf(id, NEXT_NINE), runOf(id, NINE)]));
  });

  it('over which many orchestrators fight gives one run', async () => {
    const id = await put(daily());
    const all = [office, await other(), await other(), await other()];
    clock.set(NINE);
    await Promise.all(all.flatMap(({ desk }) => [desk.wake(id, fire(clock)), desk.wake(id, fire(clock))]));
    expect(await startsOf(office.log, id)).toEqual([runOf(id, NINE)]);
    expect(await firings(id)).toHaveLength(1);
    expect(await laterOf(id)).toBe(NEXT_NINE);
  });
});
