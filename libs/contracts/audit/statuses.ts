export { FlowRunStatus, TaskRunStatus } from '#libs/run-records';

/** A channel that an actor came in by. */
export const CHANNELS = ['api', 'cli', 'ui', 'nats', 'flow', 'schedule'] as const;
