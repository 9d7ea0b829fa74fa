/** How an execution stands. `cached` is a success that was not run again. */
export const TaskRunStatus = {
  pending: 'pending',
  running: 'running',
  success: 'success',
  failed: 'failed',
  cancelled: 'cancelled',
  cached: 'cached',
} as const;
export type TaskRunStatus = (typeof TaskRunStatus)[keyof typeof TaskRunStatus];

/** How a flow run stands. `halted` waits for a person; it has not failed. */
export const FlowRunStatus = {
  pending: 'pending',
  running: 'running',
  waiting: 'waiting',
  paused: 'paused',
  halted: 'halted',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
} as const;
export type FlowRunStatus = (typeof FlowRunStatus)[keyof typeof FlowRunStatus];
