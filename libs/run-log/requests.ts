import type { Actor, RunFlags } from './execution.js';
import type { Fork } from './fork.js';
import type { FlowRunId, TaskRunId } from './ids.js';
import type { ErrorRecord } from './outcome.js';

/** What a person says about a task of which nobody knows whether it took effect. */
export type Resolution = { readonly taskRunId: TaskRunId } & (
  | { readonly as: 'succeeded'; readonly result: unknown }
  | { readonly as: 'failed'; readonly message?: string }
  /** It took no effect: try it again. */
  | { readonly as: 'retry' }
);

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
