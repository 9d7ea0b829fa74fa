import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import type { FlowRunDto } from '#libs/contracts';
import { memoryBuckets } from '#libs/key-values';
import type { Broker } from '../asking/broker.js';
import { BulkActions } from './bulk-actions.js';
import { BulkRuns } from './bulk-runs.js';
import { BulkStore } from './bulk-store.js';
import { BulkTargets } from './bulk-targets.js';
import { NOTHING_DONE } from './bulk-work.js';
import type { KeptWork } from './bulk-work.js';
import { LEASE_MS } from './bulk-worker.js';

let store: BulkStore;
let done: jest.Mock<(runId: string) => void>;
let runs: BulkRuns;

beforeEach(() => {
  jest.useFakeTimers();
  store = new BulkStore(memoryBuckets());
  done = jest.fn();
  const targets: Pick<BulkTargets, 'page'> = {
    page: () => Promise.resolve({ items: [{ id: 'run1' } as FlowRunDto], nextCursor: null }),
  };
  const actions: Pick<BulkActions, 'do'> = {
    do: (_work, runId) => {
      done(runId);
      return Promise.resolve('done');
    },
  };
  runs = new BulkRuns(targets as BulkTargets, store, actions as BulkActions, {} as Broker, {
    log: jest.fn(),
    warn: jest.fn(),
    error: jest.fn(),
  });
});
afterEach(async () => {
  await runs.beforeApplicationShutdown();
  jest.useRealTimers();
});

/** Keeps work that nobody holds any more, as after an error that outlasted all patience. */
async function left(id: string): Promise<void> {
  const now = new Date().toISOString();
  const work: KeptWork = {
    id,
    action: 'cancel',
    filter: { flow: 'song' },
    reason: null,
    by: { userId: 'ada', channel: 'api' },
    status: 'running',
    total: 1,
    ...NOTHING_DONE,
    error: null,
    createdAt: now,
    updatedAt: now,
    finishedAt: null,
    cursor: null,
    settled: NOTHING_DONE,
    holder: null,
  };
  await store.create(work);
}

it('work that nobody holds is taken up within the time of a lease, and not again', async () => {
  runs.onApplicationBootstrap();
  await jest.advanceTimersByTimeAsync(1);
  await left('b1');
  await jest.advanceTimersByTimeAsync(LEASE_MS);
  expect((await store.get('b1'))?.work).toMatchObject({ status: 'done', done: 1, holder: null });
  await jest.advanceTimersByTimeAsync(3 * LEASE_MS);
  expect(done.mock.calls).toEqual([['run1']]);
});

it('nothing is looked for once the gateway closes', async () => {
  runs.onApplicationBootstrap();
  await jest.advanceTimersByTimeAsync(1);
  await runs.beforeApplicationShutdown();
  await left('b1');
  await jest.advanceTimersByTimeAsync(2 * LEASE_MS);
  expect(jest.getTimerCount()).toBe(0);
  expect((await store.get('b1'))?.work).toMatchObject({ status: 'running', holder: null });
});
