import type { Actor, ErrorRecord, FlowRunId, Resolution, StreamSeq, TraceContext } from '#libs/run-log';

/** Requests go to `workflows.<verb>.<run id or flow>`; any orchestrator answers. */
export const REQUEST_ROOT = 'workflows';

/** What may be asked of a run; the run's id stands behind the verb. */
export const RUN_VERBS = [
  'signal',
  'approve',
  'pause',
  'resume',
  'cancel',
  'restart',
  'undo',
  'describe',
  'approvals',
] as const;
export type RunVerb = (typeof RUN_VERBS)[number];

/** What may be asked about the durable state of a flow; the flow's name stands behind the verb. */
export const STATE_VERBS = ['get-state', 'set-state', 'reset-state', 'list-states'] as const;
export type StateVerb = (typeof STATE_VERBS)[number];

/** What stands beside the body, as headers. */
export const REQUEST_HEADERS = {
  idempotencyKey: 'Idempotency-Key',
  userId: 'User-Id',
  channel: 'Channel',
  /** Patterns of permissions with commas between; empty is none, absent is that nobody asked. */
  grants: 'Grants',
  /** Who acts for the user. */
  by: 'Acting-For-User',
  /** The id of the key that who asks is known by. */
  key: 'Key-Id',
} as const;

/** Who asks; what is asked is traced under `trace`. */
export interface By {
  readonly actor: Actor;
  readonly trace?: TraceContext;
}

/** Which approval is answered: by its name where one of that name is open, or by its step. */
export interface ApprovalRef {
  readonly name?: string;
  readonly step?: number;
}

export interface ApprovalReply {
  readonly approved: boolean;
  readonly comment?: string;
  /** Any JSON; the flow gets it with the answer. */
  readonly payload?: unknown;
}

/** Which runs an answer may go to. */
export interface ApprovalScope {
  /** False where only the very run is meant that is named, and none that goes on with its work; true unless said. */
  readonly follow?: boolean;
}

export interface RestartRequest {
  /** The first step that is done anew, from 1; what had succeeded before it is kept. All successes, if left out. */
  readonly fromStep?: number;
  /** The old run's, if left out. */
  readonly input?: unknown;
  /** The same key of the same person is the same new run. */
  readonly idempotencyKey?: string;
}

export interface ResumeRequest {
  /** One for each task of which nobody knows whether it took effect. */
  readonly resolutions?: readonly Resolution[];
}

/** The request is stored; the run acts on it when its turn comes. */
export interface Steered {
  /** The run it was stored for: the last of the chain where the run was continued by others. */
  readonly runId: FlowRunId;
  /** Where it lies in the log. */
  readonly seq: StreamSeq;
  /** True when the very same request had been stored a moment before. */
  readonly duplicate: boolean;
  /** What a person should know, such as that a second cancel ends the run at once. */
  readonly note?: string;
}

/** Every answer is this or what was asked for. */
export interface Refused {
  readonly error: ErrorRecord;
}
