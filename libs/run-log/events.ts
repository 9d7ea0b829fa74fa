import type { FlowRunId, Millis, StreamSeq, TaskRunId } from './ids.js';
import type { Disposition } from './errors.js';

/** On whose behalf something happens, and by which way it came in. */
export interface Actor {
  readonly userId: string;
  readonly channel: 'api' | 'cli' | 'ui' | 'nats' | 'flow' | 'schedule';
}

/** How a run behaves; inherited by its tasks, children and nested calls. */
export interface RunFlags {
  readonly dryRun?: boolean;
  readonly testMode?: boolean;
  readonly verbose?: boolean;
}

/** One field that was refused: where, what it held, what was expected. */
export interface FieldError {
  readonly field: string;
  readonly value?: unknown;
  readonly message: string;
}

/** An error as it crosses the bus. */
export interface ErrorRecord {
  readonly code: string;
  readonly message: string;
  readonly disposition: Disposition;
  readonly fields?: readonly FieldError[];
  readonly retryAfterMs?: number;
  readonly traceback?: string;
  readonly cause?: ErrorRecord;
}

/** A document that an operation made or touched. */
export interface ResultRef {
  readonly collection: string;
  readonly documentId: string;
}

/** What went wrong with one item of bulk work. */
export interface ItemError {
  readonly item: string;
  readonly message: string;
  readonly code?: string;
}

