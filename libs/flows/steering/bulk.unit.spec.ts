import { describe, expect, it } from '@jest/globals';
import { bulk } from './bulk.js';

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const each of source) all.push(each);
  return all;
}

/** Work that is settled by hand, and what of it has begun. */
function byHand() {
  const begun: string[] = [];
  const settle = new Map<string, (value: string) => void>();
  const work = (id: string) => {
    begun.push(id);
    return new Promise<string>((resolve) => settle.set(id, resolve));
  };
  return { begun, work, finish: (id: string) => settle.get(id)!(`${id} done`) };
}

describe('bulk work', () => {
  it('tells of each item, and goes on after one that failed', async () => {
    const told = await collect(
      bulk(['a', 'b', 'c'], async (id) => {
        if (id === 'b') throw new TypeError('no b');
        return id.toUpperCase();
      }),
    );
    expect(told).toEqual([
      { runId: 'a', done: 'A' },
      { runId: 'b', error: new TypeError('no b') },
      { runId: 'c', done: 'C' },
    ]);
  });

  it('does nothing with nothing', async () => {
    expect(await collect(bulk([], async () => 1))).toEqual([]);
  });

  it('has at most so many in hand, and reads ids no faster than that', async () => {
    const { begun, work, finish } = byHand();
    let read = 0;
    function* ids() {
      for (const id of ['a', 'b', 'c', 'd']) {
        read++;
        yield id;
      }
    }
    const told = bulk(ids(), work, { concurrency: 2 });
    const first = told.next();
    await new Promise(setImmediate);
    expect([begun, read]).toEqual([['a', 'b'], 2]);
    finish('b');
    expect(await first).toEqual({ done: false, value: { runId: 'b', done: 'b done' } });
    const second = told.next();
    await new Promise(setImmediate);
    expect(begun).toEqual(['a', 'b', 'c']);
    finish('a');
    expect((await second).value).toMatchObject({ runId: 'a' });
    finish('c');
    expect((await told.next()).value).toMatchObject({ runId: 'c' });
    const last = told.next();
    await new Promise(setImmediate);
    finish('d');
    expect((await last).value).toMatchObject({ runId: 'd' });
    expect((await told.next()).done).toBe(true);
  });

  it('begins nothing further once it is aborted, and tells of what had begun', async () => {
    const { begun, work, finish } = byHand();
    const stop = new AbortController();
    const told = bulk(['a', 'b', 'c'], work, { concurrency: 1, signal: stop.signal });
    const first = told.next();
    await new Promise(setImmediate);
    stop.abort();
    finish('a');
    expect((await first).value).toMatchObject({ runId: 'a' });
    expect((await told.next()).done).toBe(true);
    expect(begun).toEqual(['a']);
  });

  it('lets go of the query when nobody listens any more', async () => {
    let closed = false;
    async function* ids() {
      try {
        for (let i = 0; ; i++) yield i;
      } finally {
        closed = true;
      }
    }
    for await (const { runId } of bulk(ids(), async (id) => id)) if (runId >= 3) break;
    expect(closed).toBe(true);
  });
});
