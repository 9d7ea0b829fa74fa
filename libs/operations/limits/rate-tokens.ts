import type { Key, KeyValues } from '#libs/key-values';
import type { RateLimit } from './operation-limit.js';

/** Clocks of processes differ by less. */
const CLOCK_SKEW_MS = 5_000;
/** How long a turn is kept beyond its time for whoever it was promised to. */
const PATIENCE_MS = 600_000;

/** Who asks, and whether a turn is to be kept for them. */
export interface TokenRequest {
  readonly holder: string;
  readonly reserve: boolean;
}

/**
 * Deals out the turns of a rate limit by the generic cell rate algorithm: one number for each key says when the next
 * turn is due, and whoever takes or is promised a turn moves it on. Who has to wait is promised a turn of their own, so
 * that many who wait come one after the other, in the order in which they asked. A promise that is not kept, since its
 * task was cancelled, costs its turn.
 *
 * Source: ITU-T I.371, generic cell rate algorithm, virtual scheduling.
 */
export class RateTokens {
  constructor(
    private readonly values: KeyValues,
    private readonly now: () => number,
  ) {}

  /** Tells when the holder's turn is, in milliseconds of Unix time; not after now where it may begin. */
  async turn(scope: Key, rate: RateLimit, { holder, reserve }: TokenRequest): Promise<number> {
    const promise = await this.values.get([...scope, 'promised', holder]);
    if (promise) {
      const at = Number(promise.value);
      // It is the broker's clock that brought it back, so ours need not agree to the millisecond.
      if (at - this.now() < CLOCK_SKEW_MS) return this.now();
      return at + 1; // Brought back too early. The same time again would look like a repeat of what was said before.
    }
    return this.next([...scope, 'next'], rate, reserve);
  }

  /** Keeps a turn for a holder who cannot begin now, or not alone by this limit. */
  async promise(scope: Key, holder: string, at: number): Promise<void> {
    const ttlMs = Math.max(0, at - this.now()) + PATIENCE_MS;
    await this.values.put([...scope, 'promised', holder], at, { ttlMs });
  }

  /** The promised turn is taken. */
  async redeem(scope: Key, holder: string): Promise<void> {
    await this.values.delete([...scope, 'promised', holder]);
  }

  private async next(
    key: Key,
    { limit, perSeconds, burst = limit }: RateLimit,
    reserve: boolean,
  ): Promise<number> {
    const interval = (perSeconds * 1_000) / limit;
    for (;;) {
      const stored = await this.values.get(key);
      const now = this.now();
      const due = Math.max(Number(stored?.value ?? 0), now);
      const at = Math.max(now, due - interval * (burst - 1));
      if (at > now && !reserve) return at;
      const after = due + interval;
      const ttlMs = after - now + CLOCK_SKEW_MS;
      try {
        await (stored
          ? this.values.put(key, after, { expected: stored.revision, ttlMs })
          : this.values.create(key, after, { ttlMs }));
        return at;
      } catch (error) {
        if (!MEANWHILE.has(String((error as { readonly code?: unknown }).code))) throw error;
      }
    }
  }
}

/** Somebody else was quicker. */
const MEANWHILE = new Set(['key-values/revision-conflict', 'key-values/key-exists']);
