import type { Actor, HaltReason } from '#libs/run-log';
import type { FlowRunStatus } from './statuses.js';
import type { StoredError } from './stored-error.js';
import type { StoredWait, UntakenSignals } from './waits.js';

export interface TaskCounts {
  readonly total: number;
  readonly pending: number;
  readonly running: number;
  readonly success: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly cached: number;
}

export const NO_TASKS: TaskCounts = Object.freeze({
  total: 0,
  pending: 0,
  running: 0,
  success: 0,
  failed: 0,
  cancelled: 0,
  cached: 0,
});

/** How a run came to where it is now, beside its status. */
export interface FlowRunCourse {
  /** Filled while tasks run, too. */
  waitingFor: readonly StoredWait[];
  /** How many child runs it has started, detached ones too. */
  children: number;
  /** Who asked for the restart; null where it was not restarted. */
  restartedBy: Actor | null;
  /** The first step that is done anew; null where it was not restarted, or every success is kept. */
  restartedAtStep: number | null;
  /** What had happened that a trigger of its deployment fired at; its children and successors have it too. */
  triggeredBy: {
    readonly type: string;
    readonly eventId: string;
    readonly runId?: string;
    readonly depth: number;
  } | null;
  /** The run whose work it goes on with. */
  continues: string | null;
  /** The run that goes on with its work. */
  continuedBy: string | null;
  /** Only while it is paused. */
  pause: { readonly by: Actor; readonly reason: string | null; readonly at: Date } | null;
  /** Only while it is halted. */
  halt: {
    readonly reason: HaltReason;
    readonly at: Date;
    /** The tasks of which nobody knows whether they took effect; left out where it is not for that. */
    readonly taskRunIds?: readonly string[];
  } | null;
  /** How it last went on after a pause or a halt. */
  resumed: { readonly by: Actor; readonly after: 'pause' | 'ambiguous' | 'halt'; readonly at: Date } | null;
  cancelling: {
    readonly cause: 'cancel' | 'timeout';
    readonly reason: string | null;
    readonly at: Date;
  } | null;
  compensating: { readonly steps: readonly number[]; readonly at: Date } | null;
  /** How many it has recorded. */
  artifacts: number;
  /** Durable state that it has written, by name, as JSON text. */
  state: string | null;
}

/** One run of a flow. Whatever has no shape of its own is JSON text. */
export interface FlowRunRecord extends FlowRunCourse {
  _id: string;
  flow: string;
  /** Null until an orchestrator has taken the run. */
  version: string | null;
  status: FlowRunStatus;
  parameters: string | null;
  tags: string[];
  actor: Actor;
  parentFlowRunId: string | null;
  deploymentId: string | null;
  restartedFrom: string | null;
  idempotencyKey: string | null;
  traceId: string | null;
  /** From 1; the number of the epoch. */
  attempt: number;
  result: string | null;
  error: StoredError | null;
  /** `running` stays 0 for tasks of which only LIVE says so; readers of an open run count them anew. */
  tasks: TaskCounts;
  metadata: { dryRun: boolean; testMode: boolean; verbose: boolean };
  startedAt: Date | null;
  finishedAt: Date | null;
  /** Milliseconds. */
  durationMs: number | null;
  createdAt: Date;
  updatedAt: Date;
  /** Sequence of the last event that it has taken in. */
  lastSeq: number;
  fold: FlowRunFold;
}

/** What the fold must remember. */
export interface FlowRunFold {
  /** How each task stands. */
  tasks: Record<string, string>;
  openTasks: number;
  signals: readonly UntakenSignals[];
  /** Ids of signals that have come. */
  heard: readonly string[];
  /** Which step each time-out and deadline stands by for. */
  deadlines: Record<string, number>;
  /** The signals that steps have taken in this try of the flow. */
  taken: Readonly<Record<string, string>>;
  /** How many approvals it has asked for. */
  approvals: number;
}

/** What a run is like that has done nothing yet. */
export const NO_COURSE: Readonly<FlowRunCourse> = Object.freeze({
  waitingFor: [],
  children: 0,
  restartedBy: null,
  restartedAtStep: null,
  triggeredBy: null,
  continues: null,
  continuedBy: null,
  pause: null,
  halt: null,
  resumed: null,
  cancelling: null,
  compensating: null,
  artifacts: 0,
  state: null,
});

export const emptyFold = (): FlowRunFold => ({
  tasks: {},
  openTasks: 0,
  signals: [],
  heard: [],
  deadlines: {},
  taken: {},
  approvals: 0,
});

/** How a record may look that was made before runs could wait for more than time. */
export type EarlierFlowRun = Omit<FlowRunRecord, keyof FlowRunCourse | 'fold'> &
  Partial<FlowRunCourse> & {
    readonly fold: Pick<FlowRunFold, 'tasks' | 'openTasks'> &
      Partial<FlowRunFold> & { readonly timers?: readonly string[] };
  };

/** Gives a record that was made before the fields were there what it lacks. */
export function completeFlowRun(record: EarlierFlowRun): FlowRunRecord {
  const { timers = [], ...fold } = record.fold;
  const waitingFor = record.waitingFor ?? timers.map((timerId) => earlierTimer(timerId, record.updatedAt));
  return { ...NO_COURSE, ...record, waitingFor, fold: { ...emptyFold(), ...fold } };
}

/** Of such a timer nothing but its id was kept. */
const earlierTimer = (timerId: string, since: Date): StoredWait => ({
  kind: 'sleep',
  name: null,
  step: 0,
  since,
  dueAt: null,
  timerId,
  childRunId: null,
  approvers: null,
});
