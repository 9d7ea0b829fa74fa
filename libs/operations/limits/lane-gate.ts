import type { Buckets, KeyValues } from '#libs/key-values';
import type { OperationContract } from '../contract.js';
import { keepTrying } from '../keep-trying.js';
import { LIMITS_BUCKET } from './limiter.js';
import type { SlotLease } from './slot-lease.js';
import { SlotLeases } from './slot-leases.js';
import type { Stop } from '../stop.js';

export type Lane = 'normal' | 'urgent';

/** Operations that allow fewer at once than this count both lanes together, task by task. */
const COUNTED_BELOW = 64;
/** How long a waiting urgent task is remembered that is not heard of. */
const MARK_MS = 5_000;
const SHORTEST_PAUSE_MS = 50;

/**
 * How many tasks of a lane the broker may hand out at once, over all processes. Few are counted by the gate, so both
 * lanes may bring them all; of many an eighth is kept for the urgent lane, which costs nothing to keep.
 */
export function laneConcurrency({ concurrency }: OperationContract, lane: Lane): number {
  if (concurrency < COUNTED_BELOW) return concurrency;
  const reserved = Math.floor(concurrency / 8);
  return lane === 'urgent' ? reserved : concurrency - reserved;
}

/**
 * Lets tasks of both lanes begin so that together they are never more than the operation allows, and so that no normal
 * task begins while an urgent one waits.
 *
 * The broker hands out each lane up to the operation's concurrency. What is handed out and has no room waits here,
 * which blocks nobody: the other lane runs as many as may be run.
 */
export class LaneGate {
  private readonly values: KeyValues;
  private readonly leases: SlotLeases;

  constructor(
    buckets: Buckets,
    leaseMs: number,
    private readonly random: () => number = Math.random,
  ) {
    this.values = buckets.open(LIMITS_BUCKET);
    this.leases = new SlotLeases(this.values, leaseMs, random);
  }

  /** Tells whether the gate counts tasks of the operation. */
  counts({ concurrency }: OperationContract): boolean {
    return concurrency < COUNTED_BELOW;
  }

  /** Waits for room; undefined where none is needed, or when `stop` was aborted meanwhile. */
  async pass(
    contract: OperationContract,
    lane: Lane,
    holder: string,
    stop: Stop,
  ): Promise<SlotLease | undefined> {
    if (!this.counts(contract)) return undefined;
    const { service, name, concurrency } = contract;
    const waiting = ['urgent', service, name];
    const mark = [...waiting, holder];
    let marked = false;
    try {
      while (!stop.signal.aborted) {
        const lease = await keepTrying(async () => {
          if (lane === 'normal' && (await this.values.keys(waiting)).length > 0) return undefined;
          return this.leases.take(['running', service, name], concurrency, holder, stop);
        }, stop.signal);
        if (lease) return lease;
        if (lane === 'urgent') {
          marked = true;
          await keepTrying(() => this.values.put(mark, true, { ttlMs: MARK_MS }), stop.signal);
        }
        await pause(SHORTEST_PAUSE_MS * (1 + this.random()), stop.signal);
      }
      return undefined;
    } finally {
      if (marked) await this.values.delete(mark).catch(() => undefined); // Its time runs out.
    }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
  });
}
