import { connect } from '@nats-io/transport-node';
import mongoose from 'mongoose';
import type { ServiceEnv } from '#libs/operations';
import { brokerOptions } from '#libs/run-log';
import type { BackupParts } from './backup.js';

/** Opens log and database as they are: unlike a service, it makes nothing where nothing is. */
export async function openServers({
  natsUrl,
  access,
  mongoUri,
}: Pick<ServiceEnv, 'natsUrl' | 'access' | 'mongoUri'>): Promise<
  Omit<BackupParts, 'say'> & { close(): Promise<void> }
> {
  const nats = await connect(
    brokerOptions({ servers: natsUrl, name: 'backup', ...(access ? { access } : {}) }),
  );
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
