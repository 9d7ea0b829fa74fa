import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Controller, Module } from '@nestjs/common';
import { headers } from '@nats-io/transport-node';
import { IsOptional, IsString } from 'class-validator';
import { jetStreamBuckets } from '#libs/key-values';
import { Operation, OperationClient, startService, type OperationRun } from '#libs/operations';
import { connectRunLog, flowRunId } from '#libs/run-log';
import type { Actor, FlowRunId, JetStreamRunLog, RunEvent } from '#libs/run-log';
import { createLogger } from '#libs/telemetry';
import { testNats } from '#libs/testing';
import { flow, FlowClient, FlowRegistry, serveStarts, serveSteering, startOrchestrator } from '../index.js';
import type { FlowContext } from '../index.js';
import { BOTH_WAYS } from '../testing/both-ways.js';
import { SampleDto, sampleOperation } from '../testing/sample-operations.js';

const Look = { ...sampleOperation('look'), permissions: ['things:read'] };
const Change = { ...sampleOperation('change'), permissions: ['things:write'] };
const Undo = { ...sampleOperation('undo'), permissions: ['things:undo'] };
/** Asks for little itself, and calls what asks for more. */
const Indirect = { ...sampleOperation('indirect'), permissions: ['things:read'] };

@Controller()
class Things {
  @Operation(Look)
  look(_input: SampleDto, { actor }: OperationRun): SampleDto {
    return { value: JSON.stringify(actor) };
  }

  @Operation(Change)
  change(): SampleDto {
    return { value: 'changed' };
  }

  @Operation(Undo)
  undo(): SampleDto {
    return { value: 'undone' };
  }

  @Operation(Indirect)
  indirect(_input: SampleDto, run: OperationRun): Promise<SampleDto> {
    return run.call(Change, {});
  }
}

@Module({ controllers: [Things] })
class ThingsModule {}

class NamedDto extends SampleDto {
  @IsOptional()
  @IsString()
  userId?: string;
}

const sample = (name: string, run: (ctx: FlowContext, input: SampleDto) => Promise<unknown>) =>
  flow({ name, description: 'A flow under test.', input: NamedDto }, (input, ctx) => run(ctx, input));

const looks = sample('looks', async (ctx) => (await ctx.task(Look, {})).value);
const changes = sample('changes', async (ctx) => (await ctx.task(Change, {})).value);
const registry = new FlowRegistry([
  looks,
  changes,
  sample('parent', (ctx) => ctx.flow(looks, {})),
  sample('parent_of_changes', (ctx) => ctx.flow(changes, {})),
  sample('indirect', async (ctx) => (await ctx.task(Indirect, {})).value),
  sample('goes_on', async (ctx, { value }) =>
    value === undefined ? ctx.continueAsNew({ value: 'second' }) : (await ctx.task(Look, {})).value,
  ),
  sample('waits', async (ctx) => {
    await ctx.signal('go');
    return (await ctx.task(Look, {})).value;
  }),
  sample('takes_back', async (ctx) => {
    await ctx.task(Look, {}, { compensate: Undo });
    throw new Error('no further');
  }),
]);

const reader: Actor = { userId: 'kim', channel: 'api', grants: ['runs:start', 'things:read'] };
const writer: Actor = { userId: 'ann', channel: 'api', grants: ['runs:*', 'things:*'] };

let log: JetStreamRunLog;
let client: FlowClient;
let operations: OperationClient;
const open: { close(): Promise<void> }[] = [];

const start = async (name: string, actor: Actor): Promise<FlowRunId> =>
  (await client.start(name, {}, { actor })).runId;
const resultOf = (runId: FlowRunId) => client.result(runId);
/** Who a task of the run was done for, as it has told. */
async function toldActor(runId: FlowRunId): Promise<unknown> {
  const ended = await resultOf(runId);
  if (ended.status !== 'completed') throw new Error(`run ${runId} has ${ended.status}`);
  return JSON.parse(ended.result as string);
}
const eventsOf = async (runId: FlowRunId): Promise<RunEvent[]> =>
  (await log.readRun(runId)).events.map(({ event }) => event);

