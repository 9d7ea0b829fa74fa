import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { memoryBuckets } from '#libs/key-values';
import type { Buckets } from '#libs/key-values';
import { defineOperation } from '../contract.js';
import { Send } from '../testing/sample-contracts.js';
import { LaneGate, laneConcurrency } from './lane-gate.js';
import type { Lane } from './lane-gate.js';
import { CancelledError } from '../stop-reasons.js';
import { Stop } from '../stop.js';

const alone = defineOperation({ ...Send, concurrency: 1 });
let buckets: Buckets;
let begun: string[];
let gate: LaneGate;

beforeEach(() => {
  jest.useFakeTimers();
  buckets = memoryBuckets({ now: () => 0 });
  begun = [];
  gate = new LaneGate(buckets, 30_000, () => 0.5);
});
afterEach(() => {
  jest.useRealTimers();
});

/** Begins as soon as the gate lets it; the returned functions end it. */
function come(lane: Lane, holder: string, stop = new Stop()) {
  const place = gate.pass(alone, lane, holder, stop).then((lease) => {
    if (lease) begun.push(holder);
    return lease;
  });
  return { stop, place, end: async () => (await place)?.giveBack() };
}
const soon = (): Promise<void> => jest.advanceTimersByTimeAsync(500);

describe('the gate of both lanes', () => {
  it('counts both lanes together', async () => {
    const first = come('normal', 'n1');
    await soon();
    come('urgent', 'u1');
    await soon();
    expect(begun).toEqual(['n1']);
    await first.end();
    await soon();
    expect(begun).toEqual(['n1', 'u1']);
  });

  it('lets every urgent task begin before the normal ones that wait', async () => {
    const places = new Map([['n0', come('normal', 'n0')]]);
    await soon();
    for (let nth = 1; nth <= 10; nth++) {
      places.set(`n${nth}`, come('normal', `n${nth}`));
      await jest.advanceTimersByTimeAsync(7); // They look again at different moments.
    }
    for (const holder of ['u1', 'u2']) places.set(holder, come('urgent', holder));
    await soon();
    while (begun.length < places.size) {
      await places.get(begun.at(-1)!)!.end();
      await soon();
    }
    expect(begun.slice(0, 3).sort()).toEqual(['n0', 'u1', 'u2']);
    expect(begun).toHaveLength(13);
  });

  it('lets go of who is told to stop while it waits, and no longer counts an urgent one', async () => {
    const first = come('normal', 'n1');
    await soon();
    const urgent = come('urgent', 'u1');
    await soon();
    urgent.stop.abort(new CancelledError('no more'));
    expect(await urgent.place).toBeUndefined();
    await first.end();
    come('normal', 'n2');
    await soon();
    expect(begun).toEqual(['n1', 'n2']);
  });

  it('costs an operation nothing that allows many at once', async () => {
    const many = defineOperation({ ...Send, concurrency: 64 });
    expect(await gate.pass(many, 'normal', 'n1', new Stop())).toBeUndefined();
    expect(await buckets.open('LIMITS').keys()).toEqual([]);
  });
});

describe('what the broker hands out of each lane', () => {
  it.each([
    [1, 1, 1],
    [63, 63, 63],
    [64, 8, 56],
    [1_000, 125, 875],
  ])('is, of %i at once, %i urgent and %i normal', (concurrency, urgent, normal) => {
    const contract = defineOperation({ ...Send, concurrency });
    expect(laneConcurrency(contract, 'urgent')).toBe(urgent);
    expect(laneConcurrency(contract, 'normal')).toBe(normal);
  });
});
