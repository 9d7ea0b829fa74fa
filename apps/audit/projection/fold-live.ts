import mongoose from 'mongoose';
import type { mongo } from 'mongoose';
import type { LiveEvent, StoredInRun } from '#libs/run-log';
import { NO_TERMS, toText } from '#libs/run-records';
import type { LivePart, TaskRunRecord } from '#libs/run-records';
import type { TaskLogRecord } from '../records/task-log.record.js';
import type { Collections } from './collections.js';
import type { Tally } from './tally.js';
import { writeErrorsOf } from './write-records.js';

type StoredLive = StoredInRun<LiveEvent>;
type Started = StoredInRun<Extract<LiveEvent, { type: 'TaskStarted' }>>;
type Progress = NonNullable<LivePart['progress']>;

const OPEN = ['pending', 'running'] as const;
const DUPLICATE_KEY = 11_000;

/**
 * Takes in a batch of LIVE. It only ever fills gaps:
 *
 * 1. `running` is written where a record is pending at that very attempt; an outcome is never undone.
 * 2. Where RUN has not come to a task yet, a record is made with `lastSeq: 0`, which RUN then fills.
 * 3. All else lies in the record's part `live`, which no fold of RUN or CALLS touches, and in task_logs.
 */
export async function foldLive(
  collections: Collections,
  batch: readonly StoredLive[],
  tally: Tally,
): Promise<void> {
  const started = new Map<string, Started>();
  const progress = new Map<string, Progress>();
  const lines: TaskLogRecord[] = [];
  for (const stored of batch) {
    tally.counts.folded++;
    try {
      sort(stored, started, progress, lines);
    } catch (error) {
      tally.undecodable(stored.position, error);
    }
  }
  await Promise.all([keepLines(collections, lines), markStarted(collections, [...started.values()])]);
  await markProgress(collections, progress);
}

function sort(
  stored: StoredLive,
  started: Map<string, Started>,
  progress: Map<string, Progress>,
  lines: TaskLogRecord[],
): void {
  const { event } = stored;
  switch (event.type) {
    case 'TaskStarted':
      started.set(event.taskRunId, stored as Started);
      break;
    case 'TaskProgressed':
      progress.set(event.taskRunId, {
        done: event.done,
        ...(event.total === undefined ? {} : { total: event.total }),
        ...(event.message === undefined ? {} : { message: event.message }),
      });
      break;
    case 'LogEmitted':
      lines.push(lineOf(stored, event));
      break;
  }
}

function lineOf({ position, runId, time }: StoredLive, event: Extract<LiveEvent, { type: 'LogEmitted' }>) {
  const { level, message, at, fields } = event.entry;
  return {
    _id: `${position.epoch}.${String(position.seq).padStart(15, '0')}`,
    taskRunId: event.taskRunId ?? null,
    // A call without a flow speaks under its own id.
    flowRunId: String(event.taskRunId) === String(runId) ? null : runId,
    level,
    message,
    ...(fields === undefined ? {} : { fields: toText(fields) }),
    at: new Date(at),
    storedAt: new Date(time),
  };
}

async function keepLines({ taskLogs }: Collections, lines: TaskLogRecord[]): Promise<void> {
  if (lines.length > 0) await insertNew(taskLogs, lines);
}

async function markStarted({ taskRuns }: Collections, started: readonly Started[]): Promise<void> {
  if (started.length === 0) return;
  const known = new Map<string, Pick<TaskRunRecord, 'status' | 'attempt'>>();
  const ids = started.map(({ event }) => event.taskRunId as string);
  for await (const { _id, status, attempt } of taskRuns.find(
    { _id: { $in: ids } },
    { projection: { status: 1, attempt: 1 } },
  ))
    known.set(_id, { status, attempt });
  const unheard = started.filter(({ event }) => !known.has(event.taskRunId));
  // Those that RUN has written in between are met again by the update.
  if (unheard.length > 0) await insertNew(taskRuns, unheard.map(placeholder));
  const open = started.filter(({ event }) => {
    const record = known.get(event.taskRunId);
    return !record || (record.status === 'pending' && record.attempt <= event.attempt);
  });
  if (open.length > 0) await taskRuns.bulkWrite(open.flatMap(runningWrites), { ordered: false });
}

/** The first notes the start for RUN to meet, the second shows it at once where RUN is that far. */
function runningWrites({ event }: Started): mongo.AnyBulkWriteOperation<TaskRunRecord>[] {
  const { attempt } = event;
  const live = {
    'live.attempt': attempt,
    'live.startedAt': new Date(event.startedAt),
    'live.by': event.by,
  };
  const _id: string = event.taskRunId;
  return [
    {
      updateOne: {
        filter: { _id, status: 'pending', attempt },
        update: { $set: { ...live, status: 'running' } },
      },
    },
    { updateOne: { filter: { _id, status: 'pending', attempt: { $lt: attempt } }, update: { $set: live } } },
  ];
}

function placeholder({ event, runId, time }: Started): TaskRunRecord {
  const at = new Date(time);
  const startedAt = new Date(event.startedAt);
  return {
    ...NO_TERMS,
    _id: event.taskRunId,
    operationName: event.operation,
    service: event.service,
    taskName: null,
    step: null,
    status: 'running',
    actor: { userId: 'unknown', channel: 'flow' },
    attempt: event.attempt,
    attempts: [],
    idempotencyKey: '',
    orchestrated: true,
    flowRunId: runId,
    parentTaskRunId: null,
    deploymentId: null,
    replayOf: null,
    inputDump: null,
    resultRefs: [],
    errorCode: null,
    errorMessage: null,
    errorTraceback: null,
    errorList: [],
    logEntries: [],
    tags: [],
    metadata: { dryRun: false, testMode: false, verbose: false, executionTime: null },
    traceId: null,
    startedAt: null,
    finishedAt: null,
    durationMs: null,
    createdAt: at,
    updatedAt: at,
    lastSeq: 0,
    source: 'RUN',
    deadline: null,
    partial: false,
    live: { attempt: event.attempt, startedAt, by: event.by },
  };
}

async function markProgress(
  { taskRuns }: Collections,
  progress: ReadonlyMap<string, Progress>,
): Promise<void> {
  if (progress.size === 0) return;
  await taskRuns.bulkWrite(
    [...progress].map(([_id, value]) => ({
      updateOne: {
        filter: { _id, status: { $in: [...OPEN] } },
        update: { $set: { 'live.progress': value } },
      },
    })),
    { ordered: false },
  );
}

/** Inserts what is not there yet. What is there was told before, or RUN knows better. */
async function insertNew<T extends { _id: string }>(
  collection: mongo.Collection<T>,
  documents: T[],
): Promise<void> {
  try {
    await collection.insertMany(documents as mongo.OptionalUnlessRequiredId<T>[], { ordered: false });
  } catch (error) {
    if (!(error instanceof mongoose.mongo.MongoBulkWriteError)) throw error;
    const errors = writeErrorsOf(error);
    if (errors.length === 0 || errors.some(({ code }) => code !== DUPLICATE_KEY)) throw error;
  }
}
