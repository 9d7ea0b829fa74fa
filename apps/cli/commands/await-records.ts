import { setTimeout as pause } from 'node:timers/promises';
import type { TaskRunDto } from '#libs/contracts';
import type { GatewayClient } from '../gateway/gateway-client.js';
import type { FlowRunTree, TaskNode } from '../gateway/resources.js';

const PATIENCE_MS = 5_000;
const LOOK_EVERY_MS = 50;

/**
 * Lists the records of a finished run's tasks, from the first. The audit follows the log a moment behind, so it
 * is asked again until it has them all, or for five seconds.
 */
export async function awaitRecords(gateway: GatewayClient, run: FlowRunTree): Promise<readonly TaskRunDto[]> {
  const expected = countNodes(run.taskTree);
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const query = { flowRunId: run.id, sort: 'createdAt' };
    const { items } = await gateway.list<TaskRunDto>('/task-runs', query, 1_000);
    const settled = items.length >= expected && items.every(({ status }) => !isOpen(status));
    if (settled || performance.now() > deadline) return items;
    await pause(LOOK_EVERY_MS);
  }
}

function countNodes(nodes: readonly TaskNode[]): number {
  return nodes.reduce((sum, { children }) => sum + 1 + countNodes(children), 0);
}

function isOpen(status: TaskRunDto['status']): boolean {
  return status === 'pending' || status === 'running';
}
