import type { Connection } from 'mongoose';
import { collectionsOf } from '../projection/collections.js';

/** Deletes all records of a run; the run's own last, by which the rest is found again after a crash. */
export async function forgetRecords(connection: Connection, runId: string): Promise<void> {
  const { taskRuns, taskLogs, artifacts, approvals, flowRuns } = collectionsOf(connection);
  await Promise.all(
    [taskRuns, taskLogs, artifacts, approvals].map((collection) =>
      (collection as typeof taskLogs).deleteMany({ flowRunId: runId }),
    ),
  );
  await flowRuns.deleteOne({ _id: runId });
}

const PIECE = 1_000;

/** Deletes the records of direct calls that were made before an instant, so many of them. */
export async function forgetCalls(connection: Connection, before: number): Promise<void> {
  const { taskRuns, taskLogs } = collectionsOf(connection);
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
