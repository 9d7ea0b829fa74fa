import { HaltingError, UnhandledRejectionError } from '../core/index.js';

/*
 * Runs the activations of one process, several in one turn of the loop.
 *
 * 1. One activation runs at a time: the next begins when the microtasks of the one before have drained. So it is
 *    known which run blocks the thread.
 * 2. Node tells of a rejection that nobody handles only after the turn. So results are held back until then, and a
 *    turn in which one was told of counts for nothing.
 * 3. Being in the turn proves nothing: what a flow leaves running beside its context (a timer, a request) may reject
 *    in anybody's turn, or in none. So each activation of a spoiled turn is begun again by its owner, in a turn of its
 *    own, and only a run that leaves a rejection behind there, too, is told of it. A stray one comes once.
 * 4. Whose a stray one is could be told by following every promise (AsyncLocalStorage), which on Node 20 costs each
 *    `await` of every run. It is reported with the runs of the last turn instead, and does not end the process: nothing
 *    that a flow does outside its activation reaches a decision, the engine and the services beside it handle their
 *    own rejections, and a process that ends takes all runs with it, at each start again, for nothing in the log would
 *    stop the one that did it. Where no flow has run yet it is no flow's, and it is thrown on.
 */

/** What is being run. */
export interface Activation {
  readonly runId: string;
  /** Sequence of the trigger. */
  readonly seq: number;
  /** Asks for a turn of its own (2). */
  readonly alone: boolean;
  violate(error: HaltingError): void;
}

/** Somebody left a rejection behind in the turn; nothing of this activation may be used. */
export class SpoiledTurnError extends Error {
  constructor() {
    super('a rejected promise was left behind in the turn of this run, perhaps by another one');
    this.name = 'SpoiledTurnError';
  }
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
  private rejection: { readonly reason: unknown } | undefined;

  constructor(private readonly observer: GateObserver = { entered: () => {}, left: () => {} }) {}

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
    const onRejection = (reason: unknown): void => {
      if (this.turn.length > 0) this.rejection ??= { reason };
      else if (this.lastTurn.length === 0) throw reason;
      // Its run was halted when the engine threw it.
      else if (!(reason instanceof HaltingError)) report(this.strayed(reason));
    };
    process.on('unhandledRejection', onRejection);
    return () => void process.off('unhandledRejection', onRejection);
  }

  private strayed(reason: unknown): string {
    const what = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
    const runs = [...new Set(this.lastTurn.map(({ activation }) => activation.runId))];
    return (
      'a promise was rejected that nobody handles, while no run had its turn: some flow has left work behind that is ' +
      `no step of it; the last runs to be fed were ${runs.join(', ')}: ${what}`
    );
  }

  private async turnWhileNeeded(): Promise<void> {
    while (this.queue.length > 0) {
      this.turn = this.lastTurn = this.takeTurn();
      const results: Promise<unknown>[] = [];
      for (const { activation, begin } of this.turn) {
        this.observer.entered(activation);
        const result = begin();
        // Told of below, once the turn counts.
        result.catch(() => undefined);
        results.push(result);
        // Whoever was held takes several triggers in one activation.
        await result.catch(() => undefined);
        await settleMicrotasks();
        this.observer.left();
      }
      await nextTurn();
      this.hand(results);
      this.turn = [];
    }
    this.turning = false;
  }

  private takeTurn(): readonly Entry[] {
    const alone = this.queue.findIndex(({ activation }) => activation.alone);
    const count = alone === 0 ? 1 : alone > 0 ? alone : this.queue.length;
    return this.queue.splice(0, Math.min(count, MOST_IN_A_TURN));
  }

  private hand(results: readonly Promise<unknown>[]): void {
    const { rejection, turn } = this;
    this.rejection = undefined;
    if (!rejection) {
      turn.forEach(({ resolve }, index) => resolve(results[index] as never));
    } else if (turn.length === 1 && turn[0]!.activation.alone) {
      const error = new UnhandledRejectionError(rejection.reason);
      turn[0]!.activation.violate(error);
      turn[0]!.reject(error);
    } else {
      turn.forEach(({ reject }) => reject(new SpoiledTurnError()));
    }
  }
}

/** Resolves once every promise that can go on without I/O has gone on. */
export const settleMicrotasks = (): Promise<void> =>
  // A tick that is asked for by a microtask comes when no microtask is left.
  new Promise((resolve) => queueMicrotask(() => process.nextTick(resolve)));

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
