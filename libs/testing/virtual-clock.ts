interface Timer {
  readonly due: number;
  readonly order: number;
  readonly fire: () => void;
}

/** A clock that only a test moves. Times are milliseconds since the epoch. */
export interface VirtualClock {
  now(): number;
  /** Runs `fire` when the clock reaches now + `ms`; gives a function that calls it off. */
  after(ms: number, fire: () => void): () => void;
  /** Resolves when the clock reaches now + `ms`; rejects with the signal's reason when that aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Moves the clock on, firing what falls due in order of time; what that sets up and falls due, too. */
  advance(ms: number): Promise<void>;
  /** Counts the timers that wait. */
  pending(): number;
}

/** Makes a virtual clock that stands at `start`, 2030-01-01T00:00:00Z unless told otherwise. */
export function virtualClock(start: number = Date.UTC(2030, 0, 1)): VirtualClock {
  const timers = new Set<Timer>();
  let time = start;
  let order = 0;

  const after = (ms: number, fire: () => void): (() => void) => {
    const timer: Timer = { due: time + Math.max(0, ms), order: order++, fire };
    timers.add(timer);
    return () => void timers.delete(timer);
  };

  return {
    now: () => time,
    after,
    pending: () => timers.size,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason as Error);
        const abort = (): void => {
          callOff();
          reject(signal?.reason as Error);
        };
        const callOff = after(ms, () => {
          signal?.removeEventListener('abort', abort);
          resolve();
        });
        signal?.addEventListener('abort', abort, { once: true });
      }),
    async advance(ms) {
      const goal = time + ms;
      for (let next = earliest(timers); next !== undefined && next.due <= goal; next = earliest(timers)) {
        timers.delete(next);
        time = next.due;
        next.fire();
        await settled();
      }
      time = goal;
      await settled();
    },
  };
}

function earliest(timers: ReadonlySet<Timer>): Timer | undefined {
  return [...timers].sort((a, b) => a.due - b.due || a.order - b.order)[0];
}

// All promise callbacks that are due run before the event loop's next turn.
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
