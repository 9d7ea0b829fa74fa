import { connect, headers as wireHeaders } from '@nats-io/transport-node';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { testNats } from '#libs/testing';
import { millis } from '../ids.js';
import { runLogFeatures } from '../run-log.features.js';
import { connectRunLog } from './connect.js';
import type { JetStreamRunLog } from './jetstream-run-log.js';

const broker = testNats();

/** Every test begins without streams; accounts of the shared broker are not to be wasted. */
async function removeStreams(): Promise<void> {
  const connection = await connect({ servers: broker.servers, user: broker.user, pass: broker.pass });
  const manager = await jetstreamManager(connection);
  for (const name of await manager.streams.names().next()) await manager.streams.delete(name);
  await connection.close();
}

runLogFeatures('JetStream', async () => {
  await removeStreams();
  const opened: JetStreamRunLog[] = [];
  return {
    open: async (options = {}) => {
      const log = await connectRunLog({
        servers: broker.url,
        name: 'spec',
        leaseMs: 1_000,
        memberLifeMs: 1_000,
        ...options,
      });
      opened.push(log);
      return log;
    },
    now: () => millis(Date.now()),
    passTime: async () => undefined,
    inject: async (_, subject, headers, body) => {
      const wire = wireHeaders();
      for (const [name, value] of Object.entries(headers)) wire.set(name, value);
      await jetstream(opened[0]!.connection).publish(subject, body, { headers: wire });
    },
    close: async () => {
      for (const log of opened) await log.close();
    },
  };
});
