import type { FlowRunId, Millis, StreamSeq, TaskRunId } from './ids.js';
import type { Disposition } from './errors.js';

/** On whose behalf something happens, and by which way it came in. */
export interface Actor {
  readonly userId: string;
  readonly channel: 'api' | 'cli' | 'ui' | 'nats' | 'flow' | 'schedule';
  /**
   * What it may do, as patterns of permissions (`*`, `jobs:*`, `*:read`, `jobs:write`), settled where it came in. It
   * goes along with everything that is done on its behalf. Absent where authentication is switched off: then nothing
   * is refused.
   */
  readonly grants?: readonly string[];
  /** Who really asked, where somebody acts for the user. */
  readonly by?: string;
  /** The id of the key that the grants came by; absent where they came by a token, which nothing is known of later. */
  readonly key?: string;
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
  /** The execution whose input this one has been given again, by a person. */
  readonly replayOf?: TaskRunId;
}

/** What a task asks of whoever runs it, beyond the operation's own contract. */
export interface TaskTerms {
  /** A success kept under this key (hashed with user, operation and version) is the answer; a new one is kept. */
  readonly cache?: { readonly key: string; readonly expirationSeconds?: number };
  /** A success is kept under this name too, for later runs to read. */
  readonly resultName?: string;
  /** What the operation writes to the console becomes lines of its log. */
  readonly logPrints?: boolean;
  /** The attempt must have been begun by then: whoever runs it takes its claim first. */
  readonly startBy?: Millis;
}

export type TimerKind =
  | 'sleep'
  | 'task-retry'
  | 'flow-retry'
  | 'flow-timeout'
  | 'schedule-to-start'
  | 'schedule-to-close'
  | 'signal-timeout'
  | 'approval-deadline'
  /** How long a run that is ending may still clean up. */
  | 'clean-up';

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

/** A success that a run takes over from the one that it was forked from. */
export interface KeptResult {
  readonly step: number;
  /** The task's, the child flow's or the wait's name. */
  readonly name: string;
  readonly key: string;
  /** The how-manieth ask of this name and key it was, from 1. */
  readonly nth: number;
  readonly value: unknown;
}

/** An ask of a flow, as epochs and forks know it again. */
export type AskId = Pick<KeptResult, 'name' | 'key' | 'nth'>;

/** Where a run was forked from. */
export interface Fork {
  readonly from: FlowRunId;
  /** Who asked for it; the new run works for whom the old one worked for. */
  readonly by?: Actor;
  /** The history up to here was taken into account. */
  readonly uptoSeq: StreamSeq;
  /** The first step that is done anew; none when every success is kept. */
  readonly step?: number;
  readonly results: readonly KeptResult[];
  /** What was done before and undone by a run: done anew, it is another piece of work to whoever does it. */
  readonly undone?: readonly (AskId & { readonly by: FlowRunId })[];
}

/** What a person says about a task of which nobody knows whether it took effect. */
export type Resolution = { readonly taskRunId: TaskRunId } & (
  | { readonly as: 'succeeded'; readonly result: unknown }
  | { readonly as: 'failed'; readonly message?: string }
  /** It took no effect: try it again. */
  | { readonly as: 'retry' }
);

/** What a flow shows to people. `data` by kind: text, rows, an address, or an image's address or data URL. */
export interface Artifact {
  readonly kind: 'markdown' | 'table' | 'link' | 'image';
  /** The same key again, in this run or a later one, is a newer version of the same artifact. */
  readonly key?: string;
  readonly title?: string;
  readonly data: unknown;
}

/** What had happened that a run was started for. */
export interface TriggeredBy {
  /** Of the event. */
  readonly type: string;
  readonly eventId: string;
  /** The run whose end it was. */
  readonly runId?: FlowRunId;
  /** How many triggers led here one after the other, this one among them. */
  readonly depth: number;
}

