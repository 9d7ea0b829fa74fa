import type { Resolution, StoredInRun } from '#libs/run-log';
import type { StoredResolution, TaskRunRecord } from './task-run.record.js';
import { newTaskRun } from './new-task-run.js';
import { NO_ERROR, outcomeFields, untried, withAttempt } from './outcome-fields.js';
import { nextTaskState, resolutionOf } from './task-state.js';
import type { TaskEvent, TaskState } from './task-state.js';
import { who } from './who.js';

export type TaskRunChanges = Partial<TaskRunRecord>;

type Scheduled = Extract<TaskEvent, { type: 'TaskScheduled' }>;
type Resumed = Extract<TaskEvent, { type: 'RunResumed' }>;
type Halted = Extract<TaskEvent, { type: 'RunHalted' }>;

/**
 * Says what an event of a run changes in the record of the task run `id`; null when nothing. A record that has
 * taken in a later event already is left as it is. `deploymentId` is the run's.
 */
export function foldTaskRun(
  record: TaskRunRecord | null,
  stored: StoredInRun<TaskEvent>,
  id: string,
  deploymentId: string | null,
): TaskRunChanges | null {
  const { event } = stored;
  if (event.type === 'TaskScheduled' && !event.createTaskrun) return null;
  if (record && record.lastSeq >= stored.position.seq) return null;
  if (!record) return event.type === 'TaskScheduled' ? begun(stored, event, deploymentId) : null;
  const next = nextTaskState(stateOf(record), event, id);
  if (!next) return null;
  const at = new Date(stored.time);
  const common = { status: next.status, deferredUntil: null, updatedAt: at, lastSeq: stored.position.seq };
  switch (event.type) {
    case 'TaskScheduled':
      return { ...common, ...attemptFields(record, event) };
    case 'TaskClaimed':
      return common;
    case 'TaskFinished':
      if (event.outcome.status === 'deferred')
        return { ...common, deferredUntil: new Date(event.outcome.until) };
      return { ...common, ...ending(record, event, next) };
    case 'TasksCancelled':
      return {
        ...common,
        finishedAt: at,
        durationMs: tookUntil(record, at),
        errorMessage: event.reason,
        attempts: record.attempts.map((attempt) =>
          attempt.attempt === record.attempt && !next.givenUp ? { ...attempt, finishedAt: at } : attempt,
        ),
      };
    case 'RunHalted':
      return { ...common, ...inDoubt(record, event, at) };
    case 'RunResumed':
      return { ...common, ...resolved(record, event, id, at) };
  }
}

function begun(stored: StoredInRun<TaskEvent>, event: Scheduled, deploymentId: string | null): TaskRunRecord {
  return {
    ...newTaskRun(stored, event, event.attempt),
    source: 'RUN',
    status: 'pending',
    taskName: event.task,
    step: event.step,
    orchestrated: true,
    flowRunId: stored.runId,
    deploymentId,
    compensates: event.compensates ?? null,
    cacheKey: event.cache?.key ?? null,
    resultName: event.resultName ?? null,
    startBy: startByOf(event),
  };
}

/** A new attempt has no outcome yet; one that was deferred is the same attempt again. */
function attemptFields(record: TaskRunRecord, event: Scheduled): TaskRunChanges {
  const startBy = startByOf(event);
  if (event.attempt === record.attempt) return { startBy };
  return {
    ...NO_ERROR,
    startBy,
    attempt: event.attempt,
    attempts: withAttempt(record.attempts, untried(event.attempt)),
    errorList: [],
    finishedAt: null,
    durationMs: null,
  };
}

/** Of a task that was called off, and is not done nevertheless, only the attempt tells how it ended. */
function ending(
  record: TaskRunRecord,
  event: Extract<TaskEvent, { type: 'TaskFinished' }>,
  next: TaskState,
): TaskRunChanges {
  const fields = outcomeFields(record.attempts, record.metadata, event);
  const isNote = stateOf(record).givenUp && next.status === record.status;
  return isNote ? { attempts: fields.attempts! } : fields;
}

/** What was said when the task was called off says why nobody knows. */
function inDoubt(record: TaskRunRecord, { error }: Halted, at: Date): TaskRunChanges {
  const message = record.errorMessage ?? error.message;
  const latest = record.attempts.find(({ attempt }) => attempt === record.attempt);
  return {
    errorCode: error.code,
    errorMessage: message,
    finishedAt: record.finishedAt ?? at,
    attempts: withAttempt(record.attempts, {
      ...(latest ?? untried(record.attempt)),
      finishedAt: latest?.finishedAt ?? at,
      error: { code: error.code, message, disposition: 'halt' },
    }),
  };
}

/** The attempt keeps its error; what a person has said about it stands beside. */
function resolved(record: TaskRunRecord, event: Resumed, id: string, at: Date): TaskRunChanges {
  const word = resolutionOf(event, id);
  if (!word) return {};
  const resolution: StoredResolution = { as: word.as, by: who(event.actor), at, message: messageOf(word) };
  const latest = record.attempts.find(({ attempt }) => attempt === record.attempt);
  const isOver = Boolean(latest?.finishedAt);
  return {
    resolution,
    attempts: withAttempt(record.attempts, {
      ...(latest ?? untried(record.attempt)),
      ...(isOver ? {} : { finishedAt: at }),
      resolution,
    }),
    ...(isOver ? {} : { finishedAt: at, durationMs: tookUntil(record, at) }),
    ...(word.as === 'succeeded' ? { ...NO_ERROR, errorList: [] } : {}),
    ...(resolution.message === null ? {} : { errorMessage: resolution.message }),
  };
}

/** Where the record says no more, it stands as its status, its latest attempt and what was said about that tell. */
function stateOf(record: TaskRunRecord): TaskState {
  const { attempt, status } = record;
  const latest = record.attempts.find((one) => one.attempt === attempt);
  return {
    attempt,
    status,
    deferred: Boolean(record.deferredUntil),
    ambiguous: status === 'failed' && latest?.error?.disposition === 'halt' && !latest.resolution,
    givenUp: status === 'cancelled' && latest?.finishedAt === null,
  };
}

const messageOf = (word: Resolution): string | null => (word.as === 'failed' ? (word.message ?? null) : null);

const startByOf = ({ startBy }: Scheduled): Date | null => (startBy === undefined ? null : new Date(startBy));

const tookUntil = ({ startedAt }: TaskRunRecord, at: Date): number | null =>
  startedAt ? Math.max(0, at.getTime() - startedAt.getTime()) : null;
