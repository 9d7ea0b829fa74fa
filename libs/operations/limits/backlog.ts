const SHORTEST_MS = 500;
const LONGEST_MS = 15_000;
const MOST_KEYS = 10_000;

/**
 * Tells how long to wait for room at a limit of what runs at once, of which nobody knows when it comes. The wait grows
 * a little with each who finds no room and is halved by each who does, so that some seven tries go to one success
 * however many wait; and it is spread by chance, so that they do not come together.
 */
export class Backlog {
  private readonly waits = new Map<string, number>();

  constructor(
    /** In [0, 1). */
    private readonly random: () => number = Math.random,
  ) {}

  /** Gives the milliseconds until the next try. */
  noRoom(key: string): number {
    const wait = Math.min((this.waits.get(key) ?? SHORTEST_MS) * 1.1, LONGEST_MS);
    this.waits.delete(key);
    this.waits.set(key, wait);
    for (const oldest of this.waits.keys()) {
      if (this.waits.size <= MOST_KEYS) break;
      this.waits.delete(oldest);
    }
    return Math.round(wait * (0.5 + this.random()));
  }

  room(key: string): void {
    const wait = this.waits.get(key);
    if (wait === undefined) return;
    if (wait / 2 <= SHORTEST_MS) this.waits.delete(key);
    else this.waits.set(key, wait / 2);
  }
}
