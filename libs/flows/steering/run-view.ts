import type {
  Actor,
  ErrorRecord,
  FlowRunId,
  HaltReason,
  Millis,
  RunFlags,
  StreamSeq,
  TaskRunId,
} from '#libs/run-log';

/** How a run stands. `parked` waits for an orchestrator that has its version; `ended` says nothing of success. */
export type Standing = 'pending' | 'running' | 'cancelling' | 'paused' | 'halted' | 'parked' | 'ended';

/** How a run has ended, and when. */
export type RunEndView = { readonly at: Millis } & (
  | { readonly status: 'completed'; readonly result: unknown }
  | { readonly status: 'failed'; readonly error: ErrorRecord }
  | { readonly status: 'cancelled'; readonly reason?: string }
  /** The run's work goes on in another. */
  | { readonly status: 'continued'; readonly nextRunId: FlowRunId }
);

export type StepKind =
  | 'task'
  /** A task that undoes another. */
  | 'compensation'
  | 'child'
  | 'sleep'
  | 'signal'
  | 'approval'
  | 'state'
  | 'result'
  | 'artifact';

/** `retrying` waits for its next attempt; `ambiguous` for a person's word on whether it took effect. */
export type StepState = 'pending' | 'retrying' | 'ambiguous' | 'succeeded' | 'failed' | 'cancelled';

/** One thing that a flow has asked for. */
export interface StepView {
  /** Counts over the whole run; what `fromStep` of a restart names. */
  readonly number: number;
  readonly kind: StepKind;
  /** The task's, the child flow's, the signal's name, and so on. */
  readonly name: string;
  readonly state: StepState;
  /** Which try of the whole flow asked for it, from 1. */
  readonly epoch: number;
  readonly askedAt: Millis;
  readonly endedAt?: Millis;
  /** Of tasks only. */
  readonly taskRunId?: TaskRunId;
  readonly attempt?: number;
  /** The step that this one undoes. */
  readonly compensates?: number;
  /** Of child flows only. */
  readonly childRunId?: FlowRunId;
  readonly error?: ErrorRecord;
  /** True where a compensation of this step has begun. */
  readonly undone?: boolean;
}

/** An approval that a run waits for. */
export interface PendingApproval {
  readonly step: number;
  readonly name: string;
  /** What is to be approved. */
  readonly payload: unknown;
  readonly askedAt: Millis;
  /** When `otherwise` holds. */
  readonly dueAt?: Millis;
  readonly otherwise?: 'approved' | 'declined';
  /** Users who may answer; everybody where it is left out. */
  readonly approvers?: readonly string[];
}

/** An approval that was answered. */
export interface SettledApproval {
  readonly step: number;
  readonly name: string;
  readonly approved: boolean;
  /** Null when the deadline answered. */
  readonly by: Actor | null;
  readonly at: Millis;
  readonly comment?: string;
  readonly payload?: unknown;
}

/** A signal that a run waits for. */
export interface AwaitedSignal {
  readonly step: number;
  readonly name: string;
  readonly askedAt: Millis;
  readonly dueAt?: Millis;
}

/** A task of which nobody knows whether it took effect. */
export interface AmbiguousTask {
  readonly taskRunId: TaskRunId;
  readonly step: number;
  readonly task: string;
  readonly attempt: number;
  readonly error: ErrorRecord;
  readonly at: Millis;
}

/** A run as its history tells it, for people and for judging what is asked of it. */
export interface RunView {
  readonly runId: FlowRunId;
  readonly flow: string;
  /** Null until the first decision pins it. */
  readonly version: string | null;
  readonly actor: Actor;
  readonly flags: RunFlags;
  readonly tags: readonly string[];
  readonly input: unknown;
  readonly requestedAt: Millis;
  readonly standing: Standing;
  /** The last request that no decision has followed yet. */
  readonly requested?: {
    readonly what: 'pause' | 'resume' | 'cancel';
    readonly by: Actor;
    readonly at: Millis;
  };
  readonly paused?: { readonly by: Actor; readonly at: Millis; readonly reason?: string };
  readonly halted?: { readonly reason: HaltReason; readonly error: ErrorRecord; readonly at: Millis };
  readonly end?: RunEndView;
  /** From 1; a retry of the flow is the next. */
  readonly epoch: number;
  readonly steps: readonly StepView[];
  readonly approvals: readonly PendingApproval[];
  readonly signals: readonly AwaitedSignal[];
  readonly ambiguous: readonly AmbiguousTask[];
  /** Approvals that were answered, in the order of asking. */
  readonly answers: readonly SettledApproval[];
  /** The last word of a person to end it; a parent's is none. */
  readonly cancelledBy?: { readonly by: Actor; readonly at: Millis; readonly seq: StreamSeq };
  readonly restartedFrom?: { readonly runId: FlowRunId; readonly step?: number; readonly kept: number };
  readonly continues?: FlowRunId;
  /** Where the log last speaks of pause, halt or resumption; 0 where it does not. */
  readonly lastStand: StreamSeq;
  readonly lastSeq: StreamSeq;
}
