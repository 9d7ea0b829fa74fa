// Run by mongosh as the health check: makes the one-node replica set the first time, and is healthy once
// it takes writes. Asking again changes nothing.
try {
  rs.status();
} catch (error) {
  if (error.codeName !== 'NotYetInitialized') throw error;
  rs.initiate({ _id: 'rs0', members: [{ _id: 0, host: 'mongo:27017' }] });
}
if (!db.hello().isWritablePrimary) quit(1);
