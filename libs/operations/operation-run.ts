import type { Actor, FlowRunId, ItemError, ResultRef, RunFlags, TaskRunId } from '#libs/run-log';
import type { OperationContract } from './contract.js';

export interface OperationLog {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

/** What an operation knows about its own execution; handed to every handler as second argument. */
export interface OperationRun {
  readonly contract: OperationContract;
  readonly taskRunId: TaskRunId;
  /** From 1; only the orchestrator makes attempts. */
  readonly attempt: number;
  /** Null when the call is direct and no flow stands behind it. */
  readonly flowRunId: FlowRunId | null;
  readonly parentTaskRunId: TaskRunId | null;
  readonly actor: Actor;
  readonly flags: Required<RunFlags>;
  /** The same over attempts, retries and forks: hand it to whatever dedupes on the other side. */
  readonly idempotencyKey: string;
  /** Aborted at the deadline, on cancel and on shutdown. */
  readonly signal: AbortSignal;
  /** When this attempt must have ended, in milliseconds of Unix time. */
  readonly deadline: number;
  readonly log: OperationLog;
  /** Tells viewers how far the work is. */
  progress(done: number, total?: number, message?: string): void;
  /** Records that one item of bulk work went wrong while the rest goes on. */
  itemError(error: ItemError): void;
  /** Adds a document to the record's result references. */
  addResultRef(ref: ResultRef): void;
  /** Calls another operation; flow, actor, flags, trace and deadline go along. Throws what it throws. */
  call<I extends object, O extends object>(contract: OperationContract<I, O>, input: I): Promise<O>;
}
