import { connect } from '@nats-io/transport-node';
import { jetstreamManager } from '@nats-io/jetstream';
import { describe, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import { expectNoLeaks } from './leaks.js';
import { ownMongod, ownNats } from './own-servers.js';
import { testMongoUri } from './test-mongo-uri.js';
import { testNats } from './test-nats.js';

const leaks = expectNoLeaks();
const open = async (options: object) =>
  leaks.track('a NATS connection', await connect(options), (connection) => connection.isClosed());

describe('the shared broker', () => {
  it('gives two callers the same stream name without their seeing each other', async () => {
    for (const nats of [testNats(), testNats()]) {
      const connection = await open(nats);
      const { streams } = await jetstreamManager(connection);
      const { state } = await streams.add({ name: 'SAME', subjects: ['same.>'] });
      expect(state.messages).toBe(0);
      await connection.request('same.one', 'hello');
      await connection.close();
    }
  });
});

describe('the shared database', () => {
  it('gives each caller an empty database that takes transactions', async () => {
    const uris = [testMongoUri(), testMongoUri()];
    expect(new Set(uris).size).toBe(2);
    for (const uri of uris) {
      const connection = await mongoose.createConnection(uri).asPromise();
      leaks.track(
        'a MongoDB connection',
        connection,
        ({ readyState }) => readyState === mongoose.ConnectionStates.disconnected,
      );
      expect(await connection.collection('notes').countDocuments()).toBe(0);
      await connection.createCollection('notes');
      await connection.transaction(async (session) => {
        await connection.collection('notes').insertOne({ text: 'one' }, { session });
      });
      expect(await connection.collection('notes').countDocuments()).toBe(1);
      await connection.close();
    }
  });
});

describe('a broker of one test', () => {
  it('keeps what it acknowledged over a kill, at the same address', async () => {
    const broker = await ownNats({ syncAlways: true });
    try {
      const before = await open({ servers: broker.url });
      await (await jetstreamManager(before)).streams.add({ name: 'KEPT', subjects: ['kept'] });
      await before.request('kept', 'hello');
      await before.close();
      const firstPid = broker.pid();

      await broker.kill();
      await broker.restart();

      const after = await open({ servers: broker.url });
      const { state } = await (await jetstreamManager(after)).streams.info('KEPT');
      expect(state.messages).toBe(1);
      expect(broker.pid()).not.toBe(firstPid);
      await after.close();
    } finally {
      await broker.stop();
    }
  });

  it('refuses what passes the storage limit that it was given', async () => {
    const broker = await ownNats({ maxFileStore: 256 * 1024 });
    try {
      const connection = await open({ servers: broker.url });
      await (await jetstreamManager(connection)).streams.add({ name: 'SMALL', subjects: ['small'] });
      const answers = [];
      for (let sent = 0; sent < 4; sent++) {
        answers.push((await connection.request('small', new Uint8Array(100 * 1024))).json<object>());
      }
      expect(answers.at(-1)).toMatchObject({ error: { err_code: 10023 } });
      await connection.close();
    } finally {
      await broker.stop();
    }
  });
});

describe('a mongod of one test', () => {
  it('takes writes again after a kill', async () => {
    const database = await ownMongod();
    try {
      await database.kill();
      await database.restart();
      const connection = await mongoose.createConnection(database.url).asPromise();
      leaks.track(
        'a MongoDB connection',
        connection,
        ({ readyState }) => readyState === mongoose.ConnectionStates.disconnected,
      );
      await connection.collection('notes').insertOne({ text: 'one' });
      expect(await connection.collection('notes').countDocuments()).toBe(1);
      await connection.close();
    } finally {
      await database.stop();
    }
  });
});
