import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RunLog } from '../run-log.js';
import { evenlySpread, HolderDouble } from '../partition-holder.fixtures.js';
import { atBench } from './bench.fixtures.js';
import type { Bench, MakeBench } from './bench.fixtures.js';

/** Which orchestrator holds which partition. */
export function sharingFeatures(makeBench: MakeBench): void {
  describe('sharing the partitions', () => {
    let bench: Bench;

    beforeEach(async () => {
      ({ bench } = await atBench(makeBench));
    });
    afterEach(() => bench.close());

    const shared = async (holder = new HolderDouble(), by?: RunLog): Promise<HolderDouble> => {
      await (by ?? (await bench.open())).sharePartitions(holder);
      return holder;
    };
    it('gives all of them to one that is alone, before it resolves', async () => {
      const { held } = await shared();
      expect(held.size).toBe(16);
    });

    it('spreads them evenly over two and over three, each to one', async () => {
      const first = await shared();
      const second = await shared();
      await evenlySpread([first, second]);
      const third = await shared();
      await evenlySpread([first, second, third]);
      expect([first.held.size, second.held.size, third.held.size].sort()).toEqual([5, 5, 6]);
    });

    it('gives all back when the others have left', async () => {
      const first = await shared();
      const other = await bench.open();
      const second = await shared(undefined, other);
      await second.holds(8);
      await other.close();
      await first.holds(16);
      expect(second.held.size).toBe(0);
    });

    it('gives a partition on only when everything in hand is settled', async () => {
      const settles: (() => void)[] = [];
      const first = new HolderDouble();
      first.beforeHandingOver = () => new Promise((resolve) => settles.push(resolve));
      await shared(first);
      const second = await shared();
      await first.hasBeenAsked('hand over', 8);
      expect(second.held.size).toBe(0);
      settles.pop()!();
      await second.holds(1);
      for (const settle of settles) settle();
      await evenlySpread([first, second]);
      first.beforeHandingOver = async () => undefined;
    });

    it('reports a partition that cannot be taken, and tries again', async () => {
      const troubles: string[] = [];
      const careful = await bench.open({ onReaderTrouble: (reader) => troubles.push(reader) });
      const holder = new HolderDouble();
      let tries = 0;
      holder.beforeTaking = (partition) => {
        if (partition === 3 && ++tries === 1) throw new Error('the broker is away');
      };
      await shared(holder, careful);
      expect(holder.held.size).toBe(15);
      await bench.passTime(1_000);
      await holder.holds(16);
      expect(troubles).toEqual(['partitions']);
    });
  });
}
