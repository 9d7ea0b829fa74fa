import { randomUUID } from 'node:crypto';
import { withDatabase } from '#libs/local-stack';
import { sharedServer } from './shared-server.js';

/** Gives the address of a database on the run's shared mongod that nobody else uses; it is empty. */
export function testMongoUri(): string {
  return withDatabase(sharedServer('TEST_MONGODB_URI'), `test_${randomUUID().slice(0, 13)}`);
}
