import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { APPLIER_CONTRACTS, Notify } from '#libs/contracts';
import type { NotifyInput } from '#libs/contracts';
import { MongoKeeper } from '#libs/mongo';
import { startService } from '#libs/operations';
import type { RunningService } from '#libs/operations';
import { createLogger } from '#libs/telemetry';
import { testMongoUri, testNats } from '#libs/testing';
import { ApplierModule } from '../applier.module.js';

const KIM = { actor: { userId: 'kim', channel: 'cli' } } as const;
const INPUT: NotifyInput = { message: '3 new jobs', notificationType: 'success', metadata: { jobs: 3 } };

let applier: RunningService;
const stored = () => applier.app.get<Connection>(getConnectionToken()).collection('notifications');

beforeAll(async () => {
  applier = await startService({
    service: 'applier',
    contracts: APPLIER_CONTRACTS,
    nats: testNats().url,
    logger: createLogger({ service: 'applier', level: 'silent' }),
    module: ApplierModule.register({ mongoUri: testMongoUri() }),
  });
  await applier.app.get(MongoKeeper).connected;
});
afterAll(() => applier.close());

describe('notify', () => {
  it('keeps the notification', async () => {
    const { success, notificationId, taskRunId } = await applier.client.call(Notify, INPUT, KIM);
    expect({ success, taskRunId }).toEqual({ success: true, taskRunId: expect.any(String) });
    expect(await stored().findOne({ _id: notificationId as never })).toMatchObject({
      ...INPUT,
      userId: 'kim',
      taskRunId,
      testMode: false,
      createdAt: expect.any(Date),
    });
  });

  it('keeps metadata of any keys, as deep as the contract lets it be', async () => {
    const deep = Array.from({ length: 48 }).reduce<object>((held) => ({ in: held }), {});
    const metadata = { $set: 1, 'a.b': { $in: [] }, '': null, deep };
    const { notificationId } = await applier.client.call(Notify, { ...INPUT, metadata }, KIM);
    expect(await stored().findOne({ _id: notificationId as never })).toMatchObject({ metadata });
  });

  it('keeps it once however often the same attempt is made', async () => {
    const options = { ...KIM, idempotencyKey: 'step-7' };
    const first = await applier.client.call(Notify, INPUT, options);
    const second = await applier.client.call(Notify, INPUT, options);
    expect(second.notificationId).toBe(first.notificationId);
    expect(await stored().countDocuments({ _id: first.notificationId as never })).toBe(1);
  });

  it.each([
    ['by flag', {}, { ...KIM, flags: { dryRun: true } }],
    ['by input', { dryRun: true }, KIM],
  ])('keeps nothing in a dry run asked for %s', async (_how, input, options) => {
    const before = await stored().countDocuments();
    const answer = await applier.client.call(Notify, { ...INPUT, ...input }, options);
    expect(answer).toMatchObject({ success: true, notificationId: null });
    expect(await stored().countDocuments()).toBe(before);
  });

  it.each([
    [{ ...INPUT, message: '' }, 'message'],
    [{ ...INPUT, notificationType: 'shout' }, 'notificationType'],
    [{ ...INPUT, metadata: 'x' }, 'metadata'],
    [{ ...INPUT, metadata: { '\0': 1 } }, 'metadata'],
    [{ ...INPUT, to: 'kim' }, 'to'],
  ])('names what is wrong with %j', async (input, field) => {
    await expect(applier.client.call(Notify, input as NotifyInput, KIM)).rejects.toMatchObject({
      code: 'operation/invalid-input',
      fields: [expect.objectContaining({ field })],
    });
  });
});
