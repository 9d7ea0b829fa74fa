import type { INestApplicationContext } from '@nestjs/common';
import { getConnectionToken } from '@nestjs/mongoose';
import mongoose from 'mongoose';
import type { Connection } from 'mongoose';
import type { Checks } from '#libs/telemetry';
import { asCallersSee } from './errors.js';

/** How long the database may take to answer before it counts as away, in milliseconds. */
const ANSWER_MS = 1_500;

/** What an app with a MongoModule needs: its database, asked each time. */
export const databaseChecks = (app: INestApplicationContext): Checks => ({
  database: () => trouble(app.get<Connection>(getConnectionToken(), { strict: false })),
});

async function trouble(connection: Connection): Promise<string | undefined> {
  if (connection.readyState !== mongoose.ConnectionStates.connected || !connection.db)
    return 'there is no connection to the database';
  try {
    await connection.db.command({ ping: 1 }, { timeoutMS: ANSWER_MS });
    return undefined;
  } catch (error) {
    const seen = asCallersSee(error);
    return seen instanceof Error ? seen.message : String(seen);
  }
}
