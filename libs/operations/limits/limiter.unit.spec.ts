import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { memoryBuckets } from '#libs/key-values';
import type { Buckets } from '#libs/key-values';
import { defineOperation } from '../contract.js';
import type { OperationContract } from '../contract.js';
import { Send } from '../testing/sample-contracts.js';
import { LIMITS_BUCKET, Limiter } from './limiter.js';
import type { Applicant } from './limiter.js';
import type { OperationLimit } from './operation-limit.js';
import { Stop } from '../stop.js';

const LEASE_MS = 30_000;
let time: number;
let buckets: Buckets;
let limiter: Limiter;

const anotherProcess = (): Limiter =>
  new Limiter({ buckets, leaseMs: LEASE_MS, now: () => time, random: () => 0.5 });
const limited = (...limits: OperationLimit[]): OperationContract => defineOperation({ ...Send, limits });
const perUser: Omit<OperationLimit, 'name'> = { key: (_input, actor) => actor.userId };
const by = (holder: string, details: Partial<Applicant> = {}): Applicant => ({
  input: {},
  actor: { userId: 'anna', channel: 'flow' },
  holder,
  comesBack: true,
  stop: new Stop(),
  ...details,
});
const bert = { actor: { userId: 'bert', channel: 'flow' } } as const;

/** Gives how long the applicant is told to wait; 0 where they may begin. */
async function wait(contract: OperationContract, applicant: Applicant, from = limiter): Promise<number> {
  const admission = await from.admit(contract, applicant);
  return admission.admitted ? 0 : admission.until - time;
}
async function admitted(contract: OperationContract, applicant: Applicant, from = limiter) {
  const admission = await from.admit(contract, applicant);
  if (!admission.admitted) throw new TypeError(`${applicant.holder} found no room`);
  return admission;
}

beforeEach(() => {
  jest.useFakeTimers();
  time = 1_900_000_000_000;
  buckets = memoryBuckets({ now: () => time });
  limiter = anotherProcess();
});
afterEach(() => {
  jest.useRealTimers();
});

/** Lets lives and timers run on together. */
async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 1_000) {
    time += Math.min(left, 1_000);
    await jest.advanceTimersByTimeAsync(Math.min(left, 1_000));
  }
}

describe('rule 16: a keyed limit of what runs at once', () => {
  const two = limited({ ...perUser, name: 'per_user', concurrency: 2 });

  it('lets in as many as it has places, over all processes, and defers the next', async () => {
    await admitted(two, by('a'));
    await admitted(two, by('b'), anotherProcess());
    expect(await wait(two, by('c'))).toBeGreaterThan(0);
    expect(await wait(two, by('d'), anotherProcess())).toBeGreaterThan(0);
  });

  it('counts each key by itself', async () => {
    await admitted(two, by('a'));
    await admitted(two, by('b'));
    expect(await wait(two, by('c', bert))).toBe(0);
  });

  it('never lets in more, however many come at the same moment', async () => {
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, nth) => anotherProcess().admit(two, by(`task-${nth}`))),
    );
    expect(all.filter((admission) => admission.admitted)).toHaveLength(2);
  });

  it('has room again when one has gone', async () => {
    const first = await admitted(two, by('a'));
    await admitted(two, by('b'));
    await first.release();
    expect(await wait(two, by('c'))).toBe(0);
  });

  it('keeps the place of one that runs for long, by renewing it', async () => {
    await admitted(two, by('a'));
    await admitted(two, by('b'));
    await pass(10 * LEASE_MS);
    expect(await wait(two, by('c'))).toBeGreaterThan(0);
  });

  it('frees the place of a holder that died', async () => {
    const one = limited({ ...perUser, name: 'alone', concurrency: 1 });
    await admitted(one, by('a'));
    jest.clearAllTimers(); // As a dead process would: it renews nothing.
    time += LEASE_MS - 1;
    expect(await wait(one, by('b'))).toBeGreaterThan(0);
    time += 1;
    expect(await wait(one, by('b'))).toBe(0);
  });

  it('stops a holder whose place is taken by somebody else, and leaves that one alone', async () => {
    const one = limited({ ...perUser, name: 'alone', concurrency: 1 });
    const stop = new Stop();
    const lost = await admitted(one, by('a', { stop }));
    time += LEASE_MS; // It hung, and its timers with it.
    await admitted(one, by('b'), anotherProcess());
    await jest.advanceTimersByTimeAsync(LEASE_MS / 3);
    expect(stop.signal.reason).toMatchObject({ code: 'operation/lost-contact' });
    await lost.release();
    expect(await wait(one, by('c'))).toBeGreaterThan(0);
  });

  it('stops a holder of whose renewals none got through for two thirds of the lease', async () => {
    const stop = new Stop();
    await admitted(two, by('a', { stop }));
    const values = buckets.open(LIMITS_BUCKET);
    values.put = () => Promise.reject(new Error('the broker is away'));
    await pass(LEASE_MS / 3);
    expect(stop.signal.aborted).toBe(false);
    await pass(LEASE_MS / 3);
    expect(stop.signal.reason).toMatchObject({ code: 'operation/lost-contact' });
  });

  it('makes the wait longer the more find no room, and shorter when there is some', async () => {
    const one = limited({ ...perUser, name: 'alone', concurrency: 1 });
    let holder = await admitted(one, by('a'));
    const waits: number[] = [];
    for (let nth = 0; nth < 60; nth++) waits.push(await wait(one, by(`task-${nth}`)));
    expect(waits[0]).toBeLessThan(1_000);
    expect(waits.at(-1)).toBe(15_000);
    for (let nth = 0; nth < 5; nth++) {
      await holder.release();
      holder = await admitted(one, by(`lucky-${nth}`));
    }
    expect(await wait(one, by('z'))).toBeLessThan(1_000);
  });
});

