import { expect, it } from '@jest/globals';
import { listWork } from './bulk-list.js';
import type { StoredWork } from './bulk-store.js';
import { NOTHING_DONE } from './bulk-work.js';
import type { KeptWork } from './bulk-work.js';

const work = (id: string, userId = 'ada'): KeptWork => ({
  id,
  action: 'cancel',
  filter: { flow: 'song' },
  reason: null,
  by: { userId, channel: 'api' },
  status: 'done',
  total: 0,
  ...NOTHING_DONE,
  error: null,
  createdAt: '',
  updatedAt: '',
  finishedAt: null,
  cursor: null,
  settled: NOTHING_DONE,
  holder: null,
});
const numbered = (n: number): string => `b${String(n).padStart(4, '0')}`;

/** A store that lists ids in no order, of which it no longer has some. */
function storeOf(works: readonly KeptWork[], gone: readonly string[] = []) {
  const read: string[] = [];
  return {
    read,
    ids: () => Promise.resolve([...gone, ...works.map(({ id }) => id)]),
    get: (id: string): Promise<StoredWork | undefined> => {
      read.push(id);
      const found = works.find((each) => each.id === id);
      return Promise.resolve(found && { work: found, revision: 1 });
    },
  };
}
const idsOf = (items: readonly { readonly id: string }[]): string[] => items.map(({ id }) => id);

it('the list goes from the latest to the first, and leaves out what is gone or not to be shown', async () => {
  const store = storeOf([work('b2', 'bob'), work('b1'), work('b4')], ['b3']);
  const page = await listWork(store, {}, ({ by }) => by.userId === 'ada');
  expect(idsOf(page.items)).toEqual(['b4', 'b1']);
  expect(page.nextCursor).toBeNull();
});

it('the list holds fifty unless said otherwise, and every page follows the one before', async () => {
  const store = storeOf(Array.from({ length: 120 }, (_, n) => work(numbered(n))));
  const all: string[] = [];
  const sizes: number[] = [];
  let cursor: string | undefined;
  do {
    const page = await listWork(store, cursor === undefined ? {} : { cursor }, () => true);
    all.push(...idsOf(page.items));
    sizes.push(page.items.length);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  expect(sizes).toEqual([50, 50, 20]);
  expect(all).toEqual(Array.from({ length: 120 }, (_, n) => numbered(119 - n)));
});

it('no cursor is given where only what is not to be shown is left', async () => {
  const store = storeOf([work('b1', 'bob'), work('b2'), work('b3')]);
  const page = await listWork(store, { limit: 2 }, ({ by }) => by.userId === 'ada');
  expect(idsOf(page.items)).toEqual(['b3', 'b2']);
  expect(page.nextCursor).toBeNull();
});

it('no more is read than a page needs', async () => {
  const store = storeOf(Array.from({ length: 1_000 }, (_, n) => work(numbered(n))));
  await listWork(store, { limit: 10 }, () => true);
  expect(store.read.length).toBeLessThanOrEqual(50);
});
