import type { CallEvent, Stored } from '#libs/run-log';
import { TaskRunStatus } from './statuses.js';
import { NO_TERMS } from './task-run.record.js';
import type { TaskRunRecord } from './task-run.record.js';
import type { TaskRunChanges } from './fold-task-run.js';
import { newTaskRun, traceIdOf } from './new-task-run.js';
import { NO_ERROR, outcomeFields, untried } from './outcome-fields.js';
import { isClosed, statusOf } from './task-state.js';

type Claimed = Extract<CallEvent, { type: 'CallClaimed' }>;
type Finished = Extract<CallEvent, { type: 'CallFinished' }>;

/** Code of a direct call of which nothing was heard by its deadline. */
export const LOST = 'lost';

/**
 * Says what an event of a direct call changes in its record; null when nothing. Claim and outcome may come in
 * either order, for nobody waits for the claim to be stored. An outcome corrects a call that was given up as lost.
 */
export function foldCall(record: TaskRunRecord | null, stored: Stored<CallEvent>): TaskRunChanges | null {
  const { event } = stored;
  if (record && record.lastSeq >= stored.position.seq) return null;
  switch (event.type) {
    case 'CallClaimed':
      return event.createTaskrun ? claimed(record, stored, event) : null;
    case 'CallFinished':
      return finished(record, stored, event);
    case 'DeadLettered':
      return null;
    default:
      return null;
  }
}

function claimed(
  record: TaskRunRecord | null,
  stored: Stored<CallEvent>,
  event: Claimed,
): TaskRunChanges | null {
  if (record && !record.partial) return null;
  const startedAt = new Date(event.startedAt);
  const begun: TaskRunRecord = {
    ...newTaskRun(stored, event, 1),
    source: 'CALLS',
    status: TaskRunStatus.running,
    orchestrated: event.flowRunId !== undefined,
    flowRunId: event.flowRunId ?? null,
    parentTaskRunId: event.parentTaskRunId ?? null,
    startedAt,
    deadline: new Date(event.deadline),
    attempts: [{ ...untried(1), startedAt, by: event.by }],
  };
  if (!record) return begun;
  // The outcome was here first: only who, what and why is missing.
  const {
    actor,
    idempotencyKey,
    orchestrated,
    flowRunId,
    parentTaskRunId,
    replayOf,
    inputDump,
    tags,
    metadata,
  } = begun;
  return {
    actor,
    idempotencyKey,
    orchestrated,
    flowRunId,
    parentTaskRunId,
    replayOf,
    inputDump,
    tags,
    metadata: { ...metadata, executionTime: record.metadata.executionTime },
    partial: false,
    updatedAt: begun.updatedAt,
    lastSeq: begun.lastSeq,
  };
}

function finished(
  record: TaskRunRecord | null,
  stored: Stored<CallEvent>,
  event: Finished,
): TaskRunChanges | null {
  if (record && isClosed(record) && record.errorCode !== LOST) return null;
  const before = record ?? unclaimed(stored, event);
  return {
    ...(record ? {} : before),
    ...outcomeFields(before.attempts, before.metadata, { ...event, attempt: 1, deliveries: null }),
    status: statusOf(event.outcome),
    deadline: null,
    updatedAt: new Date(stored.time),
    lastSeq: stored.position.seq,
  };
}

function unclaimed(stored: Stored<CallEvent>, event: Finished): TaskRunRecord {
  const at = new Date(stored.time);
  return {
    ...NO_TERMS,
    _id: event.taskRunId,
    operationName: event.operation,
    service: event.service,
    taskName: null,
    step: null,
    source: 'CALLS',
    status: TaskRunStatus.running,
    actor: { userId: 'unknown', channel: 'nats' },
    attempt: 1,
    attempts: [untried(1)],
    idempotencyKey: '',
    orchestrated: false,
    flowRunId: null,
    parentTaskRunId: null,
    deploymentId: null,
    replayOf: null,
    inputDump: null,
    resultRefs: [],
    ...NO_ERROR,
    errorList: [],
    logEntries: [],
    tags: [],
    metadata: { dryRun: false, testMode: false, verbose: false, executionTime: null },
    traceId: traceIdOf(stored.trace),
    startedAt: null,
    finishedAt: null,
    durationMs: null,
    createdAt: at,
    updatedAt: at,
    lastSeq: stored.position.seq,
    deadline: null,
    partial: true,
  };
}
