import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

const GRACE_MS = 5_000;

/** A process that this session has started. Signals go to it by way of its handle, never by a pid that may be another's by now. */
export class OwnProcess {
  readonly exited: Promise<unknown>;

  constructor(private readonly child: ChildProcess) {
    this.exited = once(child, 'exit').catch(() => undefined); // Where it cannot be run there is nothing to wait for.
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get lives(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** How it ended, in words. */
  get end(): string {
    return this.child.signalCode ?? `code ${this.child.exitCode}`;
  }

  /** Ends it as a power cut would; works on a stopped process too. */
  async kill(): Promise<void> {
    if (!this.lives) return;
    this.child.kill('SIGKILL');
    await this.exited;
  }

  /** Asks it to end, and ends it when it takes too long. */
  async terminate(): Promise<void> {
    if (!this.lives) return;
    this.child.kill('SIGTERM');
    const patience = setTimeout(() => this.child.kill('SIGKILL'), GRACE_MS);
    await this.exited;
    clearTimeout(patience);
  }

  stop(): void {
    if (this.lives) this.child.kill('SIGSTOP');
  }

  continue(): void {
    if (this.lives) this.child.kill('SIGCONT');
  }
}
