import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { getModelToken, MongooseModule, Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Test } from '@nestjs/testing';
import mongoose from 'mongoose';
import type { Connection, Model } from 'mongoose';
import { findFreePort } from '#libs/local-stack';
import { ownMongod, testMongoUri } from '#libs/testing';
import { asCallersSee, DatabaseUnavailableError } from './errors.js';
import { ensureIndexes } from './ensure-indexes.js';
import { MongoKeeper } from './mongo-keeper.js';
import { MongoModule } from './mongo.module.js';
import { openConnection } from './open-connection.js';
import type { OpenConnection } from './open-connection.js';
import { retireIndexes } from './retired-indexes.js';
import { schemaOptions } from './schema-options.js';

@Schema(schemaOptions('things'))
class Thing {
  @Prop({ type: String, required: true })
  _id: string;

  @Prop({ type: String, index: true })
  colour: string;
}
const ThingSchema = SchemaFactory.createForClass(Thing);

@Module({})
class ThingsModule {
  static at(uri: string): DynamicModule {
    return {
      module: ThingsModule,
      imports: [
        MongoModule.forRoot({ uri, appName: 'spec', serverSelectionTimeoutMS: 300 }),
        MongooseModule.forFeature([{ name: Thing.name, schema: ThingSchema }]),
      ],
    };
  }
}

const start = async (uri: string) => {
  const app = await Test.createTestingModule({ imports: [ThingsModule.at(uri)] }).compile();
  await app.init();
  const things = app.get<Model<Thing>>(getModelToken(Thing.name));
  return { app, things, keeper: app.get(MongoKeeper) };
};

const quiet = { info: () => undefined, warn: () => undefined };

describe('MongoModule', () => {
  it('connects and keeps documents', async () => {
    const { app, things, keeper } = await start(testMongoUri());
    await keeper.connected;
    await things.create({ _id: 'a', colour: 'red' });
    await expect(things.findById('a').lean()).resolves.toEqual({ _id: 'a', colour: 'red' });
    await app.close();
  });

  it('starts while there is no database, fails requests with a retryable error, and ends at once', async () => {
    const { app, things } = await start(`mongodb://127.0.0.1:${await findFreePort()}/none`);
    const error: unknown = await things.findById('a').then(
      () => undefined,
      (thrown: unknown) => asCallersSee(thrown),
    );
    expect(error).toBeInstanceOf(DatabaseUnavailableError);
    await app.close();
  });

  it('fails requests clearly when the database goes away, and serves them when it is back', async () => {
    const mongod = await ownMongod();
    try {
      const { app, things, keeper } = await start(mongod.url);
      await keeper.connected;
      await mongod.kill();
      const error: unknown = await things.findById('a').then(
        () => undefined,
        (thrown: unknown) => asCallersSee(thrown),
      );
      expect(error).toBeInstanceOf(DatabaseUnavailableError);
      await mongod.restart();
      const connection: Connection = things.db;
      if (connection.readyState !== mongoose.ConnectionStates.connected)
        await new Promise((resolve) => connection.once('connected', resolve));
      await expect(things.countDocuments()).resolves.toBe(0);
      await app.close();
    } finally {
      await mongod.stop();
    }
  });

  it('waits for a database that comes later, and says so once', async () => {
    const mongod = await ownMongod();
    await mongod.pause();
    const lines: string[] = [];
    let waiting = (): void => undefined;
    const waits = new Promise<void>((resolve) => (waiting = resolve));
    const log = {
      info: (line: string) => lines.push(line),
      warn: (line: string) => {
        lines.push(line);
        waiting();
      },
    };
    const { keeper } = openConnection(
      { uri: mongod.url, appName: 'spec', serverSelectionTimeoutMS: 100 },
      log,
    );
    try {
      await waits;
      await mongod.restart();
      await keeper.connected;
      expect(lines[0]).toMatch(/^no database at mongodb:\/\/127\.0\.0\.1:\d+\/test \(.+\); waiting for it$/);
      expect(lines[1]).toMatch(/is there again$/);
      expect(lines).toHaveLength(2);
    } finally {
      await keeper.stop();
      await mongod.stop();
    }
  });
});

describe('what a connection offers', () => {
  let open: OpenConnection;
  beforeEach(async () => {
    open = openConnection({ uri: testMongoUri(), appName: 'spec' }, quiet);
    await open.keeper.connected;
  });
  afterEach(() => open.keeper.stop());

  const indexesOfThings = () => open.connection.collection('things').indexes();

  it('makes indexes once, however often and by however many it is asked', async () => {
    open.connection.model(Thing.name, ThingSchema);
    await Promise.all([ensureIndexes(open.connection, quiet), ensureIndexes(open.connection, quiet)]);
    await ensureIndexes(open.connection, quiet);
    expect((await indexesOfThings()).map(({ key }) => key)).toEqual([{ _id: 1 }, { colour: 1 }]);
  });

  it('drops an index that is retired, and no other that no schema names', async () => {
    const schema = ThingSchema.clone();
    retireIndexes(schema, { size: 1 });
    open.connection.model(Thing.name, schema);
    const things = open.connection.collection('things');
    await things.createIndex({ size: 1 });
    await things.createIndex({ weight: 1 });
    await ensureIndexes(open.connection, quiet);
    await ensureIndexes(open.connection, quiet);
    expect((await indexesOfThings()).map(({ key }) => key)).toEqual([
      { _id: 1 },
      { weight: 1 },
      { colour: 1 },
    ]);
    await things.dropIndex('weight_1');
  });

  it('makes an index anew when its settings have changed', async () => {
    open.connection.model(Thing.name, ThingSchema);
    await ensureIndexes(open.connection, quiet);
    open.connection.deleteModel(Thing.name);
    const changed = ThingSchema.clone();
    changed.clearIndexes();
    changed.index({ colour: 1 }, { unique: true });
    open.connection.model(Thing.name, changed);
    await ensureIndexes(open.connection, quiet);
    expect(await indexesOfThings()).toContainEqual(
      expect.objectContaining({ key: { colour: 1 }, unique: true }),
    );
  });

  it('refuses a field that the schema does not name', async () => {
    const things = open.connection.model(Thing.name, ThingSchema);
    await expect(things.create({ _id: 'c', size: 3 } as never)).rejects.toThrow(/size/);
  });
});
