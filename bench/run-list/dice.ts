/** Throws the same numbers every time, so that every run of the bench has the same records. Source: mulberry32. */
export class Dice {
  constructor(private state: number) {}

  /** At least 0 and less than 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number below `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  /** One of several, the first most often, as with words of a language. */
  early<T>(items: readonly [T, ...T[]]): T {
    const at = Math.floor(items.length ** this.next()) - 1;
    return items[at] ?? items[0];
  }

  /** A value around `middle`, seldom ten times as much. */
  around(middle: number): number {
    const spread = this.next() + this.next() + this.next() - 1.5;
    return middle * 10 ** spread;
  }

  id(): string {
    return Array.from({ length: 4 }, () =>
      this.below(36 ** 5)
        .toString(36)
        .padStart(5, '0'),
    ).join('');
  }
}
