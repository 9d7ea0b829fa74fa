import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  DOCUMENTS_CONTRACTS,
  GetProfile,
  ImportProfile,
  ListProfileVersions,
  UpdateProfile,
} from '#libs/contracts';
import type { ImportProfileInput, UpdateProfileInput } from '#libs/contracts';
import { MongoKeeper } from '#libs/mongo';
import { startService } from '#libs/operations';
import type { RunningService } from '#libs/operations';
import { createLogger } from '#libs/telemetry';
import { testMongoUri, testNats } from '#libs/testing';
import { DocumentsModule } from '../documents.module.js';
import { RESUME } from '../documents.fixtures.js';

let documents: RunningService;
const as = (userId: string) => ({ actor: { userId, channel: 'cli' } }) as const;
const importAs = (userId: string, input: Partial<ImportProfileInput> = {}) =>
  documents.client.call(ImportProfile, { resume: RESUME, ...input }, as(userId));
const updateAs = (userId: string, input: UpdateProfileInput) =>
  documents.client.call(UpdateProfile, input, as(userId));

beforeAll(async () => {
  documents = await startService({
    service: 'documents',
    contracts: DOCUMENTS_CONTRACTS,
    nats: testNats().url,
    logger: createLogger({ service: 'documents', level: 'silent' }),
    module: DocumentsModule.register({ mongoUri: testMongoUri(), settings: {} }),
  });
  await documents.app.get(MongoKeeper).connected;
});
afterAll(() => documents.close());

describe('a profile', () => {
  it('is taken as it is, with preferences by default and no standing rule', async () => {
    expect(await importAs('ann')).toMatchObject({ success: true, version: 1 });
    expect(await documents.client.call(GetProfile, {}, as('ann'))).toMatchObject({
      ...{ userId: 'ann', version: 1, resume: RESUME, standingRule: null },
      preferences: { remote: 'any', dailyLimit: 10, titlesWanted: [] },
    });
  });

  it('keeps every version, and what changed from one to the next', async () => {
    await importAs('ben');
    const summary = 'Baut <b>Brücken</b>';
    const changes: UpdateProfileInput = {
      resume: { basics: { summary, phone: null } },
      preferences: { places: ['Berlin'] },
      standingRule: { leastScore: 0.9, perDay: 2, until: '2027-01-01T00:00:00Z' },
    };
    const changed = ['resume.basics', 'preferences.places', 'standingRule'];
    expect(await updateAs('ben', changes)).toMatchObject({ version: 2, changed });
    const { resume, ...now } = await documents.client.call(GetProfile, {}, as('ben'));
    expect(resume['basics']).toEqual({ ...RESUME.basics, summary, phone: undefined });
    expect(now).toMatchObject({
      version: 2,
      preferences: { places: ['Berlin'] },
      standingRule: { perDay: 2 },
    });
    expect(await updateAs('ben', { standingRule: null })).toMatchObject({
      version: 3,
      changed: ['standingRule'],
    });
    const first = await documents.client.call(GetProfile, { version: 1 }, as('ben'));
    expect(first).toMatchObject({ resume: RESUME, standingRule: null });
    const { items } = await documents.client.call(ListProfileVersions, { limit: 50 }, as('ben'));
    expect(items.map(({ version }) => version)).toEqual([3, 2, 1]);
  });

  it('stays at its version where nothing changes, or in a dry run', async () => {
    await importAs('cem');
    expect(await importAs('cem')).toMatchObject({ version: 1, changed: [] });
    const dry = { ...as('cem'), flags: { dryRun: true } };
    const change = { resume: { basics: { label: 'Other' } } };
    expect(await documents.client.call(UpdateProfile, change, dry)).toMatchObject({
      version: 2,
      profileId: null,
    });
    expect(await documents.client.call(GetProfile, {}, as('cem'))).toMatchObject({ version: 1 });
  });

  it('is changed once however often the same attempt is made', async () => {
    await importAs('dora');
    const options = { ...as('dora'), idempotencyKey: 'change-1' };
    const change = { preferences: { dailyLimit: 3 } };
    const first = await documents.client.call(UpdateProfile, change, options);
    expect(await documents.client.call(UpdateProfile, change, options)).toMatchObject({
      version: first.version,
    });
  });

  it('of a test is another one, which begins with the real one', async () => {
    await importAs('eli');
    const test = { ...as('eli'), flags: { testMode: true } };
    await documents.client.call(UpdateProfile, { preferences: { dailyLimit: 1 } }, test);
    expect(await documents.client.call(GetProfile, {}, test)).toMatchObject({
      preferences: { dailyLimit: 1 },
    });
    expect(await documents.client.call(GetProfile, {}, as('eli'))).toMatchObject({
      preferences: { dailyLimit: 10 },
    });
  });

  it.each([
    ['nothing in it', {}, 'resume', 'is empty'],
    ['no name', { basics: {} }, 'resume.basics.name', 'is missing'],
    ['a list for a text', { basics: { name: [] } }, 'resume.basics.name', 'expected a text'],
    ['a wrong date', { ...RESUME, work: [{ startDate: 'May' }] }, 'resume.work[0].startDate', '2024-03'],
    ['no date', { ...RESUME, work: [{ endDate: '' }] }, 'resume.work[0].endDate', 'leave it out'],
    ['no address', { basics: { name: 'A', url: '' } }, 'resume.basics.url', 'is empty: leave it out'],
    [
      'a name from before version 1',
      { ...RESUME, work: [{ company: 'Oven' }] },
      'resume.work[0].company',
      'rename the field',
    ],
    [
      'a day that is none',
      { ...RESUME, work: [{ startDate: '2024-02-30' }] },
      'resume.work[0].startDate',
      'calendar',
    ],
    [
      'an end before its start',
      { ...RESUME, work: [{ startDate: '2024', endDate: '2023-01' }] },
      'resume.work[0].endDate',
      'comes before the start, 2024',
    ],
    [
      'an address that is none',
      { basics: { name: 'A', url: 'x y' } },
      'resume.basics.url',
      'https://example.org',
    ],
  ])('with %s is refused by path, value and expectation', async (_what, resume, field, expectation) => {
    await expect(importAs('finn', { resume })).rejects.toMatchObject({
      code: 'documents/invalid-profile',
      fields: [expect.objectContaining({ field, message: expect.stringContaining(expectation) })],
    });
    await expect(documents.client.call(GetProfile, {}, as('finn'))).rejects.toMatchObject({
      code: 'documents/no-profile',
    });
  });

  it('refuses preferences and rules that make no sense, and changes of a version that is not the newest', async () => {
    await importAs('gil');
    await expect(updateAs('gil', { preferences: { remote: 'maybe', dailyLimit: -1 } })).rejects.toMatchObject(
      {
        code: 'documents/invalid-profile',
        fields: [
          expect.objectContaining({ field: 'preferences.remote', value: 'maybe' }),
          expect.objectContaining({ field: 'preferences.dailyLimit', value: -1 }),
        ],
      },
    );
    await expect(updateAs('gil', { standingRule: { leastScore: 2 } })).rejects.toMatchObject({
      code: 'documents/invalid-profile',
      fields: expect.arrayContaining([
        expect.objectContaining({ field: 'standingRule.leastScore', value: 2 }),
      ]),
    });
    await expect(updateAs('gil', { expectedVersion: 7 })).rejects.toMatchObject({
      code: 'documents/version-conflict',
    });
    await expect(documents.client.call(GetProfile, { version: 9 }, as('gil'))).rejects.toMatchObject({
      code: 'documents/unknown-version',
    });
  });
});
