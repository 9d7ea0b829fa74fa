import { CHILD_FILE } from './child-file.js';
import type { Answer, Question } from './question.js';
import { TypesettingChild } from './typesetting-child.js';
import type { Asked } from './typesetting-child.js';
import { TypesetterEndedError } from './typst-errors.js';

export interface TypstProcessOptions {
  readonly fontFolder?: string | undefined;
  /** How long one question may take, in milliseconds. */
  readonly limitMs?: number;
  /** What the process runs. */
  readonly file?: URL;
}

/** Far beyond what any honest template takes for its pages. */
const LIMIT_MS = 20_000;

/**
 * Runs Typst in a process of its own, for native code that goes on for ever, or fails, can be ended there and nowhere
 * else. The process starts with the first question and once again after it has ended; questions are answered in order.
 */
export class TypstProcess {
  private readonly waiting: Asked[] = [];
  private child: TypesettingChild | undefined;

  constructor(private readonly options: TypstProcessOptions = {}) {}

  /** Gives `problems` for what takes too long. Throws TypesetterEndedError and NoTypesetterError. */
  ask(question: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ question, resolve, reject });
      this.handOut();
    });
  }

  /** Ends the process; who waits is told. */
  async close(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    this.giveUp(this.waiting.splice(0));
    await child?.end();
  }

  private handOut(): void {
    if (this.waiting.length === 0) return;
    const { fontFolder, limitMs = LIMIT_MS, file = CHILD_FILE } = this.options;
    if (this.child === undefined || this.child.isGone) {
      const child: TypesettingChild = new TypesettingChild(file, fontFolder, limitMs, (unbegun) => {
        // What one that was closed had not begun is wanted no more.
        if (this.child !== child) return this.giveUp(unbegun);
        this.waiting.unshift(...unbegun);
        this.handOut();
      });
      this.child = child;
    }
    while (this.child.hasRoom) {
      const next = this.waiting.shift();
      if (!next) return;
      this.child.take(next);
    }
  }

  private giveUp(asked: readonly Asked[]): void {
    for (const { reject } of asked) reject(new TypesetterEndedError('it was closed'));
  }
}
