import type { Clock } from '../projection/clock.js';

/**
 * Reads something at most once in `lifeMs`, whoever asks and however many at a time. A failure is not kept: whoever
 * asks next tries again.
 */
export class Cached<T> {
  private reading: Promise<T> | undefined;
  private since = 0;

  constructor(
    private readonly read: () => Promise<T>,
    private readonly lifeMs: number,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  get(): Promise<T> {
    const now = this.clock.now();
    if (this.reading && now - this.since < this.lifeMs) return this.reading;
    this.since = now;
    const reading = this.read();
    this.reading = reading;
    reading.catch(() => {
      if (this.reading === reading) this.reading = undefined;
    });
    return reading;
  }
}
