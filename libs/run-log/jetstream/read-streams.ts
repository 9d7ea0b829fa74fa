import type { NatsConnection } from '@nats-io/transport-node';
import { managerOf } from './read-queues.js';

/** What a stream of the account weighs; buckets and object stores are streams too. */
export interface StreamSize {
  readonly name: string;
  readonly messages: number;
  readonly bytes: number;
}

/** Reads the sizes of all streams that the account may see. Throws what the broker refuses. */
export async function readStreams(connection: NatsConnection): Promise<readonly StreamSize[]> {
  const manager = await managerOf(connection);
  const sizes: StreamSize[] = [];
  for await (const { config, state } of manager.streams.list())
    sizes.push({ name: config.name, messages: state.messages, bytes: state.bytes });
  return sizes;
}