/** Said by clients, by the clock and by other runs, on `in.request.*`. */
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
      readonly parent?: {
        readonly runId: FlowRunId;
        readonly step: number;
        /** Nobody waits for it there. */
        readonly detached?: boolean;
      };
      /** What the idempotency keys of its tasks are made of; its own id where it is left out. A fork keeps it. */
      readonly root?: string;
      readonly deploymentId?: string;
      /** What a trigger of the deployment fired at; children, and runs that go on with its work, have it too. */
      readonly triggeredBy?: TriggeredBy;
      /** Whoever began the run left its input to be checked by the version that takes it up. */
      readonly unchecked?: boolean;
      /** Set when the run begins with what another one has done. */
      readonly fork?: Fork;
      /** The run whose work this one goes on with, after it ended by `continueAsNew`. */
      readonly continues?: {
        readonly runId: FlowRunId;
        /** The first run of the chain: whoever waits knows the work by its id. */
        readonly first: FlowRunId;
      };
    }
  | {
      readonly type: 'CancelRequested';
      /** Where it may come twice: the same one has the same. */
      readonly id?: string;
      readonly actor: Actor;
      readonly reason?: string;
      /** The parent that was cancelled or gave this run up: it is no word of a person, and may be said again. */
      readonly by?: FlowRunId;
    }
  | { readonly type: 'PauseRequested'; readonly actor: Actor; readonly reason?: string }
  /** Ends a pause or a halt. */
  | {
      readonly type: 'ResumeRequested';
      readonly actor: Actor;
      readonly resolutions?: readonly Resolution[];
    }
  | {
      readonly type: 'SignalSent';
      readonly actor: Actor;
      readonly name: string;
      readonly payload: unknown;
      /** Given by the sender: the same id again is the same signal. */
      readonly id?: string;
    }
  | {
      readonly type: 'ApprovalAnswered';
      readonly actor: Actor;
      /** The step of its ApprovalRequested. */
      readonly step: number;
      readonly approved: boolean;
      readonly comment?: string;
      readonly payload?: unknown;
    }
  | { readonly type: 'TimerFired'; readonly timerId: string }
  /** Said by the orchestrator on behalf of a child. */
  | {
      readonly type: 'ChildFinished';
      readonly step: number;
      readonly childRunId: FlowRunId;
      readonly end: ChildEnd;
    }
  /** Said by the orchestrator in answer to ValueRequested: what was kept at that moment. */
  | {
      readonly type: 'ValueLoaded';
      readonly step: number;
      readonly found: boolean;
      readonly value: unknown;
    };

export type ChildEnd =
  | { readonly status: 'completed'; readonly result: unknown }
  | { readonly status: 'failed'; readonly error: ErrorRecord }
  | { readonly status: 'cancelled'; readonly reason?: string };

