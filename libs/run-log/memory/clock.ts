import { setImmediate as breathe } from 'node:timers/promises';

/** Time as the in-memory log sees it. */
export interface Clock {
  /** Milliseconds since the epoch of Unix. */
  now(): number;
  /** Calls back once `ms` have passed; returns how to stop that. */
  after(ms: number, callback: () => void): () => void;
}

/** A clock that stands still until it is told to go on. */
export class ManualClock implements Clock {
  private waiting: { readonly at: number; readonly callback: () => void }[] = [];

  constructor(private time: number) {}

  now(): number {
    return this.time;
  }

  after(ms: number, callback: () => void): () => void {
    const entry = { at: this.time + Math.max(0, ms), callback };
    this.waiting.push(entry);
    return () => {
      this.waiting = this.waiting.filter((other) => other !== entry);
    };
  }

  /** Goes on by `ms`, stopping at each moment at which something is due until all it sets off has settled. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    for (;;) {
      await breathe();
      const due = this.earliest();
      if (!due || due.at > end) break;
      this.time = Math.max(this.time, due.at);
      this.waiting = this.waiting.filter((other) => other !== due);
      due.callback();
    }
    this.time = end;
    await breathe();
  }

  private earliest(): { readonly at: number; readonly callback: () => void } | undefined {
    let first = this.waiting[0];
    for (const entry of this.waiting) if (first && entry.at < first.at) first = entry;
    return first;
  }
}
