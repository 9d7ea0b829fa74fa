import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { testMongoUri, virtualClock } from '#libs/testing';
import { openConnection } from '#libs/mongo';
import type { OpenConnection } from '#libs/mongo';
import type { RebuildAuditOutput } from '#libs/contracts';
import { Rebuilds } from './rebuilds.js';

const quiet = { info: () => undefined, warn: () => undefined };
const DONE = { taskRuns: 1 } as RebuildAuditOutput;
let open: OpenConnection;

beforeEach(async () => {
  open = openConnection({ uri: testMongoUri(), appName: 'spec' }, quiet);
  await open.keeper.connected;
});
afterEach(() => open.keeper.stop());

it('a rebuild that has long had nothing to tell is not taken for dead', async () => {
  const clock = virtualClock(Date.now());
  const rebuilds = (me: string) => new Rebuilds(open.connection, clock, me);
  const records = open.connection.collection<{ _id: string; until: Date }>('audit_rebuilds');
  const until = async () => (await records.findOne({ _id: 'latest' }))?.until.getTime() ?? 0;
  let end = (_: RebuildAuditOutput): void => undefined;
  let begun = (): void => undefined;
  const hasBegun = new Promise<void>((resolve) => (begun = resolve));
  const running = rebuilds('one').run(() => new Promise((resolve) => (end = resolve)), begun);
  await hasBegun;
  for (let n = 0; n < 8; n++) {
    const before = await until();
    while (clock.pending() === 0) await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(15_000);
    while ((await until()) === before);
  }
  await expect(rebuilds('other').run(() => Promise.resolve(DONE))).rejects.toMatchObject({
    code: 'audit/rebuild-running',
  });
  end(DONE);
  expect(await running).toBe(DONE);
  expect(await rebuilds('other').state()).toMatchObject({ state: 'done' });
});
