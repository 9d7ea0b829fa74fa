import { DiscardPolicy, RetentionPolicy, StorageType, jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { JetStreamClient, JetStreamManager, StreamConfig, StreamInfo } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { UnfitBrokerError } from '#libs/run-log';
import { isRefused } from './refusals.js';

const STREAM_NOT_FOUND = 10059;

/** A bucket's stream, and how to speak to it. */
export interface OpenBucket {
  readonly client: JetStreamClient;
  readonly manager: JetStreamManager;
  readonly stream: string;
}

export const valueSubject = (bucket: string, key: string): string => `$KV.${bucket}.${key}`;
export const pieceSubject = (bucket: string, key: string, rest: string): string =>
  `kv-pieces.${bucket}.${key}.${rest}`;

/**
 * Makes the stream of a bucket where it is missing, laid out as every NATS client lays out a key-value bucket, so that
 * their tools read it. Two things differ. Keys whose time is over leave no markers, since the client's own `markerTTL`
 * would put one over each lease and make `create` a matter of two tries. And pieces of large values lie in the same
 * stream, so that they have a life of their own, which an object store does not give to its objects.
 * Throws UnfitBrokerError where the stream is there and its keys cannot have a life of their own.
 */
export async function openBucket(
  connection: NatsConnection,
  bucket: string,
  replicas: number | undefined,
  timeout: number,
): Promise<OpenBucket> {
  const stream = `KV_${bucket}`;
  const manager = await jetstreamManager(connection, { checkAPI: false, timeout });
  const client = jetstream(connection, { timeout });
  const found = await infoOf(manager, stream);
  const { config } =
    found ??
    (await manager.streams.add(settingsOf(bucket, stream, replicas ?? (await copiesOfTheLog(manager)))));
  if (config.allow_msg_ttl !== true)
    throw new UnfitBrokerError(
      `the stream ${stream} does not let messages have a life of their own (allow_msg_ttl); remove it, and it is made anew`,
    );
  return { client, manager, stream };
}

async function infoOf(manager: JetStreamManager, stream: string): Promise<StreamInfo | undefined> {
  try {
    return await manager.streams.info(stream);
  } catch (error) {
    if (isRefused(error, STREAM_NOT_FOUND)) return undefined;
    throw error;
  }
}

/** Values are to be as safe as the run log that speaks of them. */
async function copiesOfTheLog(manager: JetStreamManager): Promise<number> {
  return (await infoOf(manager, 'RUN'))?.config.num_replicas ?? 1;
}

function settingsOf(
  bucket: string,
  name: string,
  replicas: number,
): Partial<StreamConfig> & { readonly name: string } {
  return {
    name,
    subjects: [valueSubject(bucket, '>'), `kv-pieces.${bucket}.>`],
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    discard: DiscardPolicy.New,
    max_msgs_per_subject: 1,
    num_replicas: replicas,
    allow_rollup_hdrs: true,
    allow_direct: true,
    allow_msg_ttl: true,
  };
}
