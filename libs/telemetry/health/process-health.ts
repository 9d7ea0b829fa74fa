import { readinessOf } from './readiness.js';
import type { Checks, Readiness } from './readiness.js';

/**
 * How a process stands, from its beginning to its end: it is not ready before all that it hosts has started, nor from
 * the moment on in which it is told to end.
 */
export class ProcessHealth {
  private checks: Checks = { start: () => 'it is starting' };
  private begun = false;

  constructor(readonly service: string) {}

  get hasStarted(): boolean {
    return this.begun;
  }

  /** All has started; from now on the checks decide. */
  started(checks: Checks): void {
    this.checks = checks;
    this.begun = true;
  }

  /** It takes what is in hand to its end and goes. */
  stopping(): void {
    this.checks = { stop: () => 'it is shutting down' };
  }

  readiness(): Promise<Readiness> {
    return readinessOf(this.service, this.checks);
  }
}
