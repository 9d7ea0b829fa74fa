import { ownersAmong } from './partition-owners.js';
import type { PartitionHolder } from './run-log.js';
import { PARTITIONS } from './subjects.js';

/** What a member of the group says of itself. */
export interface MemberWord {
  readonly id: string;
  /** The partitions that it works on, those included that it is about to give up. */
  readonly holds: readonly number[];
  /** It gives up what it holds and wants no more. */
  readonly leaving?: boolean;
}

export interface KeeperOptions {
  /** How long another may go on holding what is ours before we begin all the same. */
  readonly patienceMs: number;
  /** How long to leave alone what could not be taken. */
  readonly retryMs: number;
  readonly now: () => number;
  /** Called when what this member has to say of itself has changed. */
  readonly onChange: () => void;
  readonly onTrouble: (error: unknown) => void;
}

interface Slot {
  state: 'free' | 'taking' | 'held' | 'handing over';
  /** Counts the changes of state that no answer was waited for. */
  turn: number;
  /** Since when another has held what is ours. */
  heldBackSince: number | undefined;
  /** When it may be taken again after it could not be. */
  notBefore: number;
}

/**
 * Decides which partitions this process works on, from what the members of the group say of themselves.
 *
 * 1. Who owns what follows from the names of the members alone, so nobody needs to be asked.
 * 2. A partition is begun when its owner hears nobody say that he holds it. Whoever holds what is not his settles
 *    what he has in hand, and only then no longer says that he holds it.
 * 3. All this is for speed. Two that hold the same partition for a while do each other no harm: the fence sees to it.
 */
export class PartitionKeeper {
  private readonly slots: readonly Slot[] = Array.from({ length: PARTITIONS }, () => ({
    state: 'free',
    turn: 0,
    heldBackSince: undefined,
    notBefore: -Infinity,
  }));
  private others: readonly MemberWord[] = [];
  private owners: readonly string[] = [];
  private leaving = false;
  private waiting: (() => void)[] = [];

  constructor(
    private readonly me: string,
    private readonly holder: PartitionHolder,
    private readonly options: KeeperOptions,
  ) {}

  /** What there is to say of this member. */
  get word(): MemberWord {
    const holds = this.slots.flatMap(({ state }, partition) => (state === 'free' ? [] : [partition]));
    return { id: this.me, holds, ...(this.leaving ? { leaving: true } : {}) };
  }

  /** Takes note of what all others say, and does what follows. To be called now and then even if nothing changes. */
  see(others: readonly MemberWord[]): void {
    this.others = others;
    this.assign();
  }

  /** Gives everything up in order; resolves when nothing is held. */
  async leave(): Promise<void> {
    this.leaving = true;
    this.options.onChange();
    this.assign();
    await this.settled();
  }

  /** Lets go of everything at once: others take this process for dead. */
  lose(): void {
    for (const [partition, slot] of this.slots.entries()) {
      if (slot.state === 'free') continue;
      this.enter(slot, 'free');
      this.holder.lose(partition);
    }
    this.wake();
  }

  /** Resolves when nothing is being taken or handed over. */
  async settled(): Promise<void> {
    if (this.isSettled()) return;
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  private isSettled(): boolean {
    return this.slots.every(({ state }) => state === 'free' || state === 'held');
  }

  private wake(): void {
    if (!this.isSettled()) return;
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  private assign(): void {
    const staying = this.others.filter(({ leaving }) => !leaving).map(({ id }) => id);
    this.owners = ownersAmong(this.leaving ? staying : [this.me, ...staying]);
    this.settle();
  }

  private settle(): void {
    for (const [partition, slot] of this.slots.entries()) {
      const isMine = !this.leaving && this.owners[partition] === this.me;
      if (!isMine || slot.state !== 'free') slot.heldBackSince = undefined;
      if (isMine && slot.state === 'free' && this.mayTake(partition, slot)) this.take(partition, slot);
      else if (!isMine && slot.state === 'held') this.handOver(partition, slot);
    }
  }

  private mayTake(partition: number, slot: Slot): boolean {
    const now = this.options.now();
    if (now < slot.notBefore) return false;
    if (!this.others.some(({ holds }) => holds.includes(partition))) return true;
    slot.heldBackSince ??= now;
    return now - slot.heldBackSince >= this.options.patienceMs;
  }

  private take(partition: number, slot: Slot): void {
    const turn = this.enter(slot, 'taking');
    this.holder.take(partition).then(
      () => {
        if (slot.turn !== turn) return;
        this.enter(slot, 'held');
        this.settle();
        this.wake();
      },
      (error: unknown) => {
        this.options.onTrouble(error);
        if (slot.turn !== turn) return;
        slot.notBefore = this.options.now() + this.options.retryMs;
        this.enter(slot, 'free');
        this.wake();
      },
    );
  }

  private handOver(partition: number, slot: Slot): void {
    const turn = this.enter(slot, 'handing over');
    void this.holder
      .handOver(partition)
      .catch(this.options.onTrouble)
      .then(() => {
        if (slot.turn !== turn) return;
        this.enter(slot, 'free');
        this.settle();
        this.wake();
      });
  }

  private enter(slot: Slot, state: Slot['state']): number {
    const said = slot.state === 'free';
    slot.state = state;
    slot.turn++;
    if (said !== (state === 'free')) this.options.onChange();
    return slot.turn;
  }
}
