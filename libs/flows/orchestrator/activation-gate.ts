import { UnhandledRejectionError, type HaltingError } from '../core/index.js';

/*
 * Runs the activations of one process, several in one turn of the loop.
 *
 * 1. One activation runs at a time: the next begins when the microtasks of the one before have drained. So it is
 *    known which run blocks the thread.
 * 2. Node tells of a rejection that nobody handles only after the turn. So results are held back until then, and a
 *    turn in which one was told of counts for nothing unless it held a single activation, whose run it then is.
 *    Otherwise each activation of that turn is begun again by its owner, in a turn of its own.
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

/** A neighbour in the same turn left a rejection behind; nothing of this activation may be used. */
export class SpoiledTurnError extends Error {
  constructor() {
    super('another run of the same turn left a rejected promise behind');
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

  /** Attributes rejections that nobody handles to a run, or throws them on. Returns what undoes it. */
  guardRejections(): () => void {
    const onRejection = (reason: unknown): void => {
      if (this.turn.length === 0) throw reason;
      this.rejection ??= { reason };
    };
    process.on('unhandledRejection', onRejection);
    return () => void process.off('unhandledRejection', onRejection);
  }

  private async turnWhileNeeded(): Promise<void> {
    while (this.queue.length > 0) {
      this.turn = this.takeTurn();
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
    } else if (turn.length === 1) {
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
