import type { Connection } from 'mongoose';
import { collectionsOf } from './collections.js';

/** Writes all records out byte for byte, but for what came by LIVE alone. */
export async function dump(connection: Connection): Promise<string> {
  const { taskRuns, flowRuns, artifacts, approvals } = collectionsOf(connection);
  const tasks = await taskRuns
    .find({ lastSeq: { $gt: 0 } })
    .sort({ _id: 1 })
    .toArray();
  const flows = await flowRuns.find().sort({ _id: 1 }).toArray();
  const shown = await artifacts.find().sort({ _id: 1 }).toArray();
  const asked = await approvals.find().sort({ _id: 1 }).toArray();
  const settled = tasks.map(({ live: _, status, ...task }) => ({
    ...task,
    status: status === 'running' && task.source === 'RUN' ? 'pending' : status,
  }));
  return JSON.stringify([settled, flows, shown, asked], sortedKeys, 1);
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
