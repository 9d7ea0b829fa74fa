import 'reflect-metadata';
import mongoose from 'mongoose';
import { rebuild, Tally } from '#apps/audit';
import { connectRunLog } from '#libs/run-log';
import { setting } from './as-child.js';

/** Folds the whole log into an empty database. */
const log = await connectRunLog({ servers: setting('NATS_URL'), name: 'chaos-rebuild' });
const connection = await mongoose.createConnection(setting('MONGODB_URI')).asPromise();
await rebuild(connection, log, Date.now(), new Tally());
await connection.close();
await log.close();
process.exit();