describe('rule 16: a rate limit', () => {
  const twoASecond = limited({
    ...perUser,
    name: 'calls',
    rate: { limit: 2, perSeconds: 1, burst: 1 },
  });

  it('spaces beginnings evenly, and tells each the time of its own turn', async () => {
    const waits: number[] = [];
    for (const holder of ['a', 'b', 'c', 'd']) waits.push(await wait(twoASecond, by(holder)));
    expect(waits).toEqual([0, 500, 1_000, 1_500]);
  });

  it('lets the deferred in at their time, in the order in which they came', async () => {
    for (const holder of ['a', 'b', 'c']) await wait(twoASecond, by(holder));
    time += 500;
    expect(await wait(twoASecond, by('late'))).toBe(1_000);
    expect(await wait(twoASecond, by('b'), anotherProcess())).toBe(0);
    time += 500;
    expect(await wait(twoASecond, by('c'))).toBe(0);
    time += 500;
    expect(await wait(twoASecond, by('late'))).toBe(0);
  });

  it('gives a promised turn once', async () => {
    await wait(twoASecond, by('a'));
    await wait(twoASecond, by('b'));
    time += 500;
    expect(await wait(twoASecond, by('b'))).toBe(0);
    expect(await wait(twoASecond, by('b'))).toBeGreaterThan(0);
  });

  it('lets in who comes back a little early by our clock, for the broker keeps the time', async () => {
    await wait(twoASecond, by('a'));
    await wait(twoASecond, by('b'));
    expect(await wait(twoASecond, by('b'))).toBe(0);
  });

  it('sends who comes back much too early away again, at another time than before', async () => {
    const slow = limited({ ...perUser, name: 'slow', rate: { limit: 1, perSeconds: 60 } });
    await wait(slow, by('a'));
    expect(await wait(slow, by('b'))).toBe(60_000);
    expect(await wait(slow, by('b'))).toBe(60_001);
    expect(await wait(slow, by('b'))).toBe(60_002);
  });

  it('lets as many begin at once after a quiet time as its burst says, the limit by default', async () => {
    const bursty = limited({ ...perUser, name: 'bursty', rate: { limit: 3, perSeconds: 3 } });
    const waits: number[] = [];
    for (const holder of ['a', 'b', 'c', 'd', 'e']) waits.push(await wait(bursty, by(holder)));
    expect(waits).toEqual([0, 0, 0, 1_000, 2_000]);
    time += 60_000;
    expect(await wait(bursty, by('f'))).toBe(0);
  });

  it('promises no two the same turn, however many come at the same moment', async () => {
    const waits = await Promise.all(
      Array.from({ length: 10 }, (_, nth) => wait(twoASecond, by(`task-${nth}`), anotherProcess())),
    );
    expect(waits.sort((a, b) => a - b)).toEqual(Array.from({ length: 10 }, (_, nth) => nth * 500));
  });

  it('counts each key by itself', async () => {
    await wait(twoASecond, by('a'));
    expect(await wait(twoASecond, by('b', bert))).toBe(0);
  });

  it('promises nothing to those who will not come back', async () => {
    await wait(twoASecond, by('a'));
    expect(await wait(twoASecond, by('call-1', { comesBack: false }))).toBe(500);
    expect(await wait(twoASecond, by('call-2', { comesBack: false }))).toBe(500);
    expect(await wait(twoASecond, by('b'))).toBe(500);
  });
});

describe('several limits', () => {
  it('hold together: who waits at one holds no place at another, and keeps its turn', async () => {
    const both = limited(
      { ...perUser, name: 'places', concurrency: 1 },
      { name: 'turns', key: () => 'all', rate: { limit: 1, perSeconds: 10 } },
    );
    const first = await admitted(both, by('a'));
    await first.release();
    expect(await wait(both, by('b'))).toBe(10_000);
    // The place at the other limit is free for whoever is let in: bert waits for his turn only.
    expect(await wait(both, by('c', bert))).toBe(20_000);
    time += 10_000;
    const second = await admitted(both, by('b'));
    expect(await wait(both, by('d'))).toBeLessThan(1_000);
    await second.release();
  });

  it('are shared by operations of a service that name them the same', async () => {
    const limit = { ...perUser, name: 'shared', concurrency: 1 };
    const other = defineOperation({ ...Send, name: 'other', limits: [limit] });
    const elsewhere = defineOperation({ ...Send, service: 'elsewhere', limits: [limit] });
    await admitted(limited(limit), by('a'));
    expect(await wait(other, by('b'))).toBeGreaterThan(0);
    expect(await wait(elsewhere, by('c'))).toBe(0);
  });

  it('keep keys out of sight', async () => {
    await admitted(limited({ ...perUser, name: 'per_user', concurrency: 1 }), by('a'));
    expect(JSON.stringify(await buckets.open(LIMITS_BUCKET).keys())).not.toContain('anna');
  });

  it('refuse for good where a key cannot be made', async () => {
    const broken = limited({
      name: 'broken',
      concurrency: 1,
      key: () => {
        throw new RangeError('no host');
      },
    });
    await expect(limiter.admit(broken, by('a'))).rejects.toMatchObject({
      code: 'operation/bad-limit-key',
      disposition: 'terminal',
      cause: expect.any(RangeError),
    });
  });
});
