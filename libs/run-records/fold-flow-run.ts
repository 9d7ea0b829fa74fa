import type { RunEvent, StoredInRun } from '#libs/run-log';
import { beginRun, beginUnread, showsUnread, UNREAD_FLOW } from './begin-run.js';
import type { FlowRunRecord } from './flow-run.record.js';
import { emptyFold } from './flow-run.record.js';
import { toText } from './json-text.js';
import { endsRun, goesOn } from './run-course.js';
import type { RunEnd } from './run-course.js';
import { FlowRunStatus } from './statuses.js';
import { storedError } from './stored-error.js';
import { isTaskEvent } from './task-state.js';
import { tallyTasks } from './task-tally.js';
import { evolveWaits, WaitKind } from './waits.js';
import type { UntakenSignals, Waiting } from './waits.js';
import { who } from './who.js';

/** What an event changes: fields, and some of what the fold remembers. */
export interface FlowRunChanges extends Partial<Omit<FlowRunRecord, 'fold'>> {
  /** How some tasks stand, among all that the fold remembers. */
  readonly taskStates?: Readonly<Record<string, string>>;
  readonly openTasks?: number;
  readonly signals?: readonly UntakenSignals[];
  readonly heard?: readonly string[];
  readonly taken?: Readonly<Record<string, string>>;
  /** Some among all that the fold remembers. */
  readonly deadlines?: Readonly<Record<string, number>>;
  readonly approvals?: number;
}

const ENDED: readonly string[] = [FlowRunStatus.completed, FlowRunStatus.failed, FlowRunStatus.cancelled];
const STANDING_STILL: readonly string[] = [FlowRunStatus.paused, FlowRunStatus.halted];

/**
 * Says what an event changes in the record of its run; null when nothing. A record that has taken in a later
 * event already is left as it is.
 */
export function foldFlowRun(
  record: FlowRunRecord | null,
  stored: StoredInRun<RunEvent>,
): FlowRunChanges | null {
  const { event, position } = stored;
  if (!record) {
    if (event.type === 'StartRequested') return beginRun(stored, event);
    return showsUnread(event) ? beginUnread(stored, event) : null;
  }
  if (record.lastSeq >= position.seq || event.type === 'StartRequested') return null;
  const changes: FlowRunChanges = {
    ...takenUpAgain(record, event),
    ...waitChanges(record, event, new Date(stored.time)),
    ...(isTaskEvent(event) ? tallyTasks(record, event) : {}),
    ...courseChanges(record, event, stored),
    updatedAt: new Date(stored.time),
    lastSeq: position.seq,
  };
  return changes.status === undefined ? { ...changes, ...liveliness(record, changes, event) } : changes;
}

function courseChanges(
  record: FlowRunRecord,
  event: RunEvent,
  stored: StoredInRun<RunEvent>,
): FlowRunChanges {
  const at = new Date(stored.time);
  switch (event.type) {
    case 'FlowStarted':
      return {
        status: FlowRunStatus.running,
        ...(record.flow === UNREAD_FLOW ? { flow: event.flow } : {}),
        version: event.version,
        tags: [...new Set([...record.tags, ...event.tags])],
        startedAt: record.startedAt ?? at,
        error: null,
      };
    case 'FlowRetried':
      return { attempt: record.attempt + 1, error: storedError(event.error) };
    case 'ChildScheduled':
      return { children: record.children + 1 };
    case 'ApprovalRequested':
      return { approvals: record.fold.approvals + 1 };
    case 'ArtifactRecorded':
      return { artifacts: record.artifacts + 1 };
    case 'FlowCancelling':
      return record.cancelling
        ? {}
        : { cancelling: { cause: event.cause, reason: event.reason ?? null, at } };
    case 'CompensationStarted':
      return { compensating: { steps: [...event.steps], at } };
    case 'RunPaused':
      return {
        status: FlowRunStatus.paused,
        pause: { by: who(event.actor), reason: event.reason ?? null, at },
        halt: null,
      };
    case 'RunResumed':
      return { resumed: { by: who(event.actor), after: event.after, at } };
    case 'RunHalted':
      return {
        status: FlowRunStatus.halted,
        halt: {
          reason: event.reason,
          at,
          ...(event.taskRunIds ? { taskRunIds: [...event.taskRunIds] } : {}),
        },
        pause: null,
        error: storedError(event.error),
      };
    case 'RunParked':
      return { status: FlowRunStatus.waiting };
    default:
      // What else there is says nothing of the run beside what it waits for; newer builds may speak of more.
      return endsRun(event) ? endChanges(record, event, at) : {};
  }
}

