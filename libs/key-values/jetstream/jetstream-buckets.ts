import type { NatsConnection } from '@nats-io/transport-node';
import type { Buckets, KeyValues } from '../key-values.js';
import { JetStreamKeyValues } from './jetstream-key-values.js';
import { Patience } from './patience.js';
import type { PatienceOptions } from './patience.js';

export type JetStreamBucketsOptions = PatienceOptions;

/** Buckets on a broker, over a connection that stays the caller's. */
export function jetStreamBuckets(connection: NatsConnection, options: JetStreamBucketsOptions = {}): Buckets {
  const opened = new Map<string, KeyValues>();
  return {
    open: (bucket) => {
      const values =
        opened.get(bucket) ?? new JetStreamKeyValues(bucket, new Patience(connection, bucket, options));
      opened.set(bucket, values);
      return values;
    },
  };
}
