import { type ChildProcess, fork } from 'node:child_process';
import type { Answer, Greeting, Question } from './question.js';
import { NoTypesetterError, TypesetterEndedError } from './typst-errors.js';

/** A question and whoever waits for its answer. */
export interface Asked {
  readonly question: Question;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** With one ahead the process never waits for its next question; more would only have to be asked again. */
const MOST_IN_HAND = 2;

/**
 * One process that sets pages. It is sent the next question while it works on one, and answers in order; what it had
 * not begun when it ended is handed back. It keeps its parent alive only while it has a question.
 */
export class TypesettingChild {
  private readonly child: ChildProcess;
  private readonly ended: Promise<void>;
  /** The first is worked on. */
  private readonly inHand: Asked[] = [];
  private hasGone = false;
  private isReady = false;
  private isEnding = false;
  private unable: string | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isLate = false;

  constructor(
    file: URL,
    fontFolder: string | undefined,
    private readonly limitMs: number,
    /** Told when there is room for a question, and, with what was not begun, when the process has ended. */
    private readonly onRoom: (unbegun: readonly Asked[]) => void,
  ) {
    // An inspector's port, a profile and the like are meant for the parent alone.
    const { NODE_OPTIONS: _, ...env } = process.env;
    this.child = fork(file, fontFolder === undefined ? [] : [fontFolder], {
      env,
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.keepParent(false);
    this.child.on('message', (said) => this.hear(said as Greeting | Answer));
    this.ended = new Promise((resolve) => {
      const end = (reason: string, byItself: boolean, cause?: unknown): void => {
        if (this.hasGone) return;
        this.hasGone = true;
        this.lose(reason, byItself, cause);
        resolve();
      };
      this.child.once('exit', (code, signal) =>
        end(signal === null ? `exit code ${code}` : `signal ${signal}`, signal === null),
      );
      // No process could be started, or a signal not be sent.
      this.child.on('error', (error) => {
        if (this.child.pid === undefined) end(error.message, false, error);
      });
    });
  }

  get isGone(): boolean {
    return this.hasGone;
  }

  get hasRoom(): boolean {
    return !this.isLate && !this.isEnding && this.inHand.length < MOST_IN_HAND;
  }

  /** Sets pages; `problems` too where it takes longer than the limit. Rejects with TypesetterEndedError or NoTypesetterError. */
  take(asked: Asked): void {
    this.inHand.push(asked);
    this.keepParent(true);
    if (this.isReady) this.send(asked);
  }

  /** Ends the process; who waits is told. */
  async end(): Promise<void> {
    if (this.hasGone) return;
    this.isEnding = true;
    this.child.ref();
    this.child.kill('SIGKILL');
    await this.ended;
  }

  private hear(said: Greeting | Answer): void {
    if ('unable' in said) this.unable = said.unable;
    else if ('ready' in said) {
      this.isReady = true;
      this.inHand.forEach((asked) => this.send(asked));
    } else if (!this.isLate) {
      this.inHand.shift()?.resolve(said);
      this.watch();
      this.onRoom([]);
    }
  }

  private send(asked: Asked): void {
    // What cannot be sent has nobody to read it, whose end is told by its own event.
    this.child.send(asked.question, () => undefined);
    if (this.inHand[0] === asked) this.watch();
  }

  /** Gives the question that is worked on its time. */
  private watch(): void {
    clearTimeout(this.timer);
    if (this.inHand.length === 0) return this.keepParent(false);
    // Nothing less ends native code that goes on for ever.
    this.timer = setTimeout(() => {
      this.isLate = true;
      this.child.kill('SIGKILL');
    }, this.limitMs).unref();
  }

  private lose(reason: string, byItself: boolean, cause: unknown): void {
    clearTimeout(this.timer);
    this.keepParent(false);
    const [begun, ...unbegun] = this.inHand.splice(0);
    if (this.isLate)
      begun?.resolve({ problems: [{ message: `it takes longer than ${this.limitMs / 1000} s` }] });
    else if (byItself && !this.isReady) begun?.reject(new NoTypesetterError(this.unable ?? reason));
    else begun?.reject(new TypesetterEndedError(reason, cause));
    this.onRoom(unbegun);
  }

  private keepParent(keep: boolean): void {
    for (const handle of [this.child, this.child.channel])
      if (keep) handle?.ref();
      else handle?.unref();
  }
}
