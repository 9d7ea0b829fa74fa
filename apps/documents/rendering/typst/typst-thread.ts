import { Worker } from 'node:worker_threads';
import { RetryableError } from '#libs/operations';
import { THREAD_FILE } from './thread-file.js';

export interface Question {
  /** Nothing outside of it can be read; empty for nothing at all. */
  readonly root: string;
  /** As the compiler takes it. */
  readonly source: Readonly<Record<string, unknown>>;
  readonly wants: readonly ('pdf' | 'svg')[];
}

/** What Typst says is wrong. */
export interface Diagnostic {
  readonly message?: string;
  readonly hints?: readonly string[];
  readonly path?: string;
  readonly range?: { readonly start?: { readonly line?: number; readonly character?: number } } | null;
}

export interface SetPages {
  readonly count: number;
  readonly pdf?: Uint8Array;
  readonly svg?: string;
}

export type Answer = { readonly pages: SetPages } | { readonly problems: readonly Diagnostic[] };

interface Asked {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** The thread ended before it had set the pages. */
export class TypstThreadError extends RetryableError {
  constructor(cause?: unknown) {
    super('documents/typesetter-ended', 'the thread that sets pages ended before it was done');
    this.cause = cause;
  }
}

/**
 * Runs Typst beside the main thread, which goes on answering meanwhile. The thread starts with the first question,
 * once again after it has failed, and keeps no process alive.
 */
export class TypstThread {
  private readonly asked = new Map<number, Asked>();
  private worker: Worker | undefined;
  private lastId = 0;

  constructor(private readonly fontFolder?: string) {}

  /** Throws TypstThreadError. */
  ask(question: Question): Promise<Answer> {
    const worker = (this.worker ??= this.start());
    const id = ++this.lastId;
    // Only who waits for pages keeps the process alive.
    if (this.asked.size === 0) worker.ref();
    const answer = new Promise<Answer>((resolve, reject) => this.asked.set(id, { resolve, reject }));
    worker.postMessage({ id, question });
    return answer;
  }

  async close(): Promise<void> {
    await this.worker?.terminate();
  }

  private start(): Worker {
    const fonts = this.fontFolder === undefined ? {} : { fontArgs: [{ fontPaths: [this.fontFolder] }] };
    const worker = new Worker(THREAD_FILE, { workerData: { fonts } });
    worker.unref();
    worker.on('message', ({ id, ...answer }: Answer & { readonly id: number }) => {
      const asked = this.asked.get(id);
      this.asked.delete(id);
      if (this.asked.size === 0) worker.unref();
      asked?.resolve(answer);
    });
    let why: unknown;
    worker.once('error', (error) => {
      why = error;
    });
    worker.once('exit', () => {
      this.worker = undefined;
      for (const { reject } of this.asked.values()) reject(new TypstThreadError(why));
      this.asked.clear();
    });
    return worker;
  }
}
