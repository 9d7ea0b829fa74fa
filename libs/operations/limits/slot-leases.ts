import type { Key, KeyValues } from '#libs/key-values';
import { SlotLease } from './slot-lease.js';
import type { Stop } from '../stop.js';

/** Hands out the places of a limit, each of them a key that lives only as long as its holder renews it. */
export class SlotLeases {
  constructor(
    private readonly values: KeyValues,
    private readonly lifeMs: number,
    /** In [0, 1). */
    private readonly random: () => number = Math.random,
  ) {}

  /** Takes one of `count` places; undefined where none is free. `stop` is aborted should it be lost later. */
  async take(scope: Key, count: number, holder: string, stop: Stop): Promise<SlotLease | undefined> {
    const take = (slot: number): Promise<SlotLease | undefined> =>
      SlotLease.take(this.values, [...scope, String(slot)], holder, this.lifeMs, stop);
    // Where there is room a guess is mostly right, and saves looking.
    const guess = Math.floor(this.random() * count);
    const lucky = await take(guess);
    if (lucky || count === 1) return lucky;
    const taken = new Set((await this.values.keys(scope)).map((key) => Number(key.at(-1))));
    for (let step = 1; step < count; step++) {
      const slot = (guess + step) % count;
      const lease = taken.has(slot) ? undefined : await take(slot);
      if (lease) return lease;
    }
    return undefined;
  }
}
