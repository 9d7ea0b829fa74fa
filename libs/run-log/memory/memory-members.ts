import { PartitionKeeper } from '../partition-keeper.js';
import type { PartitionHolder, Subscription } from '../run-log.js';
import { subscriptionOf } from '../subscription.js';
import type { ReaderReports } from '../undecodable.js';
import type { Clock } from './clock.js';

/** How soon a partition that could not be taken is tried again. */
const RETRY_MS = 1_000;

/** The handles on one in-memory log that share the partitions. Each sees at once what the others say of themselves. */
export class MemoryMembers {
  private readonly keepers = new Map<string, PartitionKeeper>();
  private joined = 0;
  private telling = false;

  /** Draws a name for another member. */
  draw(): string {
    return `member-${++this.joined}`;
  }

  enter(name: string, keeper: PartitionKeeper): void {
    this.keepers.set(name, keeper);
    this.tell();
  }

  exit(name: string): void {
    this.keepers.delete(name);
    this.tell();
  }

  /** Lets everybody look at everybody else, once all that happens now has happened. */
  tell(): void {
    if (this.telling) return;
    this.telling = true;
    queueMicrotask(() => {
      this.telling = false;
      for (const [name, keeper] of this.keepers) {
        const others = [...this.keepers].filter(([other]) => other !== name);
        keeper.see(others.map(([, { word }]) => word));
      }
    });
  }
}

/** Shares the partitions among the handles on one in-memory log; resolves when what falls to this one is taken. */
export async function shareInMemory(
  members: MemoryMembers,
  clock: Clock,
  reports: ReaderReports,
  holder: PartitionHolder,
): Promise<Subscription> {
  const name = members.draw();
  const keeper = new PartitionKeeper(name, holder, {
    patienceMs: Infinity,
    retryMs: RETRY_MS,
    now: () => clock.now(),
    onChange: () => members.tell(),
    onTrouble: (error) => {
      reports.onReaderTrouble?.('partitions', error);
      clock.after(RETRY_MS, () => members.tell());
    },
  });
  members.enter(name, keeper);
  await Promise.resolve(); // Everybody is told by then.
  await keeper.settled();
  return subscriptionOf(async () => {
    await keeper.leave();
    members.exit(name);
  });
}
