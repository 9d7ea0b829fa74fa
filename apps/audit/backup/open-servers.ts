import { connect } from '@nats-io/transport-node';
import mongoose from 'mongoose';
import type { BackupParts } from './backup.js';

/** Opens log and database as they are: unlike a service, it makes nothing where nothing is. */
export async function openServers(
  natsUrl: string,
  mongoUri: string,
): Promise<Omit<BackupParts, 'say'> & { close(): Promise<void> }> {
  const servers = natsUrl.split(',').map((each) => new URL(each.includes('://') ? each : `nats://${each}`));
  const named = servers.find(({ username }) => username !== '');
  const nats = await connect({
    servers: servers.map(({ host }) => host),
    ...(named ? { user: decodeURIComponent(named.username), pass: decodeURIComponent(named.password) } : {}),
    name: 'backup',
  });
  try {
    const connection = await mongoose.createConnection(mongoUri, { appName: 'backup' }).asPromise();
    return {
      nats,
      db: connection.db!,
      async close() {
        await connection.close();
        await nats.close();
      },
    };
  } catch (error) {
    await nats.close();
    throw error;
  }
}
