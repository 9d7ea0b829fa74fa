import type { RequestEvent } from '#libs/run-log';

export type Signal = Extract<RequestEvent, { type: 'SignalSent' }>;

/** Signals that have come and that nobody has taken yet, in the order of their coming. */
export class Mailbox {
  private readonly signals: Signal[] = [];

  put(signal: Signal): void {
    this.signals.push(signal);
  }

  /** Takes the oldest of a name. */
  take(name: string): Signal | undefined {
    const index = this.signals.findIndex((signal) => signal.name === name);
    return index < 0 ? undefined : this.signals.splice(index, 1)[0];
  }

  /** What nobody has taken. */
  get rest(): readonly Signal[] {
    return this.signals;
  }
}
