import type { CallEvent, Stored } from '#libs/run-log';
import { foldCall } from '#libs/run-records';
import type { TaskRunRecord } from '#libs/run-records';
import { keepDeadLetters } from '../dead-letters/keep-dead-letters.js';
import type { Collections } from './collections.js';
import type { Tally } from './tally.js';
import { change, workingCopy, writesOf } from './working-copy.js';
import type { WorkingCopy } from './working-copy.js';
import { writeRecords } from './write-records.js';

const FIELDS = {
  status: 1,
  attempt: 1,
  attempts: 1,
  metadata: 1,
  startedAt: 1,
  errorCode: 1,
  partial: 1,
  lastSeq: 1,
};

/** Folds a batch of CALLS into the records of direct calls, and writes them. It may be repeated. */
export async function foldCalls(
  { taskRuns, deadLetters }: Collections,
  batch: readonly Stored<CallEvent>[],
  tally: Tally,
): Promise<void> {
  const ids = [...new Set(batch.map(({ event }) => event.taskRunId as string))];
  const copies: Map<string, WorkingCopy<TaskRunRecord>> = new Map(
    ids.map((id) => [id, workingCopy<TaskRunRecord>(null)]),
  );
  // Claims and outcomes come in either order, so each may be of a record that is there.
  const found = taskRuns.find(
    { _id: { $in: ids }, source: 'CALLS', lastSeq: { $gt: 0 } },
    { projection: FIELDS },
  );
  for await (const record of found) copies.set(record._id, workingCopy<TaskRunRecord>(record));
  const dead: Stored<Extract<CallEvent, { type: 'DeadLettered' }>>[] = [];
  for (const stored of batch) {
    const { event } = stored;
    tally.counts.folded++;
    if (event.type === 'DeadLettered') {
      tally.deadLetter(event.taskRunId, event.operation, event.deliveries);
      dead.push({ ...stored, event });
      continue;
    }
    const copy = copies.get(event.taskRunId);
    if (!copy) continue;
    try {
      const changes = foldCall(copy.record, stored);
      if (changes) change(copy, changes);
    } catch (error) {
      tally.undecodable(stored.position, error);
    }
  }
  await keepDeadLetters(deadLetters, dead);
  const { refused } = await writeRecords(taskRuns, writesOf(copies));
  for (const { id, reason } of refused) tally.refused('task_runs', id, reason);
}
