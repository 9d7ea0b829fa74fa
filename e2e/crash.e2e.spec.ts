import { afterEach, beforeAll, afterAll, describe, expect, it } from '@jest/globals';
import { GetFlowRun } from '#libs/contracts';
import { BOTH_WAYS } from '#libs/flows/testing';
import type { FlowRunId } from '#libs/run-log';
import { testMongoUri, testNats } from '#libs/testing';
import { AppProcess, type AppName } from './support/app-process.js';
import { startHeldBoard, type HeldBoard } from './support/held-board.js';
import { TestClient } from './support/test-client.js';

const { url: natsUrl } = testNats();
const mongoUri = testMongoUri();
const running = new Set<AppProcess>();
let board: HeldBoard;
let client: TestClient;

async function start(name: AppName, replayAlways = false): Promise<AppProcess> {
  const app = await AppProcess.start(name, {
    NATS_URL: natsUrl,
    MONGODB_URI: mongoUri,
    SOURCE_ARBEITNOW_URL: board.url,
    SCRAPER_REQUESTS_PER_MINUTE: '10000',
    ACK_WAIT_MS: '1000',
    REPLAY_ALWAYS: String(replayAlways),
  });
  running.add(app);
  return app;
}

beforeAll(async () => {
  board = await startHeldBoard();
  client = await TestClient.connect(natsUrl);
  await Promise.all([start('audit'), start('applier')]);
});

afterEach(() => board.release());

afterAll(async () => {
  await client.close();
  await Promise.all([...running].map((app) => app.stop()));
  await board.close();
});

const search = (keywords: string[]) =>
  client.start('scrape_jobs', { sources: ['arbeitnow'], keywords, notify: false });

/** What the audit says of a run, once it has seen its end. */
async function audited(runId: FlowRunId) {
  const tasks = await client.auditedTasks(runId);
  return { run: await client.ask(GetFlowRun, { flowRunId: runId }), tasks };
}

describe.each(BOTH_WAYS)('a run whose processes are killed, %s', (_how, replayAlways) => {
  it('goes on after its orchestrator was killed, and no finished task runs again', async () => {
    const scraper = await start('scraper');
    const orchestrator = await start('orchestrator', replayAlways);
    const before = board.searches.length;
    const { runId } = await search(['first']);
    await client.until(runId, ({ type }) => type === 'TaskFinished');
    const searched = board.searches.length;
    expect(searched).toBeGreaterThan(before);

    board.hold();
    const second = await search(['second']);
    await board.reached(searched + 1);
    await orchestrator.kill9();
    board.release();
    // The service ends its work meanwhile; nobody is there to hear it.
    await client.until(second.runId, ({ type }) => type === 'TaskFinished');
    const revived = await start('orchestrator', replayAlways);

    expect(await client.ended(second.runId)).toMatchObject({
      type: 'FlowCompleted',
      result: { success: true },
    });
    const { run, tasks } = await audited(second.runId);
    expect(run).toMatchObject({ status: 'completed', flow: 'scrape_jobs' });
    expect(tasks).toMatchObject([
      { operationName: 'scrape_arbeitnow', status: 'success', attempt: 1, orchestrated: true },
    ]);
    const { events } = await client.log.readRun(second.runId);
    expect(events.filter(({ event }) => event.type === 'TaskScheduled')).toHaveLength(1);
    expect(events.filter(({ event }) => event.type === 'TaskFinished')).toHaveLength(1);
    await Promise.all([scraper.stop(), revived.stop()]);
  });

  it('goes on after a service was killed in the middle of an operation, under the same idempotency key', async () => {
    const orchestrator = await start('orchestrator', replayAlways);
    const scraper = await start('scraper');
    const before = board.searches.length;
    board.hold();
    const { runId } = await search(['third']);
    await board.reached(before + 1);
    await scraper.kill9();
    board.release();
    const revived = await start('scraper');

    expect(await client.ended(runId)).toMatchObject({ type: 'FlowCompleted', result: { success: true } });
    const finished = await client.until(runId, ({ type }) => type === 'TaskFinished');
    // The broker handed the same attempt out again: it is one attempt, delivered twice.
    expect(finished.event).toMatchObject({ attempt: 1, deliveries: 2, outcome: { status: 'success' } });
    const { tasks } = await audited(runId);
    expect(tasks).toMatchObject([{ status: 'success', attempt: 1 }]);
    await Promise.all([orchestrator.stop(), revived.stop()]);
  });
});

describe('a service', () => {
  it('ends in order when asked to: exit code 0 and nothing half done', async () => {
    const apps = await Promise.all([start('orchestrator'), start('scraper')]);
    const { runId } = await search(['fourth']);
    await client.ended(runId);
    expect(await Promise.all(apps.map((app) => app.stop()))).toEqual([0, 0]);
  });
});
