import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { MeasureContext } from '../measure.js';
import { ownEnvironment } from '../stack.js';

export interface Question {
  readonly id: number;
  readonly command: string;
  readonly argument: unknown;
}

export type Reply =
  { readonly id: number; readonly value: unknown } | { readonly id: number; readonly error: string };

/** The first thing that a child says, once it can be asked. */
export const READY = 0;
const EXIT_MS = 15_000;

/** A process of the bench, asked over the channel that fork opens. */
export class Child {
  private readonly pending = new Map<
    number,
    { readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void }
  >();
  private readonly ready: Promise<unknown>;
  private lastId = READY;

  private constructor(
    private readonly name: string,
    private readonly process: ChildProcess,
  ) {
    this.ready = this.expect(READY);
    process.on('message', (reply: Reply) => this.settle(reply));
    process.on('exit', (code, signal) => this.fail(new Error(`${name} ended early (${signal ?? code})`)));
  }

  /** Starts `processes/<name>.js` and waits until it can be asked. */
  static async start(
    { cleanup }: MeasureContext,
    name: string,
    settings: Readonly<Record<string, string>>,
  ): Promise<Child> {
    const script = new URL(`./${name}.js`, import.meta.url);
    const env = { ...ownEnvironment(), ...settings };
    const child = new Child(name, fork(script, { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }));
    cleanup.add(() => child.stop());
    await child.ready;
    return child;
  }

  async ask<T>(command: string, argument: unknown = null): Promise<T> {
    const id = ++this.lastId;
    const answer = this.expect(id);
    this.process.send({ id, command, argument } satisfies Question);
    return (await answer) as T;
  }

  /** Lets it close what it opened; it is killed when that takes too long. */
  async stop(): Promise<void> {
    const { process: child } = this;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    if (child.connected) child.disconnect();
    const patience = setTimeout(() => child.kill('SIGKILL'), EXIT_MS);
    await exited;
    clearTimeout(patience);
  }

  /** Ends it as a crash would. */
  async kill(): Promise<void> {
    const exited = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await exited;
  }

  private expect(id: number): Promise<unknown> {
    const answer = new Promise((resolve, reject) => this.pending.set(id, { resolve, reject }));
    answer.catch(() => undefined); // Told to whoever asked; it may end while nobody waits.
    return answer;
  }

  private settle(reply: Reply): void {
    const pending = this.pending.get(reply.id);
    this.pending.delete(reply.id);
    if ('error' in reply) pending?.reject(new Error(`${this.name}: ${reply.error}`));
    else pending?.resolve(reply.value);
  }

  private fail(error: Error): void {
    for (const { reject } of this.pending.values()) reject(error);
    this.pending.clear();
  }
}
