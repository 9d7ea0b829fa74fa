import type { Clock } from '#libs/run-log';

interface Waiting {
  readonly at: number;
  readonly callback: () => void;
}

/** A clock that stands still, and leaps to the next moment at which something is due when it is told to. */
export class VirtualClock implements Clock {
  private waiting: readonly Waiting[] = [];

  constructor(private time: number) {}

  now(): number {
    return this.time;
  }

  after(ms: number, callback: () => void): () => void {
    const entry = { at: this.time + Math.max(0, ms), callback };
    this.waiting = [...this.waiting, entry];
    return () => {
      this.waiting = this.waiting.filter((other) => other !== entry);
    };
  }

  /** When something is due next; undefined where nothing is. */
  get nextDue(): number | undefined {
    return this.waiting.length === 0 ? undefined : Math.min(...this.waiting.map(({ at }) => at));
  }

  /** Goes on to a moment, and does what is due by then. */
  goTo(time: number): void {
    this.time = Math.max(this.time, time);
    const due = this.waiting.filter(({ at }) => at <= this.time).sort((a, b) => a.at - b.at);
    this.waiting = this.waiting.filter(({ at }) => at > this.time);
    for (const { callback } of due) callback();
  }
}
