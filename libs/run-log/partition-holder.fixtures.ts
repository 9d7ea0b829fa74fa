import type { PartitionHolder } from './run-log.js';
import { PARTITIONS } from './subjects.js';

/** Holds partitions for a spec, which can await what it holds and keep it from letting go. */
export class HolderDouble implements PartitionHolder {
  readonly held = new Set<number>();
  /** What was asked of it, in order. */
  readonly asked: string[] = [];
  /** Called before a partition is taken; throws where that is to fail. */
  beforeTaking: (partition: number) => void | Promise<void> = () => undefined;
  /** What has to be settled before a partition is handed over. */
  beforeHandingOver: (partition: number) => Promise<void> = async () => undefined;
  private waiting: { readonly isMet: () => boolean; readonly resolve: () => void }[] = [];

  async take(partition: number): Promise<void> {
    await this.beforeTaking(partition);
    this.held.add(partition);
    this.note('take', partition);
  }

  async handOver(partition: number): Promise<void> {
    this.note('hand over', partition);
    await this.beforeHandingOver(partition);
    this.held.delete(partition);
    this.note('handed over', partition);
  }

  lose(partition: number): void {
    this.held.delete(partition);
    this.note('lose', partition);
  }

  keepAlive(): void {
    this.note('keep alive');
  }

  /** Resolves once it holds so many. */
  holds(count: number): Promise<void> {
    return this.until(() => this.held.size === count);
  }

  /** Resolves once it was asked for this so many times. */
  async hasBeenAsked(what: string, times = 1): Promise<void> {
    await this.until(() => this.asked.filter((asked) => asked.startsWith(what)).length >= times);
  }

  /** Resolves once this is so, looked at whenever something is asked of it. */
  async until(isMet: () => boolean): Promise<void> {
    if (isMet()) return;
    await new Promise<void>((resolve) => this.waiting.push({ isMet, resolve }));
  }

  private note(what: string, partition?: number): void {
    this.asked.push(partition === undefined ? what : `${what} ${partition}`);
    this.waiting = this.waiting.filter(({ isMet, resolve }) => {
      if (isMet()) resolve();
      return !isMet();
    });
  }
}

/** Resolves once each partition is held by one of these and none has more than one more than another. */
export async function evenlySpread(holders: readonly HolderDouble[]): Promise<void> {
  const isEven = (): boolean => {
    const counts = holders.map(({ held }) => held.size);
    const all = holders.flatMap(({ held }) => [...held]);
    return (
      all.length === PARTITIONS &&
      new Set(all).size === PARTITIONS &&
      Math.max(...counts) - Math.min(...counts) <= 1
    );
  };
  await Promise.race(holders.map((holder) => holder.until(isEven)));
}
