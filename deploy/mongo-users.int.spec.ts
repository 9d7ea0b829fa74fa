import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import { ownMongod } from '#libs/testing';
import { guardedDatabase, type GuardedDatabase } from '../e2e/support/guarded-database.js';

const SERVICES = ['scraper', 'documents', 'applier', 'audit'] as const;
const MINE = { scraper: 'jobs', documents: 'profiles', applier: 'applications', audit: 'task_runs' };
const UNAUTHORIZED = { code: 13, codeName: 'Unauthorized' };

let server: GuardedDatabase;
const open: mongoose.Connection[] = [];

beforeAll(async () => {
  server = await guardedDatabase();
});
afterAll(async () => {
  await Promise.all(open.map((connection) => connection.close()));
  await server?.stop();
});

async function as(user: string, options = ''): Promise<mongoose.mongo.Db> {
  const connection = await mongoose.createConnection(server.urlOf(user) + options).asPromise();
  open.push(connection);
  return connection.db!;
}

/** Reads the names of a service's collections out of its schemas. */
function collectionsOf(service: string): string[] {
  const folder = path.resolve('apps', service);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(schema|record)\.ts$/.test(name),
  );
  return files.flatMap((name) =>
    [...readFileSync(path.join(folder, name), 'utf8').matchAll(/schemaOptions\('(\w+)'\)/g)].map(
      ([, collection]) => collection ?? '',
    ),
  );
}

describe.each(SERVICES)('the database user of %s', (service) => {
  it('may use every collection that a schema of the service names', async () => {
    const root = await as('root', '&authSource=admin');
    const answer = await root.command({ rolesInfo: `${service}_owner`, showPrivileges: true });
    const [role] = answer['roles'] as { privileges: { resource: { collection: string } }[] }[];
    const granted = role?.privileges.map(({ resource }) => resource.collection);
    expect(granted).toEqual(expect.arrayContaining(collectionsOf(service)));
    expect(collectionsOf(service).length).toBeGreaterThan(0);
  });

  it('makes, fills, indexes and reads its own collections', async () => {
    const database = await as(service);
    const name = MINE[service];
    await database.createCollection(name).catch(() => undefined);
    const collection = database.collection<{ _id: string; n: number }>(name);
    await collection.createIndex({ n: 1 });
    await collection.bulkWrite([
      { updateOne: { filter: { _id: 'a' }, update: { $set: { n: 1 } }, upsert: true } },
    ]);
    const session = database.client.startSession();
    await session.withTransaction(() => collection.updateOne({ _id: 'a' }, { $inc: { n: 1 } }, { session }));
    await session.endSession();
    expect(await collection.aggregate([{ $match: { n: 2 } }]).toArray()).toEqual([{ _id: 'a', n: 2 }]);
    expect(await collection.estimatedDocumentCount()).toBe(1);
    await collection.deleteMany({});
  });

  it('is refused the collections of its neighbours, and all that goes beyond collections', async () => {
    const database = await as(service);
    for (const other of SERVICES.filter((name) => name !== service)) {
      const collection = database.collection(MINE[other]);
      await expect(collection.findOne()).rejects.toMatchObject(UNAUTHORIZED);
      await expect(collection.insertOne({})).rejects.toMatchObject(UNAUTHORIZED);
      await expect(
        database
          .collection(MINE[service])
          .aggregate([{ $merge: MINE[other] }])
          .toArray(),
      ).rejects.toMatchObject(UNAUTHORIZED);
    }
    await expect(database.dropDatabase()).rejects.toMatchObject(UNAUTHORIZED);
    await expect(database.command({ createUser: 'x', pwd: 'x', roles: [] })).rejects.toMatchObject(
      UNAUTHORIZED,
    );
    await expect(database.client.db('other').collection('any').insertOne({})).rejects.toMatchObject(
      UNAUTHORIZED,
    );
  });
});

describe('the database of the deployment', () => {
  it('lets in nobody without a name, and nobody with a wrong password', async () => {
    const nobody = await mongoose.createConnection(server.url).asPromise();
    open.push(nobody);
    await expect(nobody.db!.collection('jobs').findOne()).rejects.toMatchObject({ code: 13 });
    const wrong = server.url.replace('://', '://scraper:opensesame@');
    await expect(mongoose.createConnection(wrong).asPromise()).rejects.toMatchObject({ code: 18 });
  });

  it('lets the audit put rebuilt collections in the place of the old ones, and nobody else', async () => {
    const audit = await as('audit');
    await audit.collection('artifacts_fresh').insertOne({ n: 1 });
    await audit.collection('artifacts').insertOne({ n: 0 });
    await audit.collection('artifacts_fresh').rename('artifacts', { dropTarget: true });
    expect(await audit.collection('artifacts').countDocuments({ n: 1 })).toBe(1);
    const scraper = await as('scraper');
    await expect(scraper.collection('jobs').drop()).rejects.toMatchObject(UNAUTHORIZED);
  });

  it('has the same users when they are asked for again, and says so', async () => {
    expect(await server.provideUsers()).toBe(
      'the database test has the users scraper, documents, applier, audit\n',
    );
    await expect((await as('scraper')).collection('jobs').findOne()).resolves.toBeNull();
  });

  it('is not changed where a password is missing, which is said by name', async () => {
    const script = path.resolve('deploy', 'mongo-users.js');
    const failed = promisify(execFile)(process.execPath, [script], { env: { PATH: process.env.PATH } });
    await expect(failed).rejects.toMatchObject({
      code: 1,
      stderr:
        'the users of the database are not made: MONGODB_SCRAPER_PASSWORD or MONGODB_SCRAPER_PASSWORD_FILE is missing\n',
    });
  });

  it('has its set and its administrator made by the key that the members share', async () => {
    const bare = await ownMongod({ guarded: true });
    const env: NodeJS.ProcessEnv = {
      PATH: process.env.PATH,
      MONGODB_MEMBERS: `127.0.0.1:${bare.port}`,
      MONGODB_DATABASE: 'test',
      MONGODB_KEY_FILE: path.join(bare.home, 'key'),
      MONGODB_ROOT_PASSWORD: 'opensesame',
    };
    for (const service of SERVICES) env[`MONGODB_${service.toUpperCase()}_PASSWORD`] = `${service}-sesame`;
    for (let time = 0; time < 2; time++) {
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [path.resolve('deploy', 'mongo-users.js')],
        { env },
      );
      expect(stdout).toMatch(/^the database test has the users scraper,/);
    }
    const connection = await mongoose
      .createConnection(bare.url.replace('://', '://scraper:scraper-sesame@'))
      .asPromise();
    await expect(connection.db!.collection('jobs').findOne()).resolves.toBeNull();
    await expect(connection.db!.collection('cvs').findOne()).rejects.toMatchObject(UNAUTHORIZED);
    await connection.close();
    await bare.stop();
  });
});