describe.each(BOTH_WAYS)('what whoever starts a run may do, %s', (_how, replayAlways) => {
  beforeAll(async () => {
    log = await connectRunLog({ ...testNats(), name: 'spec' });
    const buckets = jetStreamBuckets(log.connection);
    const silent = { warn: jest.fn(), error: jest.fn() };
    open.push(await startOrchestrator({ log, registry, buckets, logger: silent, replayAlways }));
    open.push(await serveStarts(log.connection, log, registry));
    open.push(await serveSteering(log.connection, { log, registry, buckets }));
    open.push(
      await startService({
        service: 'sample',
        module: ThingsModule,
        contracts: [Look, Change, Undo, Indirect],
        nats: log,
        logger: createLogger({ service: 'sample', level: 'silent' }),
      }),
    );
    client = new FlowClient(log.connection, log);
    operations = new OperationClient({ nats: log.connection, log });
  });
  afterAll(async () => {
    for (const part of open.splice(0).reverse()) await part.close();
    await log.close();
  });

  it('goes with the run to its tasks', async () => {
    expect(await toldActor(await start('looks', reader))).toEqual(reader);
  });

  it('is asked for again at the service: a task that asks for more is refused for good', async () => {
    const ended = await resultOf(await start('changes', reader));
    expect(ended).toMatchObject({
      status: 'failed',
      error: { code: 'operation/forbidden', message: expect.stringContaining('things:write') },
    });
    expect(await resultOf(await start('changes', writer))).toMatchObject({ result: 'changed' });
  });

  it('goes along to child flows', async () => {
    expect(await toldActor(await start('parent', reader))).toEqual({ ...reader, channel: 'flow' });
    expect(await resultOf(await start('parent_of_changes', reader))).toMatchObject({ status: 'failed' });
  });

  it('goes along to nested calls', async () => {
    expect(await resultOf(await start('indirect', reader))).toMatchObject({
      status: 'failed',
      error: { code: 'operation/forbidden' },
    });
    expect(await resultOf(await start('indirect', writer))).toMatchObject({ result: 'changed' });
  });

  it('goes along where a run goes on as another', async () => {
    expect(await toldActor(await start('goes_on', reader))).toEqual(reader);
  });

  it('is asked for when something is undone, too', async () => {
    const runId = await start('takes_back', reader);
    await resultOf(runId);
    const undone = (await eventsOf(runId)).find(
      (event) => event.type === 'TaskFinished' && event.operation === 'undo',
    );
    expect(undone).toMatchObject({ outcome: { status: 'failed', error: { code: 'operation/forbidden' } } });
  });

  it('is what whoever restarts it may do, and it works for whom it did', async () => {
    const runId = await start('looks', writer);
    await resultOf(runId);
    const operator: Actor = { userId: 'olga', channel: 'cli', grants: ['runs:*', 'runs:any'] };
    const again = await client.restart(runId, { actor: operator, fromStep: 1 });
    expect(await resultOf(again.runId)).toMatchObject({
      status: 'failed',
      error: { code: 'operation/forbidden', message: expect.stringContaining('ann may not') },
    });
    expect((await eventsOf(again.runId))[0]).toMatchObject({
      type: 'StartRequested',
      actor: { userId: 'ann', channel: 'cli', grants: operator.grants, by: 'olga' },
    });
  });

  it('is not changed by whoever steers it', async () => {
    const runId = await start('waits', reader);
    const all: Actor = { userId: 'root', channel: 'cli', grants: ['*'] };
    await client.signal(runId, 'go', null, { actor: all });
    expect(await toldActor(runId)).toEqual(reader);
    expect(await eventsOf(runId)).toContainEqual(expect.objectContaining({ type: 'SignalSent', actor: all }));
  });

  describe('as a message says it', () => {
    const begin = async (meta: Readonly<Record<string, string>>, body = '{}') => {
      const said = headers();
      for (const [name, value] of Object.entries(meta)) said.set(name, value);
      const reply = await log.connection.request('workflows.start.changes', body, {
        headers: said,
        timeout: 10_000,
      });
      return reply.json<{ runId: FlowRunId; error?: { code: string; fields: unknown[] } }>();
    };

    it('is everything where nobody says who asks: the broker alone decides who may speak', async () => {
      const { runId } = await begin({});
      expect(await resultOf(runId)).toMatchObject({ status: 'completed' });
      const [first] = await eventsOf(runId);
      expect(first).toMatchObject({ actor: { userId: 'local', channel: 'nats' } });
      expect(first).not.toHaveProperty('actor.grants');
    });

    it('is nothing where the header is empty', async () => {
      const { runId } = await begin({ 'User-Id': 'kim', Grants: '' });
      expect(await resultOf(runId)).toMatchObject({
        status: 'failed',
        error: { code: 'operation/forbidden' },
      });
    });

    it('is never for a user whom the input names', async () => {
      const { runId } = await begin({ Grants: 'things:write' }, '{"userId":"ann"}');
      expect((await eventsOf(flowRunId(runId)))[0]).toMatchObject({ actor: { userId: 'local' } });
    });

    it.each(['everything', 'jobs:read;*', Array.from({ length: 51 }, () => 'a:b').join(',')])(
      'is refused where it makes no sense: %s',
      async (grants) => {
        const { error } = await begin({ 'User-Id': 'kim', Grants: grants });
        expect(error).toMatchObject({ code: 'flow/invalid-input', fields: [{ field: 'Grants' }] });
      },
    );
  });

  it('is asked for at a direct call', async () => {
    const call = (actor: Actor) => operations.call(Change, {}, { actor });
    await expect(call(reader)).rejects.toMatchObject({ code: 'operation/forbidden' });
    expect(await call(writer)).toEqual({ value: 'changed' });
    const direct = await log.connection.request(
      'operation.sample.change',
      JSON.stringify({ input: {}, actor: { userId: 'kim', channel: 'api', grants: 'things:*' } }),
      { timeout: 10_000 },
    );
    expect(direct.json()).toMatchObject({ outcome: { error: { code: 'operation/malformed-request' } } });
  });
});
