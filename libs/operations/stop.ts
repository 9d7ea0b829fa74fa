import { setMaxListeners } from 'node:events';
import type { StopReason } from './stop-reasons.js';

/**
 * Ends an execution early, as an AbortController does. The abort signal is made when somebody asks for it: few
 * handlers do, and signals with listeners are a good part of what a short execution costs.
 */
export class Stop {
  private controller: AbortController | undefined;
  private why: StopReason | undefined;
  private listener: (() => void) | undefined;

  get reason(): StopReason | undefined {
    return this.why;
  }

  get aborted(): boolean {
    return this.why !== undefined;
  }

  get signal(): AbortSignal {
    if (!this.controller) {
      this.controller = new AbortController();
      setMaxListeners(0, this.controller.signal); // a handler may hand it to as many requests as it likes
      if (this.why) this.controller.abort(this.why);
    }
    return this.controller.signal;
  }

  /** Only the first reason counts. */
  abort(reason: StopReason): void {
    if (this.why) return;
    this.why = reason;
    this.controller?.abort(reason);
    this.listener?.();
  }

  /** Calls back once it is aborted; one listener at a time, undefined for none. */
  onAbort(listener: (() => void) | undefined): void {
    this.listener = listener;
  }

  throwIfAborted(): void {
    if (this.why) throw this.why;
  }
}
