import type { Delivery, FlowRunId, StreamSeq, Trigger, Undecodable } from '#libs/run-log';
import type { ActorEnvironment } from './actor-environment.js';
import type { IdleRuns } from './idle-runs.js';
import { KeptDelivery } from './kept-delivery.js';
import { RunActor, type TriggerLedger } from './run-actor.js';

/** Triggers that this process has taken and not yet settled, with how often; it outlives a loss of the partition. */
export type TakenTriggers = Map<StreamSeq, { readonly times: number; readonly at: number }>;

/** The runs of one partition that are in memory. */
export class Partition {
  private readonly actors = new Map<FlowRunId, RunActor>();
  private readonly inHand = new Set<KeptDelivery>();
  private lastDelivery = 0;

  private readonly ledger: TriggerLedger = {
    takenBefore: (seq) => (this.taken.get(seq)?.times ?? 1) - 1,
    // What has come again may come once more: it was handed out before the ack of this one was there.
    settled: (seq) => void (this.taken.get(seq)?.times === 1 && this.taken.delete(seq)),
    idle: (actor) => {
      if (this.actors.get(actor.runId) !== actor) return;
      if (actor.done) this.actors.delete(actor.runId);
      else this.idleRuns.rest(actor);
    },
    left: (actor) => void (this.actors.get(actor.runId) === actor && this.actors.delete(actor.runId)),
  };

  constructor(
    private readonly env: ActorEnvironment,
    private readonly taken: TakenTriggers,
    private readonly idleRuns: IdleRuns,
    private readonly clock: () => number,
  ) {}

  get resident(): number {
    return this.actors.size;
  }

  /** Takes a delivery. Never blocks: each run has a queue of its own. */
  take(delivery: Delivery<Trigger>): void {
    // A gap means that another process may have taken facts which the copies here lack.
    const unbroken = delivery.deliverySeq === this.lastDelivery + 1;
    this.lastDelivery = delivery.deliverySeq;
    if (!unbroken) for (const actor of this.actors.values()) actor.invalidate();
    // A repeat may be a fact that another process had in hand: its own run may have gone on without it.
    else if (delivery.deliveries > 1) this.actors.get(delivery.runId)?.invalidate();

    const { runId, position } = delivery;
    const times = (this.taken.get(position.seq)?.times ?? 0) + 1;
    this.taken.set(position.seq, { times, at: this.clock() });
    const actor = this.actorOf(runId);
    this.idleRuns.take(actor);
    const kept = new KeptDelivery(delivery, () => this.inHand.delete(kept));
    this.inHand.add(kept);
    actor.push(kept);
  }

  /** Halts the run that something was said to which this build cannot read: going on, it would pass it over. */
  async takeUnreadable({ runId, error, isStart }: Undecodable): Promise<void> {
    if (runId === undefined) return;
    const actor = this.actorOf(runId);
    await actor.haltUnreadable(error, isStart);
    if (actor.idle) this.ledger.idle(actor);
  }

  /** Says of what has been in hand since the last call that work on it goes on. */
  keepAlive(): void {
    for (const kept of this.inHand) kept.keepAlive();
  }

  /** Forgets triggers that were taken so many milliseconds ago: what another process has settled is never settled here. */
  forgetTaken(afterMs: number): void {
    const before = this.clock() - afterMs;
    for (const [seq, { at }] of this.taken) if (at < before) this.taken.delete(seq);
  }

  /** Drops every copy, whatever is in hand: from now on another process goes on with these runs. */
  drop(): void {
    for (const actor of this.actors.values()) {
      actor.invalidate();
      this.idleRuns.take(actor);
    }
    this.actors.clear();
    this.inHand.clear();
  }

  private actorOf(runId: FlowRunId): RunActor {
    const known = this.actors.get(runId);
    if (known) return known;
    const actor = new RunActor(runId, this.env, this.ledger);
    this.actors.set(runId, actor);
    return actor;
  }

  /** Resolves when everything taken so far is settled. */
  async settled(): Promise<void> {
    await Promise.all([...this.actors.values()].map((actor) => actor.settled()));
  }
}
