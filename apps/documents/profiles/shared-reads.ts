interface Reading<T> {
  readonly done: Promise<unknown>;
  next?: Promise<T>;
}

/**
 * Reads for many askers at once: those who ask while a reading is under way share the next one. So nobody is given
 * what was read before they asked, and a hundred askers cost a few readings.
 */
export class SharedReads<T> {
  private readonly readings = new Map<string, Reading<T>>();

  /** Askers by the same key must ask for the same. Rejects as `read` does. */
  ask(key: string, read: () => Promise<T>): Promise<T> {
    const current = this.readings.get(key);
    if (current === undefined) return this.begin(key, read);
    current.next ??= current.done.then(() => this.begin(key, read));
    return current.next;
  }

  private begin(key: string, read: () => Promise<T>): Promise<T> {
    const answer = read();
    const reading: Reading<T> = {
      done: answer
        .catch(() => undefined)
        .then(() => {
          if (reading.next === undefined) this.readings.delete(key);
        }),
    };
    this.readings.set(key, reading);
    return answer;
  }
}
