import type { Actor, Execution, TaskTerms } from './execution.js';
import type { AskId } from './fork.js';
import type { FlowRunId, Millis, StreamSeq, TaskRunId } from './ids.js';
import type { ErrorRecord } from './outcome.js';
import type { RequestEvent, Resolution } from './requests.js';

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

/** What a flow shows to people. `data` by kind: text, rows, an address, or an image's address or data URL. */
export interface Artifact {
  readonly kind: 'markdown' | 'table' | 'link' | 'image';
  /** The same key again, in this run or a later one, is a newer version of the same artifact. */
  readonly key?: string;
  readonly title?: string;
  readonly data: unknown;
}

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
