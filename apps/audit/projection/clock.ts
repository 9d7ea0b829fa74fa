import { setTimeout } from 'node:timers/promises';

/** What the audit knows of time. Milliseconds. */
export interface Clock {
  now(): number;
  /** Rejects when the signal aborts first. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => setTimeout(ms, undefined, { signal, ref: false }),
};
