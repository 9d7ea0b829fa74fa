export type {
  Buckets,
  ChangedValue,
  CreateOptions,
  Key,
  KeyValues,
  PutOptions,
  StoredValue,
  Watching,
} from './key-values.js';
export {
  InvalidKeyError,
  KeyExistsError,
  KeyValuesUnavailableError,
  RevisionConflictError,
  StorageFullError,
  ValueLostError,
  ValueTooLargeError,
} from './errors.js';
export { jetStreamBuckets } from './jetstream/jetstream-buckets.js';
export type { JetStreamBucketsOptions } from './jetstream/jetstream-buckets.js';
export { isPassing as isBrokerAway } from './jetstream/refusals.js';
export { memoryBuckets } from './memory/memory-key-values.js';
