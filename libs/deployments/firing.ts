import type { FlowRunId } from '#libs/run-log';

/** What became of an instant, or of a wish to run now. */
export const FIRING_ACTIONS = ['started', 'queued', 'skipped', 'missed'] as const;
export type FiringAction = (typeof FIRING_ACTIONS)[number];

export const FIRED_BY = ['schedule', 'person', 'trigger'] as const;
export type FiredBy = (typeof FIRED_BY)[number];

/** The event of a firing. */
export interface FiringEvent {
  readonly id: string;
  readonly type: string;
}

/** One firing of a deployment and what came of it. */
export interface Firing {
  /** ISO; the instant of the schedule, when somebody asked, or the time of the event. */
  readonly instant: string;
  /** ISO; when it was dealt with. */
  readonly at: string;
  readonly action: FiringAction;
  readonly runId?: FlowRunId;
  /** Why it was skipped, queued or missed. */
  readonly reason?: string;
  readonly by: FiredBy;
  /** Who asked, where a person did. */
  readonly askedBy?: string;
  /** What happened, where a trigger fired. */
  readonly event?: FiringEvent;
}
