import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Controller, Module } from '@nestjs/common';
import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { CleanDocuments, DOCUMENTS_CONTRACTS, ListApplications } from '#libs/contracts';
import type { ApplicationSummaryDto, ListApplicationsInput, ListApplicationsOutput } from '#libs/contracts';
import { MongoKeeper } from '#libs/mongo';
import { Operation, startService, TerminalError } from '#libs/operations';
import type { OperationRun, RunningService } from '#libs/operations';
import { createLogger } from '#libs/telemetry';
import { testMongoUri, testNats } from '#libs/testing';
import { DocumentsModule } from '../documents.module.js';

const KIM = { actor: { userId: 'kim', channel: 'cli' } } as const;
const OLD = new Date('2020-01-01T00:00:00Z');
const NOTHING = { success: true, documents: 0, testDocuments: 0, dryRun: false };

type Using = Partial<Pick<ApplicationSummaryDto, 'cvId' | 'letterId'>>;
/** What kim's applications use; each a page of its own. */
let using: Using[] = [];
let refusal: Error | undefined;

@Controller()
class Applications {
  @Operation(ListApplications)
  async list(
    { cursor, includeTest, sort }: ListApplicationsInput,
    run: OperationRun,
  ): Promise<ListApplicationsOutput> {
    if (refusal) throw refusal;
    expect([run.actor.userId, includeTest, sort]).toEqual(['kim', true, 'preparedAt']);
    const nth = Number(cursor ?? 0);
    const at = OLD.toISOString();
    const items = using.slice(nth, nth + 1).map(
      (documents, n) =>
        ({
          ...{ id: `a${n}`, userId: 'kim', jobId: 'j', identities: ['j'], title: '', company: '' },
          ...{ status: 'sent', channel: 'email', wentOut: 'yes', to: null, applyUrl: null, preparedAt: at },
          ...{ sentAt: at, updatedAt: at, testMode: false, ...documents },
        }) as ApplicationSummaryDto,
    );
    return { items, nextCursor: nth + 1 < using.length ? String(nth + 1) : null };
  }
}

@Module({ controllers: [Applications] })
class ApplierStandIn {}

const nats = testNats().url;
let documents: RunningService;
let applier: RunningService | undefined;
const mongo = () => documents.app.get<Connection>(getConnectionToken());
const idsLeft = async () => {
  const lists = ['cvs', 'letters'].map((name) => mongo().collection(name).distinct('_id'));
  return (await Promise.all(lists)).flat().map(String).sort();
};
const startApplier = () =>
  startService({
    ...{ service: 'applier', contracts: [ListApplications], nats },
    ...{ logger: createLogger({ service: 'applier', level: 'silent' }), module: ApplierStandIn },
  });
const clean = (said: object = {}, options: object = KIM) =>
  documents.client.call(CleanDocuments, { olderThanDays: 30, ...said }, { ...KIM, ...options });

beforeAll(async () => {
  documents = await startService({
    ...{ service: 'documents', contracts: DOCUMENTS_CONTRACTS, nats },
    logger: createLogger({ service: 'documents', level: 'silent' }),
    module: DocumentsModule.register({ mongoUri: testMongoUri(), settings: {} }),
  });
  await documents.app.get(MongoKeeper).connected;
  applier = await startApplier();
});
afterAll(() => Promise.all([documents.close(), applier?.close()]));

beforeEach(async () => {
  using = [];
  refusal = undefined;
  for (const kind of ['cv', 'letter']) {
    const collection = mongo().collection<{ _id: string }>(`${kind}s`);
    await collection.deleteMany({});
    const add = (name: string, createdAt: Date, said: object = {}) => ({
      ...{ _id: `${kind}_${name}`, userId: 'kim', kind, createdAt, testMode: false, ...said },
    });
    await collection.insertMany([
      add('used', OLD),
      add('draft', OLD),
      add('test', OLD, { testMode: true }),
      add('new', new Date()),
      add('lou', OLD, { userId: 'lou' }),
    ]);
  }
});

it('old drafts and what test mode left go; what an application uses stays, whichever page names it', async () => {
  const all = await idsLeft();
  using = [
    { cvId: 'cv_other', letterId: null },
    { cvId: 'cv_used', letterId: 'letter_used' },
  ];
  const found = { success: true, documents: 2, testDocuments: 2 };
  expect(await clean({}, { flags: { dryRun: true } })).toMatchObject({ ...found, dryRun: true });
  expect(await clean({ dryRun: true })).toMatchObject({ ...found, dryRun: true });
  expect(await idsLeft()).toEqual(all);
  expect(await clean()).toMatchObject({ ...found, dryRun: false });
  expect(await idsLeft()).toEqual(all.filter((id) => /_(?:used|new|lou)$/.test(id)));
  expect(await clean()).toMatchObject(NOTHING);
});

it('in test mode nothing real goes', async () => {
  using = [{ cvId: 'cv_test', letterId: null }];
  expect(await clean({}, { flags: { testMode: true } })).toMatchObject({ ...NOTHING, testDocuments: 1 });
  expect((await idsLeft()).filter((id) => /_(?:draft|test)$/.test(id))).toEqual([
    ...['cv_draft', 'cv_test', 'letter_draft'],
  ]);
});

it('nothing goes where the applier does not say what is in use, and the error says so', async () => {
  const all = await idsLeft();
  const said = /^nothing was removed, because it cannot be told which documents are in use: /;
  const unknown = { code: 'documents/applications-unknown', message: expect.stringMatching(said) };
  refusal = new TerminalError('operation/forbidden', 'kim may not run list_applications');
  await expect(clean()).rejects.toMatchObject({ ...unknown, disposition: 'terminal' });
  refusal = undefined;
  using = [{ cvId: 'cv_used', letterId: null }, {}];
  await expect(clean()).rejects.toMatchObject({ ...unknown, disposition: 'terminal' });
  using = [];
  await applier?.close();
  applier = undefined;
  await expect(clean()).rejects.toMatchObject({
    ...unknown,
    disposition: 'retry',
    message: expect.stringContaining('the service applier is not running'),
  });
  expect(await idsLeft()).toEqual(all);
});
