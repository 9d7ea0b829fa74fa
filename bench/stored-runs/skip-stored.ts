import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';

/**
 * Lets every durable of the run log go on behind what is stored, as if it had worked all of it off.
 * Source: NATS consumer reset API.
 */
export async function skipStored(connection: NatsConnection): Promise<void> {
  const { streams, consumers } = await jetstreamManager(connection);
  const seq = (await streams.info('RUN')).state.last_seq + 1;
  for await (const { name, config } of consumers.list('RUN')) {
    if (!config.durable_name) continue;
    const answer = await connection.request(`$JS.API.CONSUMER.RESET.RUN.${name}`, JSON.stringify({ seq }), {
      timeout: 60_000,
    });
    const { error } = answer.json<{ error?: { description: string } }>();
    if (error) throw new Error(`${name} does not skip what is stored: ${error.description}`);
  }
}
