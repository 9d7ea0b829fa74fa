// Run by mongosh as the health check: makes the one-node replica set the first time, and is healthy once
// it takes writes. Asking again changes nothing. It signs in by itself: on a command line everybody on the machine
// could read the password.
const { readFileSync } = require('node:fs');
db.getSiblingDB('admin').auth('root', readFileSync('/run/secrets/mongo-root', 'utf8').trim());
try {
  rs.status();
} catch (error) {
  if (error.codeName !== 'NotYetInitialized') throw error;
  rs.initiate({ _id: 'rs0', members: [{ _id: 0, host: 'mongo:27017' }] });
}
if (!db.hello().isWritablePrimary) quit(1);
