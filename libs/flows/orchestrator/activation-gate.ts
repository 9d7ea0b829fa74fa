import { promiseHooks } from 'node:v8';
import type { TraceContext } from '#libs/run-log';
import { HaltingError, UnhandledRejectionError } from '../core/index.js';

/*
 * Runs the activations of one process, several in one turn of the loop.
 *
 * 1. One activation runs at a time: the next begins when the microtasks of the one before have drained. So it is
 *    known which run blocks the thread.
 * 2. Node tells of a rejection that nobody handles only after the turn. So results are held back until then, and a
 *    turn of several in which one was told of counts for nothing.
 * 3. Being in the turn proves nothing: what a flow leaves running beside its context (a timer, a request) may reject
 *    in anybody's turn, or in none. So each activation of a spoiled turn is begun again by its owner, in a turn of its
 *    own, and there it is noted which promises are made or settled while the activation runs: a rejection of one of
 *    those is the run's, which is told of it; any other is a stray one, and the turn counts.
 * 4. Whose a stray one is could be told by following every promise (AsyncLocalStorage), which on Node 20 costs each
 *    `await` of every run. It is reported with the runs of the turn instead, and does not end the process: nothing
 *    that a flow does outside its activation reaches a decision, and a process that ends takes all runs with it, at
 *    each start again, for nothing in the log would stop the one that did it. Where no flow has run yet it is no
 *    flow's, and it is thrown on.
 */

/** What is being run. */
export interface Activation {
  readonly runId: string;
  /** Sequence of the trigger. */
  readonly seq: number;
  /** Asks for a turn of its own (2). */
  readonly alone: boolean;
  /** What lines of the log that are written meanwhile carry. */
  readonly trace?: TraceContext | undefined;
  violate(error: HaltingError): void;
}

/** Somebody left a rejection behind in the turn; nothing of this activation may be used. */
export class SpoiledTurnError extends Error {
  constructor() {
    super('a rejected promise was left behind in the turn of this run, perhaps by another one');
    this.name = 'SpoiledTurnError';
  }
}

interface Rejection {
  readonly reason: unknown;
  /** What was rejected. */
  readonly promise: object;
}

interface Entry {
  readonly activation: Activation;
  readonly begin: () => Promise<unknown>;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

export interface GateObserver {
  entered(activation: Activation): void;
  left(): void;
}

/** More in one turn would keep I/O waiting. */
const MOST_IN_A_TURN = 64;

export class ActivationGate {
  private readonly queue: Entry[] = [];
  private turn: readonly Entry[] = [];
  /** The latest turn that was not empty. */
  private lastTurn: readonly Entry[] = [];
  private turning = false;
  private present: Activation | undefined;
  /** Those of the turn that is on. */
  private rejections: Rejection[] = [];
  /** Promises that the activation of a turn of its own has made or settled (3). */
  private own: WeakSet<object> = new WeakSet();
  private report: (message: string) => void = () => {};

  constructor(private readonly observer: GateObserver = { entered: () => {}, left: () => {} }) {}

  /** The activation whose code runs now. */
  get current(): Activation | undefined {
    return this.present;
  }

  /** Resolves with what `begin` gives. Throws SpoiledTurnError where the activation must be begun again, alone. */
  run<T>(activation: Activation, begin: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.queue.push({ activation, begin, resolve, reject });
      if (this.turning) return;
      this.turning = true;
      void this.turnWhileNeeded();
    });
  }

  /** Takes rejections that nobody handles: for a run's (2, 3), or to report them (4). Returns what undoes it. */
  guardRejections(report: (message: string) => void): () => void {
    this.report = report;
    const onRejection = (reason: unknown, promise: object): void => {
      if (this.turn.length > 0) this.rejections.push({ reason, promise });
      else if (this.lastTurn.length === 0) throw reason;
      else this.stray({ reason }, (runs) => `the last runs to be fed were ${runs}`);
    };
    process.on('unhandledRejection', onRejection);
    return () => void process.off('unhandledRejection', onRejection);
  }

  private stray({ reason }: Pick<Rejection, 'reason'>, where: (runs: string) => string): void {
    // Its run was halted when the engine threw it.
    if (reason instanceof HaltingError) return;
    const what = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
    const runs = [...new Set(this.lastTurn.map(({ activation }) => activation.runId))];
    this.report(
      'a promise was rejected that nobody handles: either a flow has left work behind that is no step of it ' +
        `(${where(runs.join(', '))}), or other code of this process does not see to its own failures: ${what}`,
    );
  }

  private async turnWhileNeeded(): Promise<void> {
    while (this.queue.length > 0) {
      const turn = this.takeTurn();
      const isLone = isOfOne(turn);
      // Behind whatever else this tick of the loop still does, which would be taken for the run's.
      if (isLone) await nextTurn();
      this.turn = this.lastTurn = turn;
      const stopNoting = isLone ? this.noteOwn() : () => undefined;
      const results: Promise<unknown>[] = [];
      for (const { activation, begin } of turn) {
        this.present = activation;
        this.observer.entered(activation);
        const result = begin();
        // Told of below, once the turn counts.
        result.catch(() => undefined);
        results.push(result);
        // Whoever was held takes several triggers in one activation.
        await result.catch(() => undefined);
        await settleMicrotasks();
        this.observer.left();
        this.present = undefined;
      }
      stopNoting();
      await nextTurn();
      this.hand(results);
      this.turn = [];
    }
    this.turning = false;
  }

  /** Notes promises as long as only one activation can make or settle any. Returns what ends it. */
  private noteOwn(): () => void {
    const own = (this.own = new WeakSet());
    const note = (promise: object): void => void own.add(promise);
    const stop = promiseHooks.createHook({ init: note, settled: note }) as () => void;
    return stop;
  }

  private takeTurn(): readonly Entry[] {
    const alone = this.queue.findIndex(({ activation }) => activation.alone);
    const count = alone === 0 ? 1 : alone > 0 ? alone : this.queue.length;
    return this.queue.splice(0, Math.min(count, MOST_IN_A_TURN));
  }

  private hand(results: readonly Promise<unknown>[]): void {
    const { rejections, turn } = this;
    this.rejections = [];
    const lone = isOfOne(turn) ? turn[0] : undefined;
    const blamed = lone && rejections.find(({ promise }) => this.own.has(promise));
    for (const rejection of rejections) {
      if (!lone) this.stray(rejection, toldAgain);
      else if (!this.own.has(rejection.promise))
        this.stray(rejection, (run) => `not run ${run}, whose turn it was`);
    }
    if (lone && blamed) {
      const error = new UnhandledRejectionError(blamed.reason);
      lone.activation.violate(error);
      lone.reject(error);
    } else if (!lone && rejections.length > 0) {
      turn.forEach(({ reject }) => reject(new SpoiledTurnError()));
    } else {
      turn.forEach(({ resolve }, index) => resolve(results[index] as never));
    }
  }
}

const isOfOne = (turn: readonly Entry[]): boolean => turn.length === 1 && turn[0]!.activation.alone;

const toldAgain = (runs: string): string =>
  `it was the turn of ${runs}; each of them is fed again alone, and halted if the promise was its own`;

/** Resolves once every promise that can go on without I/O has gone on. */
export const settleMicrotasks = (): Promise<void> =>
  // A tick that is asked for by a microtask comes when no microtask is left.
  new Promise((resolve) => queueMicrotask(() => process.nextTick(resolve)));

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
