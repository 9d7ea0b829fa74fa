import type { Actor } from '#libs/run-log';
import type { FlowRunStatus } from './statuses.js';
import type { StoredError } from './stored-error.js';

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

/** One run of a flow. Whatever has no shape of its own is JSON text. */
export interface FlowRunRecord {
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
  /** What the fold must remember: how each task stands, and which timers the run waits for. */
  fold: { tasks: Record<string, string>; openTasks: number; timers: string[] };
}
