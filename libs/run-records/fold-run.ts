import type { RunEvent, StoredInRun } from '#libs/run-log';
import type { FlowRunRecord } from './flow-run.record.js';
import { applyFlowRun, foldFlowRun } from './fold-flow-run.js';
import { foldTaskRun } from './fold-task-run.js';
import type { TaskRunRecord } from './task-run.record.js';
import { isTaskEvent, taskIdsOf } from './task-state.js';

/** A run and its tasks as RUN alone tells them: without what services said while they worked. */
export interface RunRecords {
  readonly run: FlowRunRecord;
  /** In the order in which they were scheduled; only those that leave a record. */
  readonly tasks: readonly TaskRunRecord[];
}

/**
 * Folds the whole history of one run, in stream order, into the records that a projection keeps of it. Null where
 * the history holds no start.
 */
export function foldRun(events: readonly StoredInRun<RunEvent>[]): RunRecords | null {
  let run: FlowRunRecord | null = null;
  const tasks = new Map<string, TaskRunRecord>();
  for (const stored of events) {
    foldTasks(tasks, stored, run?.deploymentId ?? null);
    const changes = foldFlowRun(run, stored);
    if (changes) run = applyFlowRun(run, changes);
  }
  return run && { run, tasks: [...tasks.values()] };
}

function foldTasks(
  tasks: Map<string, TaskRunRecord>,
  { event, ...where }: StoredInRun<RunEvent>,
  deploymentId: string | null,
): void {
  if (!isTaskEvent(event)) return;
  for (const id of taskIdsOf(event)) {
    const record = tasks.get(id) ?? null;
    const changes = foldTaskRun(record, { ...where, event }, deploymentId);
    if (changes) tasks.set(id, { ...record, ...changes } as TaskRunRecord);
  }
}
