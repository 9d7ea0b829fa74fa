import { FlowRunStatus } from './statuses.js';
import type { RunEvent, StoredInRun, TimerKind } from '#libs/run-log';
import { NO_TASKS } from './flow-run.record.js';
import type { FlowRunRecord, TaskCounts } from './flow-run.record.js';
import { toText } from './json-text.js';
import { storedError } from './stored-error.js';
import { traceIdOf } from './new-task-run.js';
import { isClosed, isTaskEvent, nextTaskState, taskIdsOf } from './task-state.js';
import type { TaskEvent, TaskState } from './task-state.js';

type Fields = Omit<FlowRunRecord, 'fold'>;

/** What an event changes: fields, and the states of some tasks among all that the fold remembers. */
export interface FlowRunChanges extends Partial<Fields> {
  readonly taskStates?: Readonly<Record<string, string>>;
  readonly openTasks?: number;
  readonly timers?: readonly string[];
}

/** A run that waits for one of these does nothing else meanwhile; a time-out only stands by. */
const WAITED_FOR: readonly TimerKind[] = ['sleep', 'task-retry', 'flow-retry'];
const ENDED: readonly string[] = [FlowRunStatus.completed, FlowRunStatus.failed, FlowRunStatus.cancelled];

/**
 * Says what an event changes in the record of its run; null when nothing. A record that has taken in a later
 * event already is left as it is.
 */
export function foldFlowRun(
  record: FlowRunRecord | null,
  stored: StoredInRun<RunEvent>,
): FlowRunChanges | null {
  const { event, position } = stored;
  if (!record) return event.type === 'StartRequested' ? begun(stored, event) : null;
  if (record.lastSeq >= position.seq) return null;
  const changes = changesOf(record, stored);
  if (!changes) return null;
  const all = { ...changes, updatedAt: new Date(stored.time), lastSeq: position.seq };
  return changes.status === undefined ? { ...all, ...liveliness(record, all, event) } : all;
}

function changesOf(record: FlowRunRecord, stored: StoredInRun<RunEvent>): FlowRunChanges | null {
  const { event } = stored;
  if (isTaskEvent(event)) return taskChanges(record, event);
  switch (event.type) {
    case 'StartRequested':
      return null;
    case 'CancelRequested':
      return {};
    case 'FlowStarted':
      return {
        status: FlowRunStatus.running,
        version: event.version,
        tags: [...new Set([...record.tags, ...event.tags])],
        startedAt: record.startedAt ?? new Date(stored.time),
        error: null,
      };
    case 'TimerScheduled':
      return WAITED_FOR.includes(event.kind)
        ? { timers: [...record.fold.timers.filter((id) => id !== event.timerId), event.timerId] }
        : {};
    case 'TimerFired':
      return { timers: record.fold.timers.filter((id) => id !== event.timerId) };
    case 'FlowRetried':
      return { attempt: record.attempt + 1, error: storedError(event.error) };
    case 'FlowCompleted':
      return {
        ...ended(record, stored),
        status: FlowRunStatus.completed,
        result: toText(event.result),
        error: null,
      };
    case 'FlowFailed':
      return { ...ended(record, stored), status: FlowRunStatus.failed, error: storedError(event.error) };
    case 'FlowCancelled':
      return {
        ...ended(record, stored),
        status: FlowRunStatus.cancelled,
        error: event.reason
          ? { code: 'flow/cancelled', message: event.reason, disposition: 'terminal' }
          : null,
      };
    case 'RunHalted':
      return { status: FlowRunStatus.halted, error: storedError(event.error) };
    case 'RunParked':
      return { status: FlowRunStatus.waiting };
    default:
      // Newer builds may speak of more; a record needs none of it.
      return {};
  }
}

