import type { Execution, StoredInRun, Stored, TraceContext } from '#libs/run-log';
import { NO_TERMS } from './task-run.record.js';
import type { TaskRunRecord } from './task-run.record.js';
import { toText } from './json-text.js';
import { NO_ERROR, untried } from './outcome-fields.js';
import { who } from './who.js';

/** Gives every field of a record that has just begun; what it is about is for the caller to add. */
export function newTaskRun(
  stored: Pick<Stored<unknown> | StoredInRun<unknown>, 'time' | 'trace' | 'position'>,
  execution: Execution,
  attempt: number,
): Omit<TaskRunRecord, 'source' | 'status'> {
  const at = new Date(stored.time);
  return {
    ...NO_TERMS,
    _id: execution.taskRunId,
    operationName: execution.operation,
    service: execution.service,
    taskName: null,
    step: null,
    actor: who(execution.actor),
    attempt,
    attempts: [untried(attempt)],
    idempotencyKey: execution.idempotencyKey,
    orchestrated: false,
    flowRunId: null,
    parentTaskRunId: null,
    deploymentId: null,
    replayOf: execution.replayOf ?? null,
    inputDump: toText(execution.input),
    resultRefs: [],
    ...NO_ERROR,
    errorList: [],
    logEntries: [],
    tags: [...execution.tags],
    metadata: {
      dryRun: execution.flags.dryRun ?? false,
      testMode: execution.flags.testMode ?? false,
      verbose: execution.flags.verbose ?? false,
      executionTime: null,
    },
    traceId: traceIdOf(stored.trace),
    startedAt: null,
    finishedAt: null,
    durationMs: null,
    createdAt: at,
    updatedAt: at,
    lastSeq: stored.position.seq,
    deadline: null,
    partial: false,
  };
}

/** Reads the trace's id out of a W3C `traceparent`. */
export function traceIdOf(trace: TraceContext): string | null {
  return trace.traceparent?.split('-')[1] ?? null;
}
