import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { jetStreamBuckets } from '#libs/key-values';
import { connectRunLog, flowRunId, millis } from '#libs/run-log';
import type { FlowRunId, JetStreamRunLog, Outcome, TaskScheduled } from '#libs/run-log';
import { testNats } from '#libs/testing';
import { FlowClient, flow, FlowRegistry, serveStarts, startOrchestrator, task } from '../../index.js';
import type { FlowContext } from '../../index.js';
import { BOTH_WAYS } from '../../testing/both-ways.js';
import { SampleDto, sampleOperation } from '../../testing/sample-operations.js';
import { serveSteering } from '../serve-steering.js';

const act = sampleOperation('act');
const revert = sampleOperation('revert');
const by = { actor: { userId: 'someone', channel: 'api' } } as const;
const silent = { warn: () => undefined, error: () => undefined };
const named = (name: string, over: object = {}) => task({ name, ...over }, act);
const undoing = (name: string) => ({
  compensate: {
    task: task({ name, retries: 1, retryDelaySeconds: () => 0.001 }, revert),
    input: ({ value }: SampleDto) => ({ value: `not ${value}` }),
  },
});

const sample = (name: string, run: (ctx: FlowContext) => Promise<unknown>, version = '1') =>
  flow({ name, description: 'A flow under test.', input: SampleDto, version }, (_input, ctx) => run(ctx));

const books = sample('books', async (ctx) => {
  await ctx.task(named('flight'), {}, undoing('cancel_flight'));
  await ctx.task(named('look'), {});
  // What it has done is behind a failure that it has lived with.
  await ctx.task(named('seat'), {}).catch(() => undefined);
  await ctx.flow(child, {});
  await ctx.task(named('hotel'), {}, undoing('cancel_hotel'));
  return 'booked';
});
const child = sample('rents', (ctx) => ctx.task(named('car'), {}, undoing('return_car')));
const fails = sample('fails', async (ctx) => {
  await ctx.task(named('train'), {}, undoing('cancel_train'));
  throw new Error('no');
});
const careless = sample('careless', async (ctx) => {
  await ctx.task(
    named('ship'),
    {},
    {
      compensate: {
        task: revert,
        input: () => {
          throw new Error('who knows how');
        },
      },
    },
  );
});
const waits = sample('waits', (ctx) => ctx.signal('go'));

const SEAT: Outcome = {
  status: 'failed',
  error: { code: 'x/no', message: 'no seat', disposition: 'terminal' },
};

