export { Execution } from './execution.js';
export type { ExecutionPorts } from './execution.js';
export type { Fed } from './fed.js';
export type { Undoable } from './saga.js';
export type {
  ApprovalAnswer,
  ApprovalCall,
  ChildCall,
  CompensationSpec,
  CoreContext,
  FlowProgram,
  RunEnd,
  TaskCall,
  TaskSpec,
} from './program.js';
export { Behaviour, CURRENT_BEHAVIOURS } from './behaviours.js';
export { UNPARKER, isUnparking } from './unparking.js';
export { describeDecision } from './describe-decision.js';
export { childRunId, nextRunId } from './run-ids.js';
export type { RetryPolicy } from './retry-policy.js';
export { NO_RETRIES, mayRetry, retryDelayMs } from './retry-policy.js';
export { mayFailUnseen } from './rejected.js';
export { canonicalJson, contentKey, fnv1a32 } from './hash.js';
export {
  AmbiguousOutcomeError,
  ApprovalExpiredError,
  ChildCancelledError,
  ChildFailedError,
  CompensationFailedError,
  FlowCancelledError,
  FlowTimeoutError,
  FlowTooLongError,
  FlowUsageError,
  ForeignPromiseError,
  HaltingError,
  NonDeterminismError,
  NotSerialisableError,
  SignalTimeoutError,
  TaskCancelledError,
  TaskFailedError,
  TaskTimedOutError,
  UnhandledRejectionError,
  toErrorRecord,
} from './errors.js';
