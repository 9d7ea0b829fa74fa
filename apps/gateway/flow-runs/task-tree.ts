import type { TaskRunDto } from '#libs/contracts';

/** A task run with the calls that it made. */
export interface TaskNode extends TaskRunDto {
  readonly children: TaskNode[];
}

/**
 * Puts calls under the task runs that made them. What names a parent that is not among them stands at the top, so
 * that nothing is lost where only a part of a large run is shown.
 */
export function taskTree(tasks: readonly TaskRunDto[]): TaskNode[] {
  const nodes = new Map(tasks.map((task): [string, TaskNode] => [task.id, { ...task, children: [] }]));
  const roots: TaskNode[] = [];
  for (const node of nodes.values()) {
    const parent = node.parentTaskRunId ? nodes.get(node.parentTaskRunId) : undefined;
    (parent && parent !== node ? parent.children : roots).push(node);
  }
  return roots;
}
