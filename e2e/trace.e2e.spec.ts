import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { FlowRunDto, TaskRunDto } from '#libs/contracts';
import { BOTH_WAYS } from '#libs/flows/testing';
import { flowRunId } from '#libs/run-log';
import { startTraceCollector, testMongoUri, testNats, type TraceCollector } from '#libs/testing';
import { jobhunter } from './support/cli.js';
import { expectWholeSearch, isWholeSearch, SEARCH } from './support/search-trace.js';
import { SpanTree } from './support/span-tree.js';
import { TestClient } from './support/test-client.js';
import { TracedApps } from './support/traced-apps.js';

const { url: natsUrl } = testNats();
const mongoUri = testMongoUri();
let collector: TraceCollector;
let apps: TracedApps;
let client: TestClient;

beforeAll(async () => {
  client = await TestClient.connect(natsUrl);
  collector = await startTraceCollector();
  apps = await TracedApps.start({ natsUrl, mongoUri, collectorUrl: collector.url });
});

afterEach(() => apps.board.release());

afterAll(async () => {
  await client.close();
  await apps.close();
  await collector.close();
});

/** Waits for the spans of a trace until `whole` is content. */
async function traceOf(traceId: string, whole: (tree: SpanTree) => boolean) {
  return new SpanTree(await collector.until((spans) => whole(new SpanTree(spans, traceId))), traceId);
}

const searchTrace = (traceId: string) => traceOf(traceId, (tree) => isWholeSearch(tree, 'POST'));

/** The records of so many tasks or calls, once the audit has seen them end. */
async function taskRuns(query: string, count: number): Promise<TaskRunDto[]> {
  for (;;) {
    const { items } = (await (await apps.ask(`/task-runs?${query}`)).json()) as { items: TaskRunDto[] };
    if (items.length === count && items.every(({ finishedAt }) => finishedAt !== null)) return items;
  }
}

describe.each(BOTH_WAYS)('one trace, %s,', (_how, replayAlways) => {
  const caller = { traceId: (replayAlways ? 'c' : 'a').repeat(32), spanId: 'b'.repeat(16) };

  beforeAll(async () => {
    if (replayAlways) await apps.replaceOrchestrator(replayAlways);
  });

  it("goes on from the caller's span through flow, tasks and operations to the database", async () => {
    const answer = await apps.start(
      'scrape_jobs',
      SEARCH,
      { traceparent: `00-${caller.traceId}-${caller.spanId}-01` },
      '?wait=30',
    );
    expect(answer.status).toBe(200);
    const tree = await searchTrace(caller.traceId);
    expectWholeSearch(tree, ['gateway: POST']);
    const request = tree.only('POST');
    expect(request).toMatchObject({ kind: 'server', parentSpanId: caller.spanId });
    expect(answer.headers.get('X-Trace-Id')).toBe(caller.traceId);
    expect(answer.headers.get('traceresponse')).toBe(`00-${caller.traceId}-${request.spanId}-01`);
  });

  it('begins at the HTTP request where the caller names none, and outlives it', async () => {
    const answer = await apps.start('scrape_jobs', SEARCH);
    expect(answer.status).toBe(202);
    const { runId } = (await answer.json()) as { runId: string };
    const traceId = answer.headers.get('X-Trace-Id')!;
    const tree = await searchTrace(traceId);

    expectWholeSearch(tree, ['gateway: POST']);
    expect(tree.only('POST').parentSpanId).toBeNull();
    const [flow, task, operation] = ['flow scrape_jobs', 'task notify', 'operation notify'].map((name) =>
      tree.only(name),
    );
    expect(flow).toMatchObject({
      kind: 'consumer',
      error: null,
      attributes: { 'flow.name': 'scrape_jobs', 'flow.run.id': runId },
    });
    expect(flow!.finishedAt).toBeGreaterThanOrEqual(task!.finishedAt);
    expect(task!.startedAt).toBeGreaterThanOrEqual(flow!.startedAt);
    expect(task!.attributes['task.run.id']).toBe(operation!.attributes['operation.task_run_id']);
    expect(operation!.startedAt).toBeGreaterThanOrEqual(task!.startedAt);
  });

  it("has its id in the run's record and in that of each task", async () => {
    const answer = await apps.start('scrape_jobs', SEARCH, {}, '?wait=30');
    const { runId } = (await answer.json()) as { runId: string };
    const traceId = answer.headers.get('X-Trace-Id');
    const run = (await (await apps.ask(`/flow-runs/${runId}`)).json()) as FlowRunDto;
    expect(run.traceId).toBe(traceId);
    const tasks = await taskRuns(`flowRunId=${runId}`, 2);
    expect(tasks.map(({ operationName }) => operationName).sort()).toEqual(['notify', 'scrape_arbeitnow']);
    expect(tasks.map((task) => task.traceId)).toEqual([traceId, traceId]);
  });

  it('stays whole when the orchestrator is killed in the middle of the run', async () => {
    const before = apps.board.searches.length;
    apps.board.hold();
    const answer = await apps.start('scrape_jobs', SEARCH);
    const runId = flowRunId(((await answer.json()) as { runId: string }).runId);
    await apps.board.reached(before + 1);
    await apps.kill9('orchestrator');
    apps.board.release();
    await client.until(runId, ({ type }) => type === 'TaskFinished');
    await apps.startOne('orchestrator');
    expect(await client.ended(runId)).toMatchObject({ type: 'FlowCompleted' });
    expectWholeSearch(await searchTrace(answer.headers.get('X-Trace-Id')!), ['gateway: POST']);
  });

  const search = ['flow', 'run', 'scrape_jobs', '--sources', 'arbeitnow', '--keywords', 'typescript'];

  it('begins at the command line where that is traced too', async () => {
    await jobhunter(apps.gatewayUrl, search, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    const begun = ({ name }: { name: string }) => name === 'cli POST /workflows/scrape_jobs';
    const { traceId } = (await collector.until((spans) => spans.some(begun))).find(begun)!;
    const tree = await traceOf(traceId, (spans) => isWholeSearch(spans, 'WorkflowsController.start'));
    expectWholeSearch(tree, [
      'gateway: POST',
      'jobhunter: POST',
      'jobhunter: cli POST /workflows/scrape_jobs',
    ]);
  });

  it('is recorded where the command line is not traced', async () => {
    const { runId } = (await jobhunter(apps.gatewayUrl, search)) as { runId: string };
    const run = (await (await apps.ask(`/flow-runs/${runId}`)).json()) as FlowRunDto;
    expectWholeSearch(await searchTrace(run.traceId!), ['gateway: POST']);
  });
});

describe('one trace', () => {
  it('goes through an operation that is called directly', async () => {
    const answer = await apps.ask('/operations/notify', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ message: 'Hello', notificationType: 'info' }),
    });
    expect(answer.status).toBe(200);
    const { taskRunId } = (await answer.json()) as { taskRunId: string };
    const traceId = answer.headers.get('X-Trace-Id')!;
    const tree = await traceOf(traceId, (spans) => spans.has('POST', 'operation notify'));
    const [query] = tree.by('instrumentation-mongoose');
    expect(tree.upFrom(query!).slice(1)).toEqual(['applier: operation notify', 'gateway: POST']);
    const [record] = await taskRuns('orchestrated=false&operation=notify', 1);
    expect(record).toMatchObject({ id: taskRunId, traceId });
  });
});
