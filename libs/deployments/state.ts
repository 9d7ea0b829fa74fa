import type { FlowRunId } from '#libs/run-log';
import type { FiredBy, Firing, FiringEvent } from './firing.js';

/** A run that the deployment counts. */
export interface ActiveRun {
  readonly runId: FlowRunId;
  /** ISO. */
  readonly instant: string;
  /** It was told to make room for a later one, and no longer counts. */
  readonly givenUp?: boolean;
}

/** Names an event that a trigger fired at; what the run takes of it stands in the event's own message. */
export interface EventRef extends FiringEvent {
  /** Stands at the end of its subject. */
  readonly key: string;
}

/** A firing that waits for a run to end. */
export interface QueuedFiring {
  readonly runId: FlowRunId;
  readonly instant: string;
  readonly by: FiredBy;
  readonly event?: EventRef;
}

/** A run that was decided on; whoever finds it here sees to it that it has begun. */
export interface StartIntent {
  readonly runId: FlowRunId;
  readonly instant: string;
  readonly by: FiredBy;
  readonly event?: EventRef;
  /** The sequence of the message that led to it. */
  readonly cause: number;
  /** When it was decided, in milliseconds since the epoch. */
  readonly at: number;
}

/** What a deployment has done. Written behind a fence, so that two orchestrators never decide the same thing. */
export interface DeploymentState {
  /** Every instant up to here was dealt with; in milliseconds since the epoch. */
  readonly settled: number;
  /** Every event up to this sequence was dealt with. */
  readonly heard: number;
  readonly active: readonly ActiveRun[];
  readonly queue: readonly QueuedFiring[];
  readonly starting: readonly StartIntent[];
  /** Newest first. */
  readonly firings: readonly Firing[];
  /** Tells one write from another that says the same. */
  readonly stamp: string;
}

export const NOTHING_DONE: DeploymentState = {
  settled: 0,
  heard: 0,
  active: [],
  queue: [],
  starting: [],
  firings: [],
  stamp: '',
};

/** Firings that are remembered. */
export const KEPT_FIRINGS = 20;
export const remembered = (firings: readonly Firing[]): readonly Firing[] => firings.slice(0, KEPT_FIRINGS);
