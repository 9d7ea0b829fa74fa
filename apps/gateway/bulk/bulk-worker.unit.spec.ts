import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FlowRunDto } from '#libs/contracts';
import { memoryBuckets } from '#libs/key-values';
import type { Buckets } from '#libs/key-values';
import { BulkStore } from './bulk-store.js';
import type { StoredWork } from './bulk-store.js';
import { NOTHING_DONE } from './bulk-work.js';
import { BulkWorker, leaseFor } from './bulk-worker.js';

const RUNS = 40;
const AT_ONCE = 16;
const caller = { actor: { userId: 'ada', channel: 'api' }, trace: { traceparent: '' } } as const;

let buckets: Buckets;
let store: BulkStore;
let first: StoredWork;
/** The runs that are in hand, each with the way to end it. */
let inHand: ((how: 'done' | Error) => void)[];
let leave: AbortController;
let waiting: { readonly many: number; readonly resolve: () => void }[];

beforeEach(async () => {
  buckets = memoryBuckets();
  store = new BulkStore(buckets);
  inHand = [];
  waiting = [];
  leave = new AbortController();
  const now = new Date(0).toISOString();
  first = await store.create({
    id: 'b1',
    action: 'cancel',
    filter: { flow: 'song' },
    reason: null,
    by: caller.actor,
    status: 'running',
    total: RUNS,
    ...NOTHING_DONE,
    error: null,
    createdAt: now,
    updatedAt: now,
    finishedAt: null,
    cursor: null,
    settled: NOTHING_DONE,
    holder: leaseFor('me'),
  });
});
afterEach(() => leave.abort());

/** Resolves when so many runs have come into hand. */
function reaches(many: number): Promise<void> {
  return new Promise((resolve) => {
    if (inHand.length >= many) resolve();
    else waiting.push({ many, resolve });
  });
}

/** Begins, and resolves when as many runs are in hand as may be. */
async function working(): Promise<{ worker: BulkWorker; over: Promise<void> }> {
  const items = Array.from({ length: RUNS }, (_, nth) => ({ id: `run${nth}` }) as FlowRunDto);
  const worker = new BulkWorker(
    {
      store,
      targets: { page: () => Promise.resolve({ items, nextCursor: null }) },
      actions: {
        do: () =>
          new Promise((resolve, reject) => {
            inHand.push((how) => (how === 'done' ? resolve(how) : reject(how)));
            for (const { many, resolve: tell } of waiting) if (inHand.length >= many) tell();
          }),
      },
      holder: 'me',
      onTrouble: () => undefined,
    },
    first,
    caller,
    leave.signal,
  );
  const over = worker.run();
  await reaches(AT_ONCE);
  return { worker, over };
}

const kept = async (): Promise<StoredWork['work'] | undefined> => (await store.get('b1'))?.work;

describe('bulk work that is told to stop', () => {
  it('ends what is in hand, begins nothing more, and says how much was done', async () => {
    const { worker, over } = await working();
    worker.stop();
    inHand.slice(1).forEach((end) => end('done'));
    inHand[0]?.(new Error('out of reach'));
    await over;
    expect(inHand).toHaveLength(AT_ONCE);
    expect(await kept()).toMatchObject({
      status: 'stopped',
      total: RUNS,
      done: AT_ONCE - 1,
      failed: 1,
      error: null,
      holder: null,
      finishedAt: expect.any(String),
    });
  });

  it('hears of it where another gateway was told', async () => {
    const { over } = await working();
    const heard = new Promise<void>((resolve) => {
      const replace = store.replace.bind(store);
      store.replace = (found, work) => {
        if (work.status === 'stopping') resolve();
        return replace(found, work);
      };
    });
    const found = (await store.get('b1')) as StoredWork;
    await new BulkStore(buckets).replace(found, { ...found.work, status: 'stopping' });
    await heard;
    inHand.forEach((end) => end('done'));
    await over;
    expect(inHand).toHaveLength(AT_ONCE);
    expect(await kept()).toMatchObject({ status: 'stopped', done: AT_ONCE, failed: 0, skipped: 0 });
  });

  it('counts all of them where the last one was in hand', async () => {
    const { worker, over } = await working();
    for (let ended = 0; ended < RUNS; ended += 1) {
      await reaches(ended + 1);
      if (ended === RUNS - 1) worker.stop();
      inHand[ended]?.('done');
    }
    await over;
    expect(await kept()).toMatchObject({ status: 'stopped', done: RUNS });
  });

  it('is left to another gateway where this one closes at the same time', async () => {
    const { worker, over } = await working();
    worker.stop();
    leave.abort();
    inHand.forEach((end) => end('done'));
    await over;
    expect(await kept()).toMatchObject({ status: 'stopping', done: AT_ONCE, holder: null });
  });
});
