export { Execution } from './execution.js';
export type { ExecutionPorts, Fed } from './execution.js';
export type { CoreContext, FlowProgram, TaskCall, TaskSpec } from './program.js';
export type { RetryPolicy } from './retry-policy.js';
export { NO_RETRIES, mayRetry, retryDelayMs } from './retry-policy.js';
export { canonicalJson, contentKey, fnv1a32 } from './hash.js';
export {
  AmbiguousOutcomeError,
  FlowTimeoutError,
  FlowTooLongError,
  FlowUsageError,
  ForeignPromiseError,
  HaltingError,
  NonDeterminismError,
  NotSerialisableError,
  TaskCancelledError,
  TaskFailedError,
  UnhandledRejectionError,
  toErrorRecord,
} from './errors.js';
