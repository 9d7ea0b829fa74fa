import { setTimeout as pause } from 'node:timers/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';

const LOOK_MS = 20;

/** Waits until every durable of the streams has taken and settled all that there is. */
export async function settled(connection: NatsConnection, streams: readonly string[]): Promise<void> {
  const manager = await jetstreamManager(connection);
  for (const stream of streams) {
    for (;;) {
      let open = 0;
      for await (const { config, num_pending, num_ack_pending } of manager.consumers.list(stream))
        // Others belong to viewers, perhaps of processes that are gone.
        if (config.durable_name) open += num_pending + num_ack_pending;
      if (open === 0) break;
      await pause(LOOK_MS);
    }
  }
}
