import PQueue from 'p-queue';

export interface BudgetLimits {
  readonly requestsPerMinute: number;
  /** Requests under way at once to one host. */
  readonly concurrency: number;
  /** Origins of ours, such as the fixture boards, which need no pacing. */
  readonly unpaced?: readonly string[];
  readonly now?: () => number;
}

/** A site's Crawl-delay is honoured up to here; beyond it a search would never end. */
const LONGEST_DELAY_MS = 30_000;

interface Pace {
  readonly queue: PQueue;
  /** Least time between two requests, in milliseconds. */
  readonly interval: number;
  usedAt: number;
}

/**
 * Spaces out the requests to each host. A host that asked for patience is remembered until its time is over, so
 * that other searches of this process leave it alone too. A host is forgotten when nothing depends on it any more.
 */
export class HostBudget {
  private readonly paces = new Map<string, Pace>();
  private readonly quietUntil = new Map<string, number>();
  private readonly now: () => number;

  constructor(private readonly limits: BudgetLimits) {
    this.now = limits.now ?? Date.now;
  }

  /** Hosts that are remembered. */
  get size(): number {
    return new Set([...this.paces.keys(), ...this.quietUntil.keys()]).size;
  }

  /** Runs `request` when its turn has come. A longer delay than was known slows the host down. */
  async run<T>(
    origin: string,
    crawlDelaySeconds: number,
    request: () => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    const pace = this.paceOf(origin, crawlDelaySeconds);
    pace.usedAt = this.now();
    try {
      return await pace.queue.add(request, { signal });
    } finally {
      pace.usedAt = this.now();
    }
  }

  /** Leaves the host alone until `until`, in milliseconds of Unix time. */
  hush(origin: string, until: number): void {
    this.quietUntil.set(origin, Math.max(until, this.quietUntil.get(origin) ?? 0));
  }

  /** Tells how long the host still wants to be left alone, in milliseconds; 0 when it does not. */
  quietFor(origin: string, now: number): number {
    return Math.max((this.quietUntil.get(origin) ?? 0) - now, 0);
  }

  clear(): void {
    for (const { queue } of this.paces.values()) queue.clear();
    this.paces.clear();
  }

  private paceOf(origin: string, crawlDelaySeconds: number): Pace {
    const known = this.paces.get(origin);
    const interval = this.intervalOf(origin, crawlDelaySeconds);
    // A queue's pace is fixed. What waits in a faster one was asked before the site's wish was known.
    if (known && known.interval >= interval) return known;
    this.forgetIdle();
    const { concurrency } = this.limits;
    // Without `strict` the queue counts by windows, and lets two requests meet at the edge of one.
    const paced = interval > 0 ? { interval, intervalCap: 1, strict: true } : {};
    const queue = new PQueue({ concurrency, ...paced });
    const pace = { queue, interval, usedAt: this.now() };
    this.paces.set(origin, pace);
    return pace;
  }

  private intervalOf(origin: string, crawlDelaySeconds: number): number {
    if (this.limits.unpaced?.includes(origin)) return 0;
    const asked = Math.min(crawlDelaySeconds * 1000, LONGEST_DELAY_MS);
    return Math.max(60_000 / this.limits.requestsPerMinute, asked);
  }

  private forgetIdle(): void {
    const now = this.now();
    for (const [origin, { queue, interval, usedAt }] of this.paces)
      if (queue.size + queue.pending === 0 && usedAt + interval < now) this.paces.delete(origin);
    for (const [origin, until] of this.quietUntil) if (until <= now) this.quietUntil.delete(origin);
  }
}
