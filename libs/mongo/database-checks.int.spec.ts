import { setImmediate as aTurn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import { readinessOf } from '#libs/telemetry';
import { ownMongod } from '#libs/testing';
import { databaseChecks } from './database-checks.js';
import { MongoKeeper } from './mongo-keeper.js';
import { MongoModule } from './mongo.module.js';

Logger.overrideLogger(false);

const undo: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const one of undo.splice(0).reverse()) await one();
});

async function appAt(uri: string): Promise<TestingModule> {
  const app = await Test.createTestingModule({
    imports: [MongoModule.forRoot({ uri, appName: 'spec', serverSelectionTimeoutMS: 300 })],
  }).compile();
  await app.init();
  undo.push(() => app.close());
  return app;
}

describe('the check of a database', () => {
  it('is content while the database answers, says so when it does not, and is content when it is back', async () => {
    const mongod = await ownMongod();
    undo.push(() => mongod.stop());
    const app = await appAt(mongod.url);
    const readiness = () => readinessOf('spec', databaseChecks(app));
    await app.get(MongoKeeper).connected;
    expect(await readiness()).toMatchObject({ status: 'ready' });

    await mongod.kill();
    expect((await readiness()).missing).toEqual([expect.stringMatching(/^database: /)]);
    expect((await readiness()).checks['database']?.reason).toMatch(/database/);

    await mongod.restart();
    while ((await readiness()).status !== 'ready') await aTurn();
  });

  it('says before the first connection that there is none', async () => {
    const app = await appAt('mongodb://127.0.0.1:9/none');
    expect((await readinessOf('spec', databaseChecks(app))).missing).toEqual([
      'database: there is no connection to the database',
    ]);
  });
});
