// Finds or obtains nats-server and mongod before the tests, so that the first one does not wait in silence.
import process from 'node:process';
import { findFolders, mongodKind, natsServerKind, resolveServer, withoutAddresses } from '#libs/local-stack';

const folders = findFolders();
const say = (line) => console.log(line);
try {
  for (const kind of [natsServerKind(folders), mongodKind(folders)]) {
    // Some tests kill their servers, so binaries are needed even where the environment names servers.
    await resolveServer(kind, { cache: folders.cache, env: withoutAddresses(process.env), say });
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
