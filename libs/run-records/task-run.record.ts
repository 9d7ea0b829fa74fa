import type { Actor, ResultRef } from '#libs/run-log';
import type { TaskRunStatus } from './statuses.js';
import type { StoredError, StoredErrorItem, StoredLogEntry } from './stored-error.js';

export interface StoredAttempt {
  readonly attempt: number;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly error: StoredError | null;
  readonly deliveries: number | null;
  readonly by: string | null;
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

/** One task or direct call, however many attempts. Whatever has no shape of its own is JSON text. */
export interface TaskRunRecord {
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
