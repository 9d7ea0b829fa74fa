import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { CleanApplier, Notify } from '#libs/contracts';
import { KIM, playApplier } from '../testing/applier.fixtures.js';
import type { PlayedApplier } from '../testing/applier.fixtures.js';

const LOU = { actor: { userId: 'lou', channel: 'cli' } } as const;

let applier: PlayedApplier;
const count = async () =>
  Object.fromEntries(
    await Promise.all(
      ['notifications', 'applications', 'application_files'].map(
        async (name) => [name, await applier.mongo.collection(name).countDocuments()] as const,
      ),
    ),
  ) as unknown;

beforeAll(async () => {
  applier = await playApplier();
});
afterAll(() => applier.close());

it('old notifications and what test mode left go, and nothing else', async () => {
  const old = new Date('2020-01-01T00:00:00Z');
  for (const options of [KIM, KIM, LOU])
    await applier.client.call(Notify, { message: 'a', notificationType: 'info' }, options);
  await applier.mongo.collection('notifications').updateMany({}, { $set: { createdAt: old } });
  await applier.client.call(Notify, { message: 'new', notificationType: 'info' }, KIM);
  for (const jobId of ['a', 'b']) applier.world.addJob(jobId);
  await applier.prepare('a', {}, { ...KIM, flags: { testMode: true } });
  await applier.prepare('a');
  await applier.mongo.collection('applications').updateMany({}, { $set: { updatedAt: old } });
  await applier.prepare('b', {}, { ...KIM, flags: { testMode: true } });

  const found = { success: true, notifications: 2, testApplications: 1, files: 2 };
  const before = await count();
  const dry = { ...KIM, flags: { dryRun: true } };
  expect(await applier.client.call(CleanApplier, { olderThanDays: 30 }, dry)).toMatchObject(found);
  expect(await count()).toEqual(before);
  expect(await applier.client.call(CleanApplier, { olderThanDays: 30 }, KIM)).toMatchObject(found);
  expect(await count()).toEqual({ notifications: 2, applications: 2, application_files: 4 });
});
