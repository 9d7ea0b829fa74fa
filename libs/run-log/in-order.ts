/**
 * Hands values on in the order in which they were asked for, though some are there at once and others later. While
 * nothing waits, a value that is there is handed on within the call.
 */
export class InOrder {
  private tail: Promise<void> | undefined;

  run<T>(
    produce: () => T | Promise<T>,
    onValue: (value: T) => void,
    onError: (error: unknown) => void | Promise<void>,
  ): void {
    const made = attempt(produce);
    if (!this.tail && 'value' in made && !(made.value instanceof Promise)) {
      onValue(made.value);
      return;
    }
    if ('value' in made && made.value instanceof Promise) made.value.catch(() => undefined); // Its turn may come later.
    const inTurn = async (): Promise<void> => {
      if ('error' in made) await onError(made.error);
      else await Promise.resolve(made.value).then(onValue, onError);
    };
    const turn: Promise<void> = (this.tail ?? Promise.resolve()).then(inTurn).then(() => {
      if (this.tail === turn) this.tail = undefined;
    });
    this.tail = turn;
  }

  /** Resolves when everything asked for so far has been handed on. */
  async drained(): Promise<void> {
    await this.tail;
  }
}

function attempt<T>(produce: () => T): { readonly value: T } | { readonly error: unknown } {
  try {
    return { value: produce() };
  } catch (error) {
    return { error };
  }
}
