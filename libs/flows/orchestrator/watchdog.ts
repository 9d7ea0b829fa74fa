import { Worker } from 'node:worker_threads';
import type { BrokerAccess } from '#libs/run-log';
import type { Activation } from './activation-gate.js';

/*
 * Sees from a thread of its own when the main thread has stopped turning, which only code that never awaits can
 * bring about. The worker then halts the run that was being fed, over a connection of its own, and ends the process:
 * a run that blocks must not take its neighbours with it at every restart.
 *
 * What the threads share: a beat that the main thread raises as long as it turns, and the run being fed.
 */

export const BEAT = 0;
export const ID_LENGTH = 1;
const BEAT_MS = 500;
const ID_BYTES = 256;

/** What the worker is given. */
export interface WatchdogData {
  readonly words: SharedArrayBuffer;
  readonly runId: SharedArrayBuffer;
  readonly servers: string;
  readonly access?: BrokerAccess;
  readonly blockedMs: number;
}

export interface Watchdog {
  entered(activation: Activation): void;
  left(): void;
  close(): Promise<void>;
}

export interface WatchdogOptions {
  /** A module that calls `watchMainThread` from this library. */
  readonly script: URL;
  readonly servers: string;
  /** How to sign in there, where the address does not say it. */
  readonly access?: BrokerAccess;
  /** A thread that does not turn for so long is blocked. */
  readonly blockedMs?: number;
}

/** Starts the watching thread. */
export function startWatchdog({ script, blockedMs = 10_000, ...broker }: WatchdogOptions): Watchdog {
  const words = new Int32Array(new SharedArrayBuffer(8));
  const runId = new Uint8Array(new SharedArrayBuffer(ID_BYTES));
  const data: WatchdogData = { words: words.buffer, runId: runId.buffer, blockedMs, ...broker };
  const worker = new Worker(script, { workerData: data });
  worker.unref();
  const beat = setInterval(() => Atomics.add(words, BEAT, 1), BEAT_MS);
  beat.unref();
  const encoder = new TextEncoder();

  return {
    entered: (activation) =>
      Atomics.store(words, ID_LENGTH, encoder.encodeInto(activation.runId, runId).written),
    left: () => Atomics.store(words, ID_LENGTH, 0),
    close: async () => {
      clearInterval(beat);
      await worker.terminate();
    },
  };
}