function endChanges(record: FlowRunRecord, event: RunEnd, at: Date): FlowRunChanges {
  const since = record.startedAt ?? record.createdAt;
  const over = {
    finishedAt: at,
    durationMs: Math.max(0, at.getTime() - since.getTime()),
    pause: null,
    halt: null,
  };
  const state = 'state' in event && event.state ? { state: toText(event.state) } : {};
  switch (event.type) {
    case 'FlowCompleted':
      return {
        ...over,
        ...state,
        status: FlowRunStatus.completed,
        result: toText(event.result),
        error: null,
      };
    case 'FlowContinued':
      return {
        ...over,
        ...state,
        status: FlowRunStatus.completed,
        continuedBy: event.nextRunId,
        error: null,
      };
    case 'FlowFailed':
      return { ...over, status: FlowRunStatus.failed, error: storedError(event.error) };
    case 'FlowCancelled':
      return {
        ...over,
        status: FlowRunStatus.cancelled,
        error: event.reason
          ? { code: 'flow/cancelled', message: event.reason, disposition: 'terminal' }
          : null,
      };
  }
}

/** A decision of a run that stood still shows that it goes on: what it stood still for is over. */
function takenUpAgain(record: FlowRunRecord, event: RunEvent): FlowRunChanges {
  if (!STANDING_STILL.includes(record.status) || !goesOn(event)) return {};
  return { pause: null, halt: null, ...(record.status === FlowRunStatus.halted ? { error: null } : {}) };
}

const waitingOf = ({ waitingFor, fold }: FlowRunRecord): Waiting => ({
  waits: waitingFor,
  signals: fold.signals,
  heard: fold.heard,
  deadlines: fold.deadlines,
  taken: fold.taken,
});

function waitChanges(record: FlowRunRecord, event: RunEvent, at: Date): FlowRunChanges {
  const before = waitingOf(record);
  const after = evolveWaits(before, event, at);
  return {
    ...(after.waits === before.waits ? {} : { waitingFor: after.waits }),
    ...(after.signals === before.signals ? {} : { signals: after.signals }),
    ...(after.heard === before.heard ? {} : { heard: after.heard }),
    ...(after.taken === before.taken ? {} : { taken: after.taken }),
    ...(after.deadlines === before.deadlines || event.type !== 'TimerScheduled'
      ? {}
      : { deadlines: { [event.timerId]: event.step } }),
  };
}

/** Between its beginning and its end a run either does something or waits; only a decision ends a standstill. */
function liveliness(
  { status, waitingFor, fold }: FlowRunRecord,
  changes: FlowRunChanges,
  event: RunEvent,
): Pick<FlowRunChanges, 'status'> {
  if (ENDED.includes(status) || status === FlowRunStatus.pending) return {};
  if (STANDING_STILL.includes(status) && !goesOn(event)) return {};
  const waits = changes.waitingFor ?? waitingFor;
  const isIdle =
    (changes.openTasks ?? fold.openTasks) === 0 || waits.some(({ kind }) => kind === WaitKind.version);
  const next = isIdle && waits.length > 0 ? FlowRunStatus.waiting : FlowRunStatus.running;
  return next === status ? {} : { status: next };
}

/** Brings a working copy up to date. */
export function applyFlowRun(record: FlowRunRecord | null, changes: FlowRunChanges): FlowRunRecord {
  const { taskStates, openTasks, signals, heard, deadlines, taken, approvals, ...fields } = changes;
  const next = Object.assign(record ?? ({} as FlowRunRecord), fields);
  next.fold ??= emptyFold();
  Object.assign(next.fold.tasks, taskStates);
  Object.assign(next.fold.deadlines, deadlines);
  if (openTasks !== undefined) next.fold.openTasks = openTasks;
  if (signals) next.fold.signals = signals;
  if (heard) next.fold.heard = heard;
  if (taken) next.fold.taken = taken;
  if (approvals !== undefined) next.fold.approvals = approvals;
  return next;
}
