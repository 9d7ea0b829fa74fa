import { setTimeout as delay } from 'node:timers/promises';
import { isEnd } from '../checker/check-ends.js';
import type { RawEvent, RawLog } from '../checker/raw-log.js';

const LOOK_EVERY_MS = 150;

/** What is known of a run by watching the log. */
export interface Standing {
  ended: boolean;
  /** The halt that nobody has dealt with yet. */
  halt: { readonly seq: number; readonly reason: string } | undefined;
  /** The pause that was not ended yet. */
  pausedAt: number | undefined;
}

/** Follows the log by reading what is new every so often; a broker that is away is asked again. */
export class Progress {
  readonly runs = new Map<string, Standing>();
  /** How long nothing new has come, in milliseconds, counting only while the log could be read. */
  quietMs = 0;
  private next = 1;
  private following = true;
  private readonly loop: Promise<void>;

  constructor(private readonly log: RawLog) {
    this.loop = this.follow();
  }

  get allEnded(): boolean {
    return [...this.runs.values()].every(({ ended }) => ended);
  }

  /** Resolves when `done` is, which is asked after each look; false when `givenUp` is first. */
  async until(done: () => boolean, givenUp: () => boolean): Promise<boolean> {
    while (!done()) {
      if (givenUp()) return false;
      await delay(LOOK_EVERY_MS);
    }
    return true;
  }

  async close(): Promise<void> {
    this.following = false;
    await this.loop;
  }

  private async follow(): Promise<void> {
    while (this.following) {
      const begun = performance.now();
      try {
        const { events, next } = await this.log.page(this.next);
        this.next = next;
        for (const event of events) this.take(event);
        if (events.length > 0) {
          this.quietMs = 0;
          continue;
        }
        await delay(LOOK_EVERY_MS);
        this.quietMs += performance.now() - begun;
      } catch {
        // The broker is away; it is asked again.
        await delay(LOOK_EVERY_MS);
      }
    }
  }

  private take(event: RawEvent): void {
    const { run, type, body, seq } = event;
    if (type === 'StartRequested') this.runs.set(run, { ended: false, halt: undefined, pausedAt: undefined });
    const standing = this.runs.get(run);
    if (!standing) return;
    if (isEnd(event)) standing.ended = true;
    else if (type === 'RunHalted') standing.halt = { seq, reason: String(body['reason']) };
    else if (type === 'RunPaused') standing.pausedAt = seq;
    else if (type === 'RunResumed') {
      standing.halt = undefined;
      standing.pausedAt = undefined;
    }
  }
}
