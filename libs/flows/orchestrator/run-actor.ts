import { FencedOutError } from '#libs/run-log';
import type { Delivery, FlowRunId, Millis, RunHistory, StreamSeq, Trigger } from '#libs/run-log';
import type { HaltingError } from '../core/index.js';
import { SpoiledTurnError } from './activation-gate.js';
import type { ActorEnvironment } from './actor-environment.js';
import { countFencedOut } from './figures.js';
import type { IdleRun } from './idle-runs.js';
import { isPassing } from './is-passing.js';
import { RunCopy } from './run-copy.js';
import { RunLines } from './run-lines.js';

type UnreadableError = NonNullable<RunHistory['unreadable']>;

/** What a process remembers of the triggers that it has taken. */
export interface TriggerLedger {
  /** How often this process had taken the trigger before: those times it lived to tell, so they are no sign of poison. */
  takenBefore(seq: StreamSeq): number;
  settled(seq: StreamSeq): void;
  /** The actor has nothing to do. */
  idle(actor: RunActor): void;
  /** The actor is not wanted in memory. */
  left(actor: RunActor): void;
}

/** How often a load is tried again at once after the fence refused. */
const FENCE_TRIES = 8;
/** Well below the time after which the broker takes a trigger for lost. */
const LONGEST_PAUSE_MS = 2_000;

/**
 * Works on the triggers of one run, one after the other, over the copy of the run that is in memory.
 *
 * 1. A trigger is acked once what follows from it is stored and done; until then it is tried again, and kept in hand.
 * 2. A copy that may have missed something is dropped, not mended: after a gap, a redelivery, a refusal of the fence
 *    or any error, the run is read from the log again before it is next fed.
 */
export class RunActor implements IdleRun {
  private readonly queue: Delivery<Trigger>[] = [];
  private draining: Promise<void> | undefined;
  private readonly lines: RunLines;
  private readonly copy: RunCopy;

  constructor(
    readonly runId: FlowRunId,
    private readonly env: ActorEnvironment,
    private readonly ledger: TriggerLedger,
  ) {
    this.lines = new RunLines(runId, env);
    this.copy = new RunCopy(runId, env, this.lines, {
      takenBefore: (seq) => ledger.takenBefore(seq),
      violated: (error) => {
        // Outside an activation nobody waits for the answer, so the run is halted from here.
        void this.haltFromOutside(error).catch((failure: unknown) => this.lines.report(failure));
      },
    });
  }

  get idle(): boolean {
    return this.draining === undefined;
  }

  /** True when nothing more comes of the run, or nothing soon. */
  get done(): boolean {
    return this.idle && this.copy.done;
  }

  /** Reads the run from the log before it is next fed (2). */
  invalidate(): void {
    this.copy.invalidate();
  }

  leave(): void {
    this.ledger.left(this);
  }

  push(delivery: Delivery<Trigger>): void {
    this.queue.push(delivery);
    this.draining ??= this.drain();
  }

  /** Resolves when everything that was pushed is settled. */
  async settled(): Promise<void> {
    await this.draining;
  }

  /**
   * Halts the run because this build cannot read what was said to it; it is resumed where a build can. May come while
   * a trigger is in hand: the fence lets one of the two through. One whose start cannot be read is halted too, or
   * nobody would ever hear of it.
   */
  haltUnreadable(error: UnreadableError, isStart: boolean): Promise<void> {
    return this.copy.halt('unknown-event', error, isStart);
  }

  private async drain(): Promise<void> {
    for (let delivery = this.queue.shift(); delivery; delivery = this.queue.shift()) {
      await this.handle(delivery);
    }
    this.draining = undefined;
    this.ledger.idle(this);
  }

  private async handle(delivery: Delivery<Trigger>): Promise<void> {
    for (let fenced = 0, waits = 0; ;) {
      try {
        await this.copy.take(delivery);
        return this.settle(delivery, () => delivery.ack());
      } catch (error) {
        this.copy.drop();
        if (error instanceof FencedOutError) countFencedOut();
        if (error instanceof SpoiledTurnError) this.copy.alone = true;
        else if (error instanceof FencedOutError && fenced++ < FENCE_TRIES) continue;
        else {
          this.lines.report(error);
          // Kept in hand meanwhile: handing it back would count as a death of this process.
          if (!(await this.pause(waits++))) {
            return this.settle(delivery, () => delivery.retry(0 as Millis));
          }
          delivery.working();
        }
      }
    }
  }

  /** Waits before the next try; false where there is to be none. */
  private pause(waits: number): Promise<boolean> {
    return this.env.pause(Math.min(250 * 2 ** waits, LONGEST_PAUSE_MS));
  }

  private settle(delivery: Delivery<Trigger>, how: () => void): void {
    how();
    this.ledger.settled(delivery.position.seq);
    this.copy.alone = false;
  }

  /** Halts the run for what its code did outside an activation; nothing is in hand that would come again. */
  private async haltFromOutside(error: HaltingError): Promise<void> {
    for (let waits = 0; ;) {
      await this.settled();
      try {
        return await this.copy.halt(error.reason, error);
      } catch (failure) {
        if (!isPassing(failure)) throw failure;
        this.lines.report(failure);
        // Whoever takes the run next finds it out in its turn.
        if (!(await this.pause(waits++))) return;
      }
    }
  }
}
