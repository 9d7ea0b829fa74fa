import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { jetStreamBuckets } from '#libs/key-values';
import { connectRunLog, millis } from '#libs/run-log';
import type { FlowRunId, JetStreamRunLog, Outcome } from '#libs/run-log';
import { testNats } from '#libs/testing';
import { bulk, FlowClient, flow, FlowRegistry, serveStarts, startOrchestrator, task } from '../index.js';
import type { FlowContext, RunView } from '../index.js';
import { BOTH_WAYS } from '../testing/both-ways.js';
import { SampleDto, sampleOperation } from '../testing/sample-operations.js';
import { exportRun, historyOf, readExport } from './export-run.js';
import { serveSteering } from './serve-steering.js';
import { viewRun } from './view-run.js';

const echo = sampleOperation('steered_echo');
const once = sampleOperation('steered_once', { execution: 'at-most-once' });
const by = { actor: { userId: 'someone', channel: 'api' } } as const;
const silent = { warn: jest.fn(), error: jest.fn() };
const named = (name: string, over: object = {}) => task({ name, ...over }, echo);

const sample = (name: string, run: (ctx: FlowContext) => Promise<unknown>) =>
  flow({ name, description: 'A flow under test.', input: SampleDto }, (_input, ctx) => run(ctx));

const registry = new FlowRegistry([
  sample('asks', async (ctx) => {
    const first = await ctx.task(named('first'), { value: 'a' });
    const { approved, by: who } = await ctx.approval('go on', { first: first.value });
    const told = await ctx.signal('told');
    const last = await ctx.task(named('last'), { value: 'b' });
    return { approved, who: who?.userId, told, last: last.value };
  }),
  sample('sends', async (ctx) => (await ctx.task(task({ name: 'send' }, once), {})).value),
]);

let log: JetStreamRunLog;
let client: FlowClient;
/** Tasks that were run, and how the next of a name ends. */
let executed: string[];
let endings: Map<string, Outcome>;
const open: { close(): Promise<void> }[] = [];

beforeEach(() => {
  executed = [];
  endings = new Map();
});

const start = async (name: string): Promise<FlowRunId> => (await client.start(name, {}, by)).runId;

/** Resolves with the view of a run once the log holds what makes it so. */
async function until(runId: FlowRunId, holds: (view: RunView) => boolean): Promise<RunView> {
  let look = (): void => undefined;
  const subscription = await log.watch('RUN', { runId }, () => look());
  try {
    for (;;) {
      const changed = new Promise<void>((resolve) => (look = resolve));
      const view = await client.describe(runId);
      if (holds(view)) return view;
      await changed;
    }
  } finally {
    await subscription.close();
  }
}

