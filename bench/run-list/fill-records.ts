import { collectionsOf } from '#apps/audit';
import type { Connection } from 'mongoose';
import { syntheticRecords } from './synthetic-records.js';
import type { RunRecords } from './synthetic-records.js';

const BATCH = 2_000;

/** Nothing is lost but the bench's own when the machine stops amid it. */
const WRITE = { ordered: false, writeConcern: { w: 1, journal: false } } as const;

/** Writes the records of so many flow runs, in an order of their own; gives how many task runs that made. */
export async function fillRecords(connection: Connection, runs: number, until: number): Promise<number> {
  const { flowRuns, taskRuns } = collectionsOf(connection);
  let batch: RunRecords[] = [];
  let made = 0;
  const write = async (): Promise<void> => {
    const tasks = batch.flatMap((run) => run.taskRuns);
    made += tasks.length;
    await flowRuns.insertMany(
      batch.map(({ flowRun }) => flowRun),
      WRITE,
    );
    await taskRuns.insertMany(tasks, WRITE);
    batch = [];
  };
  for (const run of syntheticRecords(runs, until)) {
    batch.push(run);
    if (batch.length === BATCH) await write();
  }
  if (batch.length > 0) await write();
  return made;
}
