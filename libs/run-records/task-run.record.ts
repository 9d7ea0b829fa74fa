import type { Actor, Resolution, ResultRef } from '#libs/run-log';
import type { TaskRunStatus } from './statuses.js';
import type { StoredError, StoredErrorItem, StoredLogEntry } from './stored-error.js';

/** What a person has said about an outcome of which nobody knows whether it took effect. */
export interface StoredResolution {
  readonly as: Resolution['as'];
  readonly by: Actor;
  readonly at: Date;
  readonly message: string | null;
}

export interface StoredAttempt {
  readonly attempt: number;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly error: StoredError | null;
  readonly deliveries: number | null;
  readonly by: string | null;
  /** Null where nobody had to say how it ended. */
  readonly resolution: StoredResolution | null;
}

export interface StoredMetadata {
  readonly dryRun: boolean;
  readonly testMode: boolean;
  readonly verbose: boolean;
  /** Milliseconds of the last finished attempt; null before. */
  readonly executionTime: number | null;
}

/** What came by LIVE alone. No fold of RUN or CALLS brings it back. */
export interface LivePart {
  readonly attempt?: number;
  readonly startedAt?: Date;
  readonly by?: string;
  readonly progress?: { readonly done: number; readonly total?: number; readonly message?: string };
}

/** What a flow asked of a task, and what came in its way. A direct call has none of it. */
export interface TaskRunTerms {
  /** The step that it undoes. */
  compensates: number | null;
  cacheKey: string | null;
  /** The name under which its result is kept for later runs. */
  resultName: string | null;
  /** The attempt must have been begun by then. */
  startBy: Date | null;
  /** While there is no room at a limit: when it is scheduled again. */
  deferredUntil: Date | null;
  /** The latest word of a person on it. */
  resolution: StoredResolution | null;
}

export const NO_TERMS: Readonly<TaskRunTerms> = Object.freeze({
  compensates: null,
  cacheKey: null,
  resultName: null,
  startBy: null,
  deferredUntil: null,
  resolution: null,
});

/** One task or direct call, however many attempts. Whatever has no shape of its own is JSON text. */
export interface TaskRunRecord extends TaskRunTerms {
  _id: string;
  operationName: string;
  service: string;
  /** Null when direct. */
  taskName: string | null;
  step: number | null;
  status: TaskRunStatus;
  actor: Actor;
  attempt: number;
  attempts: StoredAttempt[];
  idempotencyKey: string;
  orchestrated: boolean;
  flowRunId: string | null;
  parentTaskRunId: string | null;
  deploymentId: string | null;
  /** The one whose input it was given again, by a person. */
  replayOf: string | null;
  inputDump: string | null;
  resultRefs: ResultRef[];
  errorCode: string | null;
  errorMessage: string | null;
  errorTraceback: string | null;
  errorList: StoredErrorItem[];
  logEntries: StoredLogEntry[];
  tags: string[];
  metadata: StoredMetadata;
  traceId: string | null;
  startedAt: Date | null;
  finishedAt: Date | null;
  /** From the first attempt's start to the end, in milliseconds. */
  durationMs: number | null;
  createdAt: Date;
  updatedAt: Date;
  /** Sequence of the last event that it has taken in. */
  lastSeq: number;
  /** Which stream its events come from. */
  source: 'RUN' | 'CALLS';
  /** Only while a direct call is under way: past it, the call is lost. */
  deadline: Date | null;
  /** True where the outcome is known and the claim is not (yet). */
  partial: boolean;
  live?: LivePart;
}

/** How a record may look that was made before tasks had terms. */
export type EarlierTaskRun = Omit<TaskRunRecord, keyof TaskRunTerms | 'attempts' | 'replayOf'> &
  Partial<TaskRunTerms & Pick<TaskRunRecord, 'replayOf'>> & {
    readonly attempts: readonly (Omit<StoredAttempt, 'resolution'> & Partial<StoredAttempt>)[];
  };

/** Gives a record that was made before the fields were there what it lacks. */
export function completeTaskRun(record: EarlierTaskRun): TaskRunRecord {
  const attempts = record.attempts.map((attempt) => ({ resolution: null, ...attempt }));
  return { ...NO_TERMS, replayOf: null, ...record, attempts };
}
