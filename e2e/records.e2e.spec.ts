import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import { GetTaskRun, ListTaskRuns, Notify, SCRAPE_SOURCE_CONTRACTS, type TaskRunDto } from '#libs/contracts';
import { BOTH_WAYS } from '#libs/flows/testing';
import { millis } from '#libs/run-log';
import { testMongoUri, testNats } from '#libs/testing';
import { AppProcess, type AppName } from './support/app-process.js';
import { startHeldBoard, type HeldBoard } from './support/held-board.js';
import { TestClient } from './support/test-client.js';

const { url: natsUrl } = testNats();
const mongoUri = testMongoUri();
const DOMAIN = ['jobs', 'pages', 'queryindexes', 'notifications'];
const NAMES: readonly AppName[] = ['audit', 'applier', 'scraper'];
let apps: AppProcess[] = [];
let env: NodeJS.ProcessEnv;
let board: HeldBoard;
let client: TestClient;
let database: mongoose.Connection;

beforeAll(async () => {
  board = await startHeldBoard();
  env = {
    NATS_URL: natsUrl,
    MONGODB_URI: mongoUri,
    SOURCE_ARBEITNOW_URL: board.url,
    SCRAPER_REQUESTS_PER_MINUTE: '10000',
  };
  apps = await Promise.all(NAMES.map((name) => AppProcess.start(name, env)));
  client = await TestClient.connect(natsUrl);
  database = await mongoose.createConnection(mongoUri).asPromise();
});

afterAll(async () => {
  await client.close();
  await database.close();
  await Promise.all(apps.map((app) => app.stop()));
  await board.close();
});

const counts = () => Promise.all(DOMAIN.map((name) => database.collection(name).countDocuments()));

/** The record of a task run, once it has ended. */
async function recorded(taskRunId: string): Promise<TaskRunDto> {
  for (;;) {
    const run = await client.ask(GetTaskRun, { taskRunId }).catch(() => undefined);
    if (run?.finishedAt) return run;
  }
}

describe.each(BOTH_WAYS)('what is recorded, %s,', (_how, replayAlways) => {
  let orchestrator: AppProcess;
  beforeAll(async () => {
    orchestrator = await AppProcess.start('orchestrator', { ...env, REPLAY_ALWAYS: String(replayAlways) });
  });
  afterAll(() => orchestrator.stop());

  describe('a dry run', () => {
    it('of a flow leaves every domain collection and every outgoing connection untouched, and its records say so', async () => {
      const before = await counts();
      const { runId } = await client.start('scrape_jobs', {
        sources: ['arbeitnow', 'greenhouse', 'stepstone', 'jsonld'],
        keywords: ['typescript'],
        dryRun: true,
        notify: true,
      });
      await client.ended(runId);
      expect(await counts()).toEqual(before);
      expect(board.connections()).toBe(0);

      const items = await client.auditedTasks(runId);
      expect(items.length).toBeGreaterThan(0);
      for (const item of items) expect(item.metadata.dryRun).toBe(true);
    });

    it('of a single operation does the same, where only its input asks for it', async () => {
      const before = await counts();
      const { taskRunId } = await client.ask(SCRAPE_SOURCE_CONTRACTS.arbeitnow, {
        query: { keywords: ['typescript'] },
        limit: 5,
        fetchDetails: true,
        dryRun: true,
      });
      expect(await counts()).toEqual(before);
      expect(board.connections()).toBe(0);
      expect((await recorded(taskRunId!)).metadata.dryRun).toBe(true);
    });
  });

  describe('every way of calling an operation leaves the same record', () => {
    const input = { message: 'hello', notificationType: 'info' as const };
    const shared = {
      operationName: 'notify',
      status: 'success',
      attempt: 1,
      actor: { userId: 'local' },
      inputDump: expect.objectContaining({ message: 'hello', userId: 'local' }),
      resultRefs: [{ collection: 'notifications', documentId: expect.any(String) }],
      errorMessage: null,
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
      durationMs: expect.any(Number),
    };

    it('by request and reply', async () => {
      const { taskRunId } = await client.ask(Notify, input);
      expect(await recorded(taskRunId!)).toMatchObject({
        ...shared,
        orchestrated: false,
        flowRunId: null,
        parentTaskRunId: null,
      });
    });

    it('as a task of a flow, here a task that is run by itself', async () => {
      const { runId } = await client.start('task_notify', input);
      expect(await client.ended(runId)).toMatchObject({ type: 'FlowCompleted', result: { success: true } });
      expect(await recorded(`${runId}-1`)).toMatchObject({
        ...shared,
        orchestrated: true,
        flowRunId: runId,
        parentTaskRunId: null,
      });
    });

    it('by a plain message that names its caller', async () => {
      const reply = await client.log.connection.request(
        'operation.applier.notify',
        JSON.stringify({ input, actor: { userId: 'local', channel: 'nats' } }),
        { timeout: millis(10_000) },
      );
      const { taskRunId } = reply.json<{ taskRunId: string }>();
      expect(await recorded(taskRunId)).toMatchObject({ ...shared, orchestrated: false, flowRunId: null });
    });
  });
});

describe('an operation', () => {
  it('leaves a record also when its input is refused, which names the fields', async () => {
    await expect(
      client.ask(Notify, { message: '', notificationType: 'loud' } as never),
    ).rejects.toMatchObject({
      code: 'operation/invalid-input',
      fields: [{ field: 'message' }, { field: 'notificationType' }],
    });
    let items: TaskRunDto[] = [];
    while (items.length === 0) {
      ({ items } = await client.ask(ListTaskRuns, { operation: 'notify', status: 'failed', limit: 5 }));
    }
    expect(items).toMatchObject([{ orchestrated: false, errorCode: 'operation/invalid-input' }]);
  });
});