function begun(
  stored: StoredInRun<RunEvent>,
  event: Extract<RunEvent, { type: 'StartRequested' }>,
): FlowRunChanges {
  const at = new Date(stored.time);
  return {
    _id: stored.runId,
    flow: event.flow,
    version: null,
    status: FlowRunStatus.pending,
    parameters: toText(event.input),
    tags: [...event.tags],
    actor: { userId: event.actor.userId, channel: event.actor.channel },
    parentFlowRunId: event.parent?.runId ?? null,
    deploymentId: event.deploymentId ?? null,
    restartedFrom: null,
    idempotencyKey: event.idempotencyKey ?? null,
    traceId: traceIdOf(stored.trace),
    attempt: 1,
    result: null,
    error: null,
    tasks: NO_TASKS,
    metadata: {
      dryRun: event.flags.dryRun ?? false,
      testMode: event.flags.testMode ?? false,
      verbose: event.flags.verbose ?? false,
    },
    startedAt: null,
    finishedAt: null,
    durationMs: null,
    createdAt: at,
    updatedAt: at,
    lastSeq: stored.position.seq,
    taskStates: {},
    openTasks: 0,
    timers: [],
  };
}

function ended(record: FlowRunRecord, stored: StoredInRun<RunEvent>): FlowRunChanges {
  const since = record.startedAt ?? record.createdAt;
  return {
    finishedAt: new Date(stored.time),
    durationMs: Math.max(0, stored.time - since.getTime()),
    timers: [],
  };
}

function taskChanges(record: FlowRunRecord, event: TaskEvent): FlowRunChanges {
  const taskStates: Record<string, string> = {};
  let { tasks } = record;
  let { openTasks } = record.fold;
  for (const id of taskIdsOf(event)) {
    const before = readState(record.fold.tasks[id]);
    const after = nextTaskState(before, event);
    if (!after) continue;
    const recorded = before?.recorded ?? (event.type !== 'TaskScheduled' || event.createTaskrun);
    taskStates[id] = writeState({ ...after, recorded });
    openTasks += Number(!isClosed(after)) - Number(before !== undefined && !isClosed(before));
    if (recorded) tasks = recount(tasks, before, after);
  }
  return { taskStates, openTasks, tasks };
}

function recount(counts: TaskCounts, before: TaskState | undefined, after: TaskState): TaskCounts {
  const next = { ...counts };
  if (before) next[before.status] -= 1;
  else next.total += 1;
  next[after.status] += 1;
  return next;
}

/** Between its beginning and its end a run either does something or waits; only a decision ends a halt. */
function liveliness(record: FlowRunRecord, changes: FlowRunChanges, event: RunEvent): Partial<Fields> {
  const { status } = record;
  if (ENDED.includes(status) || status === FlowRunStatus.pending || status === FlowRunStatus.paused)
    return {};
  const decided =
    event.type === 'TaskScheduled' || event.type === 'TimerScheduled' || event.type === 'FlowRetried';
  if (status === FlowRunStatus.halted && !decided) return {};
  const open = changes.openTasks ?? record.fold.openTasks;
  const timers = changes.timers ?? record.fold.timers;
  const next = open === 0 && timers.length > 0 ? FlowRunStatus.waiting : FlowRunStatus.running;
  return next === status ? {} : { status: next };
}

interface KnownTask extends TaskState {
  /** False for tasks that leave no record of their own. */
  readonly recorded: boolean;
}

const writeState = ({ attempt, status, recorded }: KnownTask): string =>
  `${recorded ? '' : '-'}${attempt}:${status}`;

/** Reads how the fold remembers a task. */
export function readState(text: string | undefined): KnownTask | undefined {
  if (text === undefined) return undefined;
  const recorded = !text.startsWith('-');
  const [attempt, status] = (recorded ? text : text.slice(1)).split(':');
  return { attempt: Number(attempt), status: status as TaskState['status'], recorded };
}

/** Brings a working copy up to date. */
export function applyFlowRun(record: FlowRunRecord | null, changes: FlowRunChanges): FlowRunRecord {
  const { taskStates, openTasks, timers, ...fields } = changes;
  const next = Object.assign(record ?? ({} as FlowRunRecord), fields);
  next.fold ??= { tasks: {}, openTasks: 0, timers: [] };
  Object.assign(next.fold.tasks, taskStates);
  if (openTasks !== undefined) next.fold.openTasks = openTasks;
  if (timers) next.fold.timers = [...timers];
  return next;
}