describe.each(BOTH_WAYS)(
  'a run that is steered while an orchestrator drives it, %s',
  (_how, replayAlways) => {
    beforeAll(async () => {
      log = await connectRunLog({ ...testNats(), name: 'spec' });
      const buckets = jetStreamBuckets(log.connection);
      open.push(await startOrchestrator({ log, registry, buckets, logger: silent, replayAlways }));
      open.push(await serveStarts(log.connection, log, registry));
      open.push(await serveSteering(log.connection, { log, registry, buckets }));
      for (const { service, name: operation } of [echo, once]) {
        const reader = { service, operation, lane: 'normal', globalConcurrency: 9, slots: 9 } as const;
        open.push(
          await log.serve({ ...reader, ackWaitMs: millis(5_000) }, async (delivery) => {
            const { event, runId } = delivery;
            const { taskRunId, attempt } = event;
            executed.push(event.task);
            const done: Outcome = { status: 'success', result: { value: `${event.task} done` } };
            const outcome = endings.get(event.task) ?? done;
            endings.delete(event.task);
            const now = millis(Date.now());
            const times = { startedAt: now, finishedAt: now, deliveries: 1, by: 'spec' };
            const fact = { type: 'TaskFinished', taskRunId, attempt, operation, ...times, outcome } as const;
            await log.outcome(runId, fact);
            delivery.ack();
          }),
        );
      }
      client = new FlowClient(log.connection, log);
    });

    afterAll(async () => {
      for (const each of open.splice(0).reverse()) await each.close();
      await log.close();
    });

    it('is approved, paused, told and resumed, and gives its result', async () => {
      const runId = await start('asks');
      const [approval] = (await until(runId, ({ approvals }) => approvals.length > 0)).approvals;
      expect(approval).toMatchObject({ name: 'go on', payload: { first: 'first done' } });
      await client.answerApproval(runId, { name: 'go on' }, { approved: true, ...by });
      await until(runId, ({ signals }) => signals.length > 0);

      await client.pause(runId, by);
      await until(runId, ({ standing }) => standing === 'paused');
      await client.signal(runId, 'told', { a: 1 }, by);
      await client.resume(runId, by);
      const result = { approved: true, who: 'someone', told: { a: 1 }, last: 'last done' };
      expect(await client.result(runId)).toEqual({ runId, status: 'completed', result });
      expect(executed).toEqual(['first', 'last']);
      expect((await client.describe(runId)).steps.map(({ name, state }) => [name, state])).toEqual([
        ['first', 'succeeded'],
        ['go on', 'succeeded'],
        ['told', 'succeeded'],
        ['last', 'succeeded'],
      ]);
    });

    it('is restarted from where it failed, with what it was told and answered', async () => {
      endings.set('last', {
        status: 'failed',
        error: { code: 'x/no', message: 'not today', disposition: 'terminal' },
      });
      const runId = await start('asks');
      await until(runId, ({ approvals }) => approvals.length > 0);
      await client.answerApproval(runId, {}, { approved: true, ...by });
      await client.signal(runId, 'told', 7, by);
      expect(await client.result(runId)).toMatchObject({ status: 'failed', error: { code: 'x/no' } });

      const again = await client.restart(runId, by);
      const result = { approved: true, who: 'someone', told: 7, last: 'last done' };
      expect(await client.result(again.runId)).toMatchObject({ status: 'completed', result });
      expect(executed).toEqual(['first', 'last', 'last']);

      const earlier = await client.restart(runId, { ...by, fromStep: 2 });
      await until(earlier.runId, ({ approvals }) => approvals.length > 0);
      expect(executed).toEqual(['first', 'last', 'last']);
      await client.cancel(earlier.runId, by);
    });

    it('halts when nobody knows, and goes on at a person’s word', async () => {
      endings.set('send', {
        status: 'failed',
        error: { code: 'x/lost', message: 'nobody knows', disposition: 'halt' },
      });
      const runId = await start('sends');
      expect(await client.result(runId, { orHalted: true })).toMatchObject({ status: 'halted' });
      const { ambiguous } = await client.describe(runId);
      expect(ambiguous).toMatchObject([{ task: 'send', step: 1 }]);
      await expect(client.resume(runId, by)).rejects.toMatchObject({ code: 'flow/resolution-needed' });
      const resolutions = [
        { taskRunId: ambiguous[0]!.taskRunId, as: 'succeeded', result: { value: 'sent' } },
      ] as const;
      await client.resume(runId, { ...by, resolutions });
      expect(await client.result(runId)).toMatchObject({ status: 'completed', result: 'sent' });
      expect(executed).toEqual(['send']);
    });

    it('is cancelled, with many others at once', async () => {
      const runs = await Promise.all(Array.from({ length: 20 }, () => start('asks')));
      const told = [];
      for await (const each of bulk(runs, (runId) => client.cancel(runId, by), { concurrency: 5 }))
        told.push(each);
      expect(told.filter((each) => 'done' in each)).toHaveLength(20);
      const ends = await Promise.all(runs.map((runId) => client.result(runId)));
      expect(new Set(ends.map(({ status }) => status))).toEqual(new Set(['cancelled']));
      const afterwards = await client.cancel(runs[0]!, by).catch((error: Error) => error);
      expect(afterwards).toMatchObject({
        code: 'flow/run-ended',
        message: expect.stringContaining('cancelled at'),
      });
    });

    it('is exported, and looks the same from its export', async () => {
      const runId = await start('sends');
      await client.result(runId);
      const read = readExport(JSON.stringify(await exportRun(log, runId)));
      expect(viewRun(historyOf(read))).toEqual(await client.describe(runId));
    });
  },
);
