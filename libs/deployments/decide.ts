import type { FlowRunId } from '#libs/run-log';
import type { DeploymentSpec } from './deployment.js';
import type { Firing } from './firing.js';
import { runIdOfEvent, runIdOfInstant } from './ids.js';
import { dueBy, instantsOf } from './instants.js';
import {
  remembered,
  type DeploymentState,
  type EventRef,
  type QueuedFiring,
  type StartIntent,
} from './state.js';
import type { StoredFiring } from './triggers/triggered-firing.js';

/** An instant that is so late was missed; no instant that is due beside a later one is in time either. */
export const LATE_MS = 60_000;
/** Most missed instants that are made up for at once by `missed: all`, the latest of them. */
export const CATCH_UP = 100;
/** Most firings that wait in a queue. */
export const QUEUE = 100;

/** What a deployment is decided from. */
export interface Situation {
  readonly id: string;
  readonly spec: DeploymentSpec;
  /** The schedule counts from here, in milliseconds since the epoch. */
  readonly from: number;
  readonly state: DeploymentState;
  /** In milliseconds since the epoch. */
  readonly now: number;
  /** The sequence of the message that led here. */
  readonly cause: number;
  /** Runs that have ended, or were never begun. */
  readonly ended: readonly FlowRunId[];
  /** Events that it was told of and has not dealt with yet, in their order. */
  readonly events?: readonly StoredFiring[];
  /** When the deployment was created, ISO; events for another one of its name do not count. */
  readonly createdAt?: string;
}

export interface Verdict {
  /** The stamp is for whoever writes it. */
  readonly state: Omit<DeploymentState, 'stamp'>;
  readonly changed: boolean;
  /** Runs to begin, as in the state's `starting`. */
  readonly starts: readonly StartIntent[];
  /** Runs to cancel, each for the one that takes its place. */
  readonly cancels: readonly { readonly runId: FlowRunId; readonly for: FlowRunId }[];
  /** Whether a firing did not begin because runs are active: worth a look whether they really are. */
  readonly held: boolean;
  /** The next instant, while it is not paused. */
  readonly next?: number;
}

/** Decides what a deployment does now. Pure: the same situation, the same verdict. */
export function decide(situation: Situation): Verdict {
  return new Deciding(situation).verdict();
}

class Deciding {
  private active: DeploymentState['active'];
  private queue: DeploymentState['queue'];
  private heard: number;
  private firings: readonly Firing[];
  private readonly starts: StartIntent[] = [];
  private readonly cancels: { runId: FlowRunId; for: FlowRunId }[] = [];
  private held = false;

  constructor(private readonly it: Situation) {
    this.active = it.state.active.filter(({ runId }) => !it.ended.includes(runId));
    this.queue = it.state.queue;
    this.heard = it.state.heard;
    this.firings = it.state.firings;
  }

  verdict(): Verdict {
    const { spec, from, state, now } = this.it;
    let settled = Math.max(state.settled, from);
    let next: number | undefined;
    if (!spec.paused) this.emptyQueue();
    this.hear();
    if (!spec.paused) {
      if (spec.schedule) {
        const instants = instantsOf(spec.schedule);
        settled = this.settle(settled, now);
        next = instants.next(settled);
      }
    }
    const changed =
      this.active.length !== state.active.length ||
      this.firings !== state.firings ||
      this.heard !== state.heard ||
      this.starts.length > 0 ||
      this.cancels.length > 0;
    return {
      state: {
        settled,
        heard: this.heard,
        active: this.active,
        queue: this.queue,
        starting: this.starts,
        firings: remembered(this.firings),
      },
      changed,
      starts: this.starts,
      cancels: this.cancels,
      held: this.held,
      ...(next === undefined ? {} : { next }),
    };
  }

  /** Deals with every instant up to now and returns up to where that is. */
  private settle(settled: number, now: number): number {
    const { schedule, missed } = this.it.spec;
    // With room for one that is in time, and for one that tells that more were missed.
    const limit = missed === 'all' ? CATCH_UP + 2 : 2;
    const due = dueBy(instantsOf(schedule!), settled, now, limit);
    const last = due.instants.at(-1);
    if (last === undefined) return settled;
    const inTime = now - last <= LATE_MS;
    const past = inTime ? due.instants.slice(0, -1) : due.instants;
    const made =
      missed === 'all' ? past.slice(-CATCH_UP) : missed === 'latest' && !inTime ? past.slice(-1) : [];
    const left = past.length - made.length;
    if (left > 0) this.miss(past[left - 1]!, due.more || left > 1);
    for (const instant of made) this.fire(instant);
    if (inTime) this.fire(last);
    return last;
  }

