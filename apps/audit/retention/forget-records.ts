import type { Connection } from 'mongoose';
import { collectionsOf } from '../projection/collections.js';

/**
 * Deletes all records of a run that has ended by then; the run's own last, by which the rest is found again after a
 * crash. Where another run has begun under its id since, they are that one's.
 */
export async function forgetRecords(connection: Connection, runId: string, endedAt: Date): Promise<void> {
  const { taskRuns, taskLogs, artifacts, approvals, deadLetters, flowRuns } = collectionsOf(connection);
  if (await flowRuns.findOne({ _id: runId, createdAt: { $gt: endedAt } }, { projection: { _id: 1 } })) return;
  await Promise.all(
    [taskRuns, taskLogs, artifacts, approvals, deadLetters].map((collection) =>
      (collection as typeof taskLogs).deleteMany({ flowRunId: runId }),
    ),
  );
  await flowRuns.deleteOne({ _id: runId });
}

const PIECE = 1_000;

/** Deletes the records of direct calls that were made before an instant, so many of them, and their dead letters. */
export async function forgetCalls(connection: Connection, before: number): Promise<void> {
  const { taskRuns, taskLogs, deadLetters } = collectionsOf(connection);
  await deadLetters.deleteMany({ flowRunId: null, createdAt: { $lt: new Date(before) } });
  const old = await taskRuns
    .find(
      { orchestrated: false, createdAt: { $lt: new Date(before) }, source: 'CALLS' },
      { projection: { _id: 1 } },
    )
    .limit(PIECE)
    .toArray();
  const ids = old.map(({ _id }) => _id);
  if (ids.length === 0) return;
  await taskLogs.deleteMany({ taskRunId: { $in: ids } });
  await taskRuns.deleteMany({ _id: { $in: ids } });
}
