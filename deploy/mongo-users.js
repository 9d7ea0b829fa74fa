// Makes a database user for each service that owns collections, who may use those and no others. Asking again
// changes nothing, but for passwords and collections that have changed:
//
//   MONGODB_ADMIN_URI=mongodb://root:…@mongo/jobhunter?authSource=admin \
//   MONGODB_SCRAPER_PASSWORD=… MONGODB_DOCUMENTS_PASSWORD=… MONGODB_APPLIER_PASSWORD=… MONGODB_AUDIT_PASSWORD=… \
//   node deploy/mongo-users.js
//
// Each of them may be in a file that the variable with _FILE names. The users belong to the database that the address
// names, and sign in there. In place of the address MONGODB_MEMBERS (host:port, with commas between), MONGODB_DATABASE,
// MONGODB_KEY_FILE and MONGODB_ROOT_PASSWORD may be given: then the replica set and its administrator are made too.
import { readFileSync } from 'node:fs';
import process from 'node:process';
import mongoose from 'mongoose';

const OWNED = {
  scraper: ['jobs', 'pages', 'queryindexes', 'sourcehealth', 'watchedemployers'],
  documents: ['profiles', 'cvs', 'letters'],
  applier: ['applications', 'application_files', 'notifications', 'sending_days'],
  audit: [
    ...['task_runs', 'flow_runs', 'artifacts', 'approvals'].flatMap((name) => [name, `${name}_fresh`]),
    ...['task_logs', 'positions', 'run_archive', 'run_archive_pieces', 'dead_letters'],
    ...['audit_rebuilds', 'audit_leases', 'alert_rules', 'incidents'],
  ],
};

const USE = ['find', 'insert', 'update', 'remove', 'createCollection', 'collStats'];
const INDEXES = ['createIndex', 'dropIndex', 'listIndexes'];
// A rebuild makes collections anew and puts them in the place of the old ones.
const REPLACE = ['dropCollection', 'convertToCapped'];
const ALREADY_INITIALIZED = 23;
const NOT_THERE = new Set([11, 31]); // no such user, no such role

const actionsOf = (service) => [...USE, ...INDEXES, ...(service === 'audit' ? REPLACE : [])];

function setting(name) {
  const file = process.env[`${name}_FILE`];
  const value = process.env[name] ?? (file && readFileSync(file, 'utf8').replace(/\r?\n$/, ''));
  if (!value) throw new Error(`${name} or ${name}_FILE is missing`);
  return value;
}

/** Makes the replica set and its administrator, as a member would: by the key that they share. Gives the address. */
async function provideSet(members) {
  const key = readFileSync(setting('MONGODB_KEY_FILE'), 'utf8').replace(/\s/g, '');
  const client = new mongoose.mongo.MongoClient(`mongodb://${members[0]}/?directConnection=true`, {
    auth: { username: '__system', password: key },
    authSource: 'local',
    authMechanism: 'SCRAM-SHA-256',
    serverSelectionTimeoutMS: 30_000,
  });
  try {
    const admin = client.db('admin');
    const config = { _id: 'rs0', members: members.map((host, _id) => ({ _id, host })) };
    await admin.command({ replSetInitiate: config }).catch((error) => {
      if (error.code !== ALREADY_INITIALIZED) throw error;
    });
  } finally {
    await client.close();
  }
  const set = `mongodb://${members.join(',')}/?replicaSet=rs0`;
  const whole = new mongoose.mongo.MongoClient(set, {
    auth: { username: '__system', password: key },
    authSource: 'local',
    authMechanism: 'SCRAM-SHA-256',
    serverSelectionTimeoutMS: 60_000,
  });
  const password = setting('MONGODB_ROOT_PASSWORD');
  try {
    await provide(whole.db('admin'), 'User', 'root', { pwd: password, roles: ['root'] });
  } finally {
    await whole.close();
  }
  const database = process.env.MONGODB_DATABASE ?? 'jobhunter';
  return `mongodb://root:${encodeURIComponent(password)}@${members.join(',')}/${database}?replicaSet=rs0&authSource=admin`;
}

/** Changes what is there, or makes it. */
async function provide(database, kind, name, what) {
  try {
    await database.command({ [`update${kind}`]: name, ...what });
  } catch (error) {
    if (!NOT_THERE.has(error.code)) throw error;
    await database.command({ [`create${kind}`]: name, ...what });
  }
}

async function main() {
  const services = Object.keys(OWNED);
  const passwords = new Map(
    services.map((name) => [name, setting(`MONGODB_${name.toUpperCase()}_PASSWORD`)]),
  );
  const members = process.env.MONGODB_MEMBERS?.split(',');
  const address = members ? await provideSet(members) : setting('MONGODB_ADMIN_URI');
  const client = new mongoose.mongo.MongoClient(address, {
    serverSelectionTimeoutMS: 30_000,
  });
  try {
    const database = client.db();
    for (const service of services) {
      const privileges = OWNED[service].map((collection) => ({
        resource: { db: database.databaseName, collection },
        actions: actionsOf(service),
      }));
      await provide(database, 'Role', `${service}_owner`, { privileges, roles: [] });
      await provide(database, 'User', service, { pwd: passwords.get(service), roles: [`${service}_owner`] });
    }
    process.stdout.write(`the database ${database.databaseName} has the users ${services.join(', ')}\n`);
  } finally {
    await client.close();
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(`the users of the database are not made: ${error.message}\n`);
  process.exitCode = 1;
}