/** Said by the orchestrator only, on `decision.*`, behind the fence. */
export type DecisionEvent =
  | {
      readonly type: 'FlowStarted';
      readonly flow: string;
      readonly version: string;
      readonly tags: readonly string[];
      /** Numbers of the engine's behaviour changes that this run goes by; a run keeps them. */
      readonly behaviours?: readonly number[];
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
      /** The step that this one undoes. */
      readonly compensates?: number;
    } & Execution &
      TaskTerms)
  | {
      readonly type: 'TimerScheduled';
      readonly timerId: string;
      readonly kind: TimerKind;
      readonly step: number;
      readonly dueAt: Millis;
      /** Of a sleep: what the flow asked for; what a later epoch or a fork matches it by. */
      readonly seconds?: number;
    }
  /** A new epoch begins: successes up to `fedSeq` are used again. */
  | {
      readonly type: 'FlowRetried';
      readonly epoch: number;
      readonly fedSeq: StreamSeq;
      readonly error: ErrorRecord;
    }
  | {
      readonly type: 'ChildScheduled';
      readonly step: number;
      readonly childRunId: FlowRunId;
      readonly flow: string;
      readonly input: unknown;
      readonly tags: readonly string[];
      readonly reuseKey: string;
      /** A detached child outlives its parent, which does not wait for it. */
      readonly detached: boolean;
      /** What the idempotency keys of the child's tasks are made of: the same when the parent is forked or retried. */
      readonly root: string;
    }
  | {
      readonly type: 'ChildrenCancelled';
      readonly childRunIds: readonly FlowRunId[];
      readonly reason: string;
    }
  | { readonly type: 'SignalAwaited'; readonly step: number; readonly name: string; readonly dueAt?: Millis }
  | {
      readonly type: 'ApprovalRequested';
      readonly step: number;
      readonly name: string;
      /** What is to be approved. */
      readonly payload: unknown;
      readonly dueAt?: Millis;
      /** What holds when nobody has answered by then; the flow gets an error where it is left out. */
      readonly otherwise?: 'approved' | 'declined';
      /** Users who may answer; everybody where it is left out. */
      readonly approvers?: readonly string[];
    }
  | {
      readonly type: 'ValueRequested';
      readonly step: number;
      readonly source: 'state' | 'result';
      readonly name: string;
    }
  | { readonly type: 'ArtifactRecorded'; readonly step: number; readonly artifact: Artifact }
  /** The flow is told to end: what it waits for is rejected, and it may clean up. */
  | {
      readonly type: 'FlowCancelling';
      readonly cause: 'cancel' | 'timeout';
      readonly reason?: string;
      /** Steps that go on waiting all the same, for time, a message or their next attempt: they clean up. */
      readonly spares?: readonly number[];
    }
  /** The steps are undone, in this order. */
  | {
      readonly type: 'CompensationStarted';
      readonly steps: readonly number[];
      /** Those of the steps that were taken over from another run. */
      readonly adopted?: readonly (AskId & { readonly step: number })[];
    }
  | { readonly type: 'RunPaused'; readonly actor: Actor; readonly reason?: string }
  | {
      readonly type: 'RunResumed';
      readonly actor: Actor;
      readonly after: 'pause' | 'ambiguous' | 'halt';
      /** What the request said that counted; one that was refused changes nothing. */
      readonly resolutions?: readonly Resolution[];
    }
  | {
      readonly type: 'FlowCompleted';
      readonly result: unknown;
      /** Durable state that the flow has set, by name; kept now that the run has completed. */
      readonly state?: Readonly<Record<string, unknown>>;
    }
  | { readonly type: 'FlowFailed'; readonly error: ErrorRecord }
  | { readonly type: 'FlowCancelled'; readonly reason?: string }
  /** The run has ended and another goes on with its work. */
  | {
      readonly type: 'FlowContinued';
      readonly nextRunId: FlowRunId;
      readonly input: unknown;
      /** What came up to here was taken into account; what came after is said again to the next run. */
      readonly fedSeq: StreamSeq;
      /** Signals that nobody had taken; they are said again to the next run. */
      readonly signals?: readonly Extract<RequestEvent, { type: 'SignalSent' }>[];
      readonly state?: Readonly<Record<string, unknown>>;
    }
  /** The run waits for a person; it has not failed. */
  | {
      readonly type: 'RunHalted';
      readonly reason: HaltReason;
      readonly error: ErrorRecord;
      /** Of reason `ambiguous`: the tasks of which nobody knows whether they took effect. */
      readonly taskRunIds?: readonly TaskRunId[];
    }
  /** No orchestrator here knows this version; whoever loads it resumes the run. */
  | { readonly type: 'RunParked'; readonly flow: string; readonly version: string }
  /** On `decision.cancel`: services abort what runs and answer queued work `cancelled`. */
  | {
      readonly type: 'TasksCancelled';
      readonly taskRunIds: readonly TaskRunId[];
      readonly reason: string;
      /**
       * Those of them whose attempt is not ended by this: a success that comes nevertheless is used. The others' is,
       * and whatever comes later counts for nothing.
       */
      readonly provisional?: readonly TaskRunId[];
      /** Steps that were waiting and are given up with them, where no other decision says so: nothing had ended them. */
      readonly steps?: readonly number[];
    };

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