  private miss(instant: number, several: boolean): void {
    this.record({
      instant: iso(instant),
      action: 'missed',
      by: 'schedule',
      reason: several
        ? `it and earlier ones passed while nobody could fire (missed: ${this.it.spec.missed})`
        : `it passed while nobody could fire (missed: ${this.it.spec.missed})`,
    });
  }

  /** Deals with what happened, in the order in which it was told. */
  private hear(): void {
    for (const told of this.it.events ?? []) {
      this.heard = told.seq;
      if (told.createdAt !== this.it.createdAt) continue;
      const { key, event, reason } = told;
      const firing: QueuedFiring = {
        runId: runIdOfEvent(this.it.id, key),
        instant: iso(told.at),
        by: 'trigger',
        event: { id: event.id, type: event.type, key },
      };
      const skipped = reason ?? (this.it.spec.paused ? 'paused' : undefined);
      if (skipped === undefined) this.begin(firing);
      else this.record({ ...firing, runId: undefined, action: 'skipped', reason: skipped });
    }
  }

  private fire(at: number): void {
    this.begin({ runId: runIdOfInstant(this.it.id, at), instant: iso(at), by: 'schedule' });
  }

  private begin(firing: QueuedFiring): void {
    const { overlap, concurrency } = this.it.spec;
    // What waits was there first.
    const free = this.counted().length < concurrency && this.queue.length === 0;
    if (free || overlap === 'all') return this.start(firing);
    this.held = true;
    const busy = `${this.counted().length} active, concurrency ${concurrency}`;
    switch (overlap) {
      case 'skip':
        return this.record({ ...firing, runId: undefined, action: 'skipped', reason: busy });
      case 'cancel-old':
        return this.replace(firing);
      case 'queue':
        if (this.queue.length >= QUEUE)
          return this.record({
            ...firing,
            runId: undefined,
            action: 'skipped',
            reason: `${QUEUE} firings wait already`,
          });
        this.queue = [...this.queue, firing];
        return this.record({ ...firing, action: 'queued', reason: busy });
    }
  }

  private emptyQueue(): void {
    while (this.queue.length > 0 && this.counted().length < this.it.spec.concurrency) {
      const [first, ...rest] = this.queue;
      this.queue = rest;
      this.start(first!);
    }
  }

  /** Gives up the oldest runs until there is room for one. */
  private replace(firing: QueuedFiring): void {
    const counted = this.counted();
    const old = counted.slice(0, counted.length - this.it.spec.concurrency + 1).map(({ runId }) => runId);
    for (const runId of old) this.cancels.push({ runId, for: firing.runId });
    this.active = this.active.map((run) => (old.includes(run.runId) ? { ...run, givenUp: true } : run));
    this.start(firing, `cancels ${old.join(', ')}`);
  }

  private start(firing: QueuedFiring, reason?: string): void {
    const { cause, now } = this.it;
    const { runId, instant } = firing;
    this.starts.push({ ...firing, cause, at: now });
    this.active = [...this.active, { runId, instant }];
    this.record({ ...firing, action: 'started', ...(reason ? { reason } : {}) });
  }

  private record({
    runId,
    event,
    ...firing
  }: Omit<Firing, 'at' | 'runId' | 'event'> & {
    readonly runId?: FlowRunId | undefined;
    readonly event?: EventRef;
  }): void {
    const at = iso(this.it.now);
    const happened = event && { event: { id: event.id, type: event.type } };
    this.firings = [
      { ...firing, at, ...(runId === undefined ? {} : { runId }), ...happened },
      ...this.firings,
    ];
  }

  private counted(): DeploymentState['active'] {
    return this.active.filter(({ givenUp }) => !givenUp);
  }
}

const iso = (at: number): string => new Date(at).toISOString();