export interface LogEntry {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly at: Millis;
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** How one attempt of an operation ended. */
export type Outcome = {
  readonly resultRefs?: readonly ResultRef[];
  readonly itemErrors?: readonly ItemError[];
  /** Kept in the record only when the run is verbose: at most 200 lines and 32 KiB. */
  readonly logEntries?: readonly LogEntry[];
} & (
  | { readonly status: 'success'; readonly result: unknown; readonly cached?: boolean }
  /** `result` is there when the operation answered `success: false` instead of throwing. */
  | { readonly status: 'failed'; readonly error: ErrorRecord; readonly result?: unknown }
  | { readonly status: 'cancelled'; readonly reason?: string }
  /** A keyed or rate limit has no room: schedule the same attempt again at `until`. */
  | { readonly status: 'deferred'; readonly until: Millis }
);

/** What every description of one execution of an operation says. */
export interface Execution {
  readonly taskRunId: TaskRunId;
  readonly service: string;
  readonly operation: string;
  /** The contract's version that the caller knows. */
  readonly contractVersion: number;
  readonly input: unknown;
  readonly actor: Actor;
  readonly flags: RunFlags;
  readonly tags: readonly string[];
  /** The same over attempts, retries and forks. */
  readonly idempotencyKey: string;
  /** False for cheap reads: no record is kept. */
  readonly createTaskrun: boolean;
  readonly timeoutMs?: Millis;
}

export type TimerKind = 'sleep' | 'task-retry' | 'flow-retry' | 'flow-timeout';

export type HaltReason =
  | 'non-determinism'
  | 'poison'
  | 'unhandled-rejection'
  | 'foreign-promise'
  | 'blocked'
  | 'unknown-event'
  | 'ambiguous'
  /** Something that no further try would mend, such as a result too large to keep. */
  | 'error';

/** Said by clients and by the clock, on `in.request.*`. */
export type RequestEvent =
  | {
      readonly type: 'StartRequested';
      readonly flow: string;
      readonly input: unknown;
      /** SHA-256 of the canonical input: the same key with another input is refused. */
      readonly inputHash: string;
      readonly actor: Actor;
      readonly flags: RunFlags;
      readonly tags: readonly string[];
      readonly idempotencyKey?: string;
      readonly parent?: { readonly runId: FlowRunId; readonly step: number };
      readonly deploymentId?: string;
    }
  | { readonly type: 'CancelRequested'; readonly actor: Actor; readonly reason?: string }
  | { readonly type: 'TimerFired'; readonly timerId: string };

/** Said by the orchestrator only, on `decision.*`, behind the fence. */
export type DecisionEvent =
  | {
      readonly type: 'FlowStarted';
      readonly flow: string;
      readonly version: string;
      readonly tags: readonly string[];
    }
  /** At once the journal entry and the work item. `step` counts up over the whole run; attempts share it. */
  | ({
      readonly type: 'TaskScheduled';
      readonly step: number;
      /** The task's name, which may differ from the operation's. */
      readonly task: string;
      readonly attempt: number;
      readonly lane: 'normal' | 'urgent';
      readonly execution: 'at-least-once' | 'at-most-once';
      /** What a later epoch matches a success by: an explicit key, or a hash of the input. */
      readonly reuseKey: string;
    } & Execution)
  | {
      readonly type: 'TimerScheduled';
      readonly timerId: string;
      readonly kind: TimerKind;
      readonly step: number;
      readonly dueAt: Millis;
    }
  /** A new epoch begins: successes up to `fedSeq` are used again. */
  | {
      readonly type: 'FlowRetried';
      readonly epoch: number;
      readonly fedSeq: StreamSeq;
      readonly error: ErrorRecord;
    }
  | { readonly type: 'FlowCompleted'; readonly result: unknown }
  | { readonly type: 'FlowFailed'; readonly error: ErrorRecord }
  | { readonly type: 'FlowCancelled'; readonly reason?: string }
  /** The run waits for a person; it has not failed. */
  | { readonly type: 'RunHalted'; readonly reason: HaltReason; readonly error: ErrorRecord }
  /** No orchestrator here knows this version; whoever loads it resumes the run. */
  | { readonly type: 'RunParked'; readonly flow: string; readonly version: string }
  /** On `decision.cancel`: services abort what runs and answer queued work `cancelled`. */
  | { readonly type: 'TasksCancelled'; readonly taskRunIds: readonly TaskRunId[]; readonly reason: string };

/** Said by services: claims on `fact.claim.*`, outcomes on `in.outcome`. */
export type FactEvent =
  | {
      readonly type: 'TaskClaimed';
      readonly taskRunId: TaskRunId;
      readonly attempt: number;
      readonly holder: string;
      readonly nonce: string;
    }
  | {
      readonly type: 'TaskFinished';
      readonly taskRunId: TaskRunId;
      readonly attempt: number;
      readonly operation: string;
      readonly startedAt: Millis;
      readonly finishedAt: Millis;
      /** How often the broker had handed this attempt out, from 1. */
      readonly deliveries: number;
      /** The process that ran it. */
      readonly by: string;
      readonly outcome: Outcome;
    };

/** Everything that the stream RUN holds. */
export type RunEvent = RequestEvent | DecisionEvent | FactEvent;

/** For watching only, on `live.*`; may be lost. */
export type LiveEvent =
  | {
      readonly type: 'TaskStarted';
      readonly taskRunId: TaskRunId;
      readonly attempt: number;
      readonly service: string;
      readonly operation: string;
      readonly startedAt: Millis;
      readonly by: string;
    }
  | {
      readonly type: 'TaskProgressed';
      readonly taskRunId: TaskRunId;
      readonly done: number;
      readonly total?: number;
      readonly message?: string;
    }
  | { readonly type: 'LogEmitted'; readonly taskRunId?: TaskRunId; readonly entry: LogEntry };

/** Direct and nested calls, on `call.<service>.<operation>` in the stream CALLS. */
export type CallEvent =
  | ({
      readonly type: 'CallClaimed';
      readonly startedAt: Millis;
      /** Past it, a claim without an outcome is recorded as lost. */
      readonly deadline: Millis;
      readonly by: string;
      /** Set when the call was made inside a flow's task. */
      readonly flowRunId?: FlowRunId;
      readonly parentTaskRunId?: TaskRunId;
    } & Execution)
  | {
      readonly type: 'CallFinished';
      readonly taskRunId: TaskRunId;
      readonly service: string;
      readonly operation: string;
      readonly startedAt: Millis;
      readonly finishedAt: Millis;
      readonly by: string;
      readonly outcome: Outcome;
    }
  /** Work that was handed out too often and is kept for a person to look at. */
  | ({
      readonly type: 'DeadLettered';
      readonly runId?: FlowRunId;
      readonly attempt: number;
      readonly deliveries: number;
      readonly error: ErrorRecord;
    } & Execution);

/** The current version of each event's shape; a changed shape is a new version and an upcaster on read. */
export const EVENT_VERSION = 1;
