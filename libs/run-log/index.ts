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
  NotPermittedError,
  SignInRefusedError,
  BodyTooLargeError,
  UnfitBrokerError,
  UnknownEventError,
  UndecodableEventError,
} from './errors.js';
export type { Disposition } from './errors.js';
export { decodeEvent } from './codec.js';
export { filters, PARTITIONS, partitionOf, voices } from './subjects.js';
export type { Lane } from './subjects.js';
export { partitionDurable, projectorDurable, serviceDurable } from './durables.js';
export type { StreamOptions } from './streams.js';
export type { BodyLimits } from './claim-check.js';
export type { OnUndecodable, ReaderReports, Undecodable } from './undecodable.js';
export type { BrokerRefusal } from './jetstream/broker-errors.js';
export {
  isPassing as isPassingRefusal,
  isWrongLastSequence,
  refused as refusedBy,
} from './jetstream/broker-errors.js';
export { brokerTrouble } from './jetstream/broker-trouble.js';
export { readQueues } from './jetstream/read-queues.js';
export type { Queue } from './jetstream/read-queues.js';
export { readStreams } from './jetstream/read-streams.js';
export type { StreamSize } from './jetstream/read-streams.js';
export type { DurableReader } from './durables.js';
export { brokerOptions, connectRunLog } from './jetstream/connect.js';
export type { JetStreamOptions } from './jetstream/options.js';
export type { BrokerAccess } from './jetstream/access.js';
export type { JetStreamRunLog } from './jetstream/jetstream-run-log.js';
export { createMemoryRunLog } from './memory/memory-run-log.js';
export type { MemoryOptions, MemoryRunLog } from './memory/memory-run-log.js';
export type { Clock } from './memory/clock.js';
export { withArchive } from './with-archive.js';
export type { RunArchive } from './with-archive.js';
export type { LogStorage } from './jetstream/storage.js';
/*
 * Parts for libraries that keep streams of their own beside the log.
 */
export { nanos } from './streams.js';
export type { StreamSettings } from './streams.js';
export { BrokerHeader, readTrace, setTrace } from './headers.js';
export type { HeaderRecord, ReadHeader } from './headers.js';
export { subscriptionOf } from './subscription.js';
export { provideStream } from './jetstream/provide-stream.js';
export { Publisher } from './jetstream/publisher.js';
export type { Settled } from './jetstream/publisher.js';
export { Puller } from './jetstream/puller.js';
export { delivered, Settler } from './jetstream/delivered.js';
export type { DeliveredMessage } from './jetstream/delivered.js';
export { StoredMessages } from './jetstream/stored-messages.js';
export type { RawStored } from './jetstream/stored-messages.js';
