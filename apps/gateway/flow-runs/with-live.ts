import type { FlowRunDto, TaskRunDto } from '#libs/contracts';
import { isClosed, NO_TASKS } from '#libs/run-records';

/**
 * Shows a task as the log has it with what the audit has heard from its service meanwhile. A record that has taken
 * in as much of the log holds all of it already.
 */
export function taskWithLive(task: TaskRunDto, record: TaskRunDto | undefined): TaskRunDto {
  if (!record) return task;
  if (record.lastSeq >= task.lastSeq) return record;
  if (isClosed(task) || record.status !== 'running' || record.attempt !== task.attempt) return task;
  const { status, progress } = record;
  return { ...task, status, progress, startedAt: task.startedAt ?? record.startedAt };
}

/** Counts a run's tasks as they are shown. */
export function runWithCounts(run: FlowRunDto, tasks: readonly TaskRunDto[]): FlowRunDto {
  const counts = { ...NO_TASKS, total: tasks.length };
  for (const { status } of tasks) counts[status] += 1;
  return { ...run, tasks: counts };
}
