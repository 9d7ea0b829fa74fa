/** Collects what arrives and lets a test await a number of arrivals. */
export class Arrivals<T> {
  readonly all: T[] = [];
  private waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  readonly take = (value: T): void => {
    this.all.push(value);
    this.waiting = this.waiting.filter(({ count, resolve }) => {
      if (this.all.length >= count) resolve();
      return this.all.length < count;
    });
  };

  async reach(count: number): Promise<readonly T[]> {
    if (this.all.length < count) await new Promise<void>((resolve) => this.waiting.push({ count, resolve }));
    return this.all;
  }
}
