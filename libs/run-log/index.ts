export type * from './events.js';
export { EVENT_VERSION } from './events.js';
export type * from './run-log.js';
export type { FlowRunId, TaskRunId, StreamSeq, Millis } from './ids.js';
export { flowRunId, taskRunId, streamSeq, millis, isId } from './ids.js';
export { ORCHESTRATOR_HOLDER } from './claim-holders.js';
export {
  PlatformError,
  FencedOutError,
  RunExistsError,
  ClaimTakenError,
  LogUnavailableError,
  LogFullError,
  BodyTooLargeError,
  UnfitBrokerError,
  UnknownEventError,
  UndecodableEventError,
} from './errors.js';
export type { Disposition } from './errors.js';
export { decodeEvent } from './codec.js';
export { PARTITIONS, partitionOf } from './subjects.js';
export type { StreamOptions } from './streams.js';
export type { BodyLimits } from './claim-check.js';
export type { OnUndecodable, ReaderReports, Undecodable } from './undecodable.js';
export type { BrokerRefusal } from './jetstream/broker-errors.js';
export {
  isPassing as isPassingRefusal,
  isWrongLastSequence,
  refused as refusedBy,
} from './jetstream/broker-errors.js';
export { connectRunLog } from './jetstream/connect.js';
export type { JetStreamOptions } from './jetstream/options.js';
export type { JetStreamRunLog } from './jetstream/jetstream-run-log.js';
export { createMemoryRunLog } from './memory/memory-run-log.js';
export type { MemoryOptions, MemoryRunLog } from './memory/memory-run-log.js';
export type { Clock } from './memory/clock.js';