describe.each(BOTH_WAYS)('undoing a run that has ended, %s', (_how, replayAlways) => {
  let log: JetStreamRunLog;
  let client: FlowClient;
  /** Tasks in the order in which they were done, with their input. */
  let executed: TaskScheduled[];
  let endings: Map<string, Outcome>;
  const open: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    log = await connectRunLog({ ...testNats(), name: 'spec' });
    const registry = new FlowRegistry([books, child, fails, careless, waits]);
    const buckets = jetStreamBuckets(log.connection);
    open.push(await startOrchestrator({ log, registry, buckets, logger: silent, replayAlways }));
    open.push(await serveStarts(log.connection, log, registry));
    open.push(await serveSteering(log.connection, { log, registry, buckets }));
    for (const { service, name: operation } of [act, revert]) {
      const reader = { service, operation, lane: 'normal', globalConcurrency: 9, slots: 9 } as const;
      open.push(
        await log.serve({ ...reader, ackWaitMs: millis(5_000) }, async (delivery) => {
          const { event, runId } = delivery;
          const { taskRunId, attempt } = event;
          executed.push(event);
          const done: Outcome = { status: 'success', result: { value: event.task } };
          const outcome = endings.get(event.task) ?? done;
          const now = millis(Date.now());
          const times = { startedAt: now, finishedAt: now, deliveries: 1, by: 'spec' };
          await log.outcome(runId, {
            type: 'TaskFinished',
            taskRunId,
            attempt,
            operation,
            ...times,
            outcome,
          });
          delivery.ack();
        }),
      );
    }
    client = new FlowClient(log.connection, log);
  });
  beforeEach(() => {
    executed = [];
    endings = new Map([['seat', SEAT]]);
  });
  afterAll(async () => {
    for (const each of open.splice(0).reverse()) await each.close();
    await log.close();
  });

  const names = () => executed.map((event) => event.task);
  async function ended(name: string): Promise<FlowRunId> {
    const { runId } = await client.start(name, {}, by);
    await client.result(runId);
    return runId;
  }

  it('shows what would be undone and what would not, and does nothing', async () => {
    const runId = await ended('books');
    const before = names();
    expect(before).toEqual(['flight', 'look', 'seat', 'car', 'hotel']);
    const plan = await client.previewUndo(runId, by);
    expect(plan.steps.map(({ name, undoing: { name: undoneBy }, input }) => [name, undoneBy, input])).toEqual(
      [
        ['hotel', 'cancel_hotel', { value: 'not hotel' }],
        ['flight', 'cancel_flight', { value: 'not flight' }],
      ],
    );
    expect(plan.left.map(({ name, why }) => [name, why])).toEqual([
      ['look', 'nothing is declared that undoes it'],
      ['rents', expect.stringMatching(/^it is a run of its own: undo [\w-]+ by itself$/)],
    ]);
    expect(names()).toEqual(before);
  });

  it('undoes it last first, once, for the same user and under the same flags', async () => {
    const runId = await ended('books');
    executed = [];
    const asked = await Promise.all([client.undo(runId, by), client.undo(runId, by)]);
    const [undo] = asked.map(({ run }) => run!.runId);
    expect(asked.map(({ run }) => run!.runId)).toEqual([undo, undo]);
    expect(await client.result(undo!)).toMatchObject({ status: 'completed', result: { undone: [5, 1] } });
    expect(executed.map(({ task: name, input, actor }) => [name, input, actor.userId])).toEqual([
      ['cancel_hotel', { value: 'not hotel' }, 'someone'],
      ['cancel_flight', { value: 'not flight' }, 'someone'],
    ]);
    const again = await client.undo(runId, by);
    expect(again.run).toBeUndefined();
    expect(again.left).toContainEqual({ step: 1, name: 'flight', why: 'it was undone before' });
    expect(names()).toHaveLength(2);
  });

  it('is known to a later restart, which does again what was undone', async () => {
    const runId = await ended('books');
    const first = executed.find(({ task: name }) => name === 'flight')!;
    await client.result((await client.undo(runId, by)).run!.runId);
    executed = [];
    const restarted = await client.restart(runId, by);
    await client.result(restarted.runId);
    expect(names()).toEqual(['flight', 'seat', 'hotel']);
    // It is another piece of work to whoever does it.
    expect(executed[0]!.idempotencyKey).not.toBe(first.idempotencyKey);
    const { steps } = await client.previewUndo(restarted.runId, by);
    expect(steps.map(({ name }) => name)).toEqual(['hotel', 'flight']);
  });

  it('tries again what could not be undone, and only that', async () => {
    const runId = await ended('books');
    endings.set('cancel_hotel', {
      status: 'failed',
      error: { code: 'x/busy', message: 'the line is busy', disposition: 'retry' },
    });
    executed = [];
    const failed = (await client.undo(runId, by)).run!;
    expect(await client.result(failed.runId)).toMatchObject({
      status: 'failed',
      error: { code: 'flow/not-undone', message: expect.stringContaining('step 5 (cancel_hotel)') },
    });
    expect(names()).toEqual(['cancel_hotel', 'cancel_hotel', 'cancel_flight']);
    await expect(client.restart(failed.runId, by)).rejects.toMatchObject({ code: 'flow/cannot-undo' });
    endings.clear();
    executed = [];
    const second = (await client.undo(runId, by)).run!;
    expect(second.runId).not.toBe(failed.runId);
    expect(await client.result(second.runId)).toMatchObject({ status: 'completed' });
    expect(names()).toEqual(['cancel_hotel']);
  });

  it('leaves alone what a run has undone itself', async () => {
    const runId = await ended('fails');
    expect(names()).toEqual(['train', 'cancel_train']);
    const { steps, left, run } = await client.undo(runId, by);
    expect({ steps, run }).toEqual({ steps: [], run: undefined });
    expect(left).toEqual([{ step: 1, name: 'train', why: 'it was undone before' }]);
  });

  it('says what it cannot make an input for', async () => {
    const runId = await ended('careless');
    const { steps, left } = await client.previewUndo(runId, by);
    expect(steps).toEqual([]);
    expect(left).toMatchObject([{ name: 'ship', why: expect.stringContaining('who knows how') }]);
  });

  it('is refused of a run that goes on, that is unknown, or whose undo goes on', async () => {
    const { runId } = await client.start('waits', {}, by);
    await expect(client.undo(runId, by)).rejects.toMatchObject({ code: 'flow/still-running' });
    await client.cancel(runId, by);
    await client.result(runId);
    expect((await client.undo(runId, by)).steps).toEqual([]);
    await expect(client.undo(flowRunId('none'), by)).rejects.toMatchObject({ code: 'flow/unknown-run' });
    await expect(client.start('undo_run', { runId, steps: [] }, by)).rejects.toMatchObject({
      code: 'flow/unknown',
    });
    const undo = (await client.undo(await ended('books'), by)).run!;
    await client.result(undo.runId);
    await expect(client.undo(undo.runId, by)).rejects.toMatchObject({ code: 'flow/cannot-undo' });
  });
});
