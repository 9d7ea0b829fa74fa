/** Under which the run log is injected. */
export const RUN_LOG = Symbol('run log');
