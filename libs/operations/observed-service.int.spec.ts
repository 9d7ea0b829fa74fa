import 'reflect-metadata';
import { setImmediate as aTurn } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Logger } from '@nestjs/common';
import { IsInt } from 'class-validator';
import { connectRunLog } from '#libs/run-log';
import type { JetStreamRunLog } from '#libs/run-log';
import { createLogger, readinessOf, startMetrics } from '#libs/telemetry';
import type { Metrics } from '#libs/telemetry';
import { cuttingProxy, testNats } from '#libs/testing';
import type { CuttingProxy } from '#libs/testing';
import {
  Catalog,
  Operation,
  OperationClient,
  RetryableError,
  defineOperation,
  startService,
} from './index.js';
import type { OperationRun, RunningService } from './index.js';
import { PlayedOrchestrator } from './testing/played-orchestrator.js';

Logger.overrideLogger(false);

class BakeInput {
  @IsInt() loaves: number = 1;
}
class BakeOutput {
  @IsInt() baked: number;
}
const described = {
  service: 'bakery',
  category: 'baking',
  stage: 'act',
  description: 'Bakes',
  input: BakeInput,
  output: BakeOutput,
} as const;
const Bake = defineOperation({ ...described, name: 'bake' });
const Knead = defineOperation({ ...described, name: 'knead' });

let lines: string[] = [];
const logger = createLogger({
  service: 'bakery',
  level: 'debug',
  pretty: false,
  destination: { write: (line) => void lines.push(line) },
});
/** A line of code that knows nothing of operations. */
const say = (message: string): void => logger.debug(message);

@Controller()
class BakeryController {
  @Operation(Bake) async bake({ loaves }: BakeInput, run: OperationRun) {
    say('the oven is hot');
    run.log.info('in the oven');
    if (loaves < 0) throw new RetryableError('bakery/burnt', 'the bread is burnt');
    const { baked } = await run.call(Knead, { loaves });
    return { baked };
  }
  @Operation(Knead) knead({ loaves }: BakeInput) {
    say('kneading');
    return { baked: loaves };
  }
}
class BakeryModule {}

let proxy: CuttingProxy;
let log: JetStreamRunLog;
let orchestrator: PlayedOrchestrator;
let bakery: RunningService;
let metrics: Metrics;

beforeAll(async () => {
  const { url } = testNats();
  proxy = await cuttingProxy(url);
  log = await connectRunLog({ servers: url, name: 'orchestrator' });
  orchestrator = await PlayedOrchestrator.on(log);
});
afterAll(async () => {
  await log.close();
  await proxy.close();
});
beforeEach(async () => {
  lines = [];
  metrics = await startMetrics({ service: 'bakery' });
  bakery = await startService({
    service: 'bakery',
    module: { module: BakeryModule, controllers: [BakeryController] },
    contracts: [Bake, Knead],
    nats: proxy.url,
    logger,
  });
});
afterEach(async () => {
  await bakery.close();
  await metrics.shutdown();
});

const said = (message: string): Record<string, unknown> =>
  JSON.parse(lines.find((line) => line.includes(message)) ?? '{}') as Record<string, unknown>;

describe('lines written within an execution', () => {
  it('carry its ids and its trace, whoever writes them', async () => {
    const run = await orchestrator.schedule(Bake, { input: { loaves: 2 } });
    await orchestrator.outcome(run);
    const ids = { service: 'bakery', operation: 'bake', taskRunId: run.task.taskRunId, flowRunId: run.runId };
    const trace = {
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
      spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
    };
    const oven = said('the oven is hot');
    expect(said('in the oven')).toMatchObject({ ...ids, level: 'info' });
    expect(oven).toMatchObject({ ...ids, attempt: 1, level: 'debug' });
    // A nested call is an execution of its own, in the same trace.
    const kneading = said('kneading');
    expect(kneading).toMatchObject({ operation: 'knead', flowRunId: run.runId, ...trace });
    expect(kneading['taskRunId']).not.toBe(run.task.taskRunId);
  });

  it('carry the trace of a direct call, and no flow', async () => {
    const catalog = await Catalog.open(log.connection);
    const client = new OperationClient({ nats: log.connection, log, catalog });
    const trace = { traceparent: `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01` };
    await client.call(Bake, { loaves: 1 }, { actor: { userId: 'anna', channel: 'api' }, trace });
    await catalog.close();
    expect(said('the oven is hot')).toMatchObject({ operation: 'bake', traceId: 'ab'.repeat(16) });
    expect(said('the oven is hot')).not.toHaveProperty('flowRunId');
  });

  it('are no others', async () => {
    say('the shop is open');
    expect(said('the shop is open')).not.toHaveProperty('taskRunId');
  });
});

describe('the figures of a service', () => {
  const figure = async (name: string, ...labels: readonly string[]): Promise<number | undefined> => {
    const line = (await metrics.scrape())
      .split('\n')
      .find((one) => one.startsWith(`${name}{`) && labels.every((label) => one.includes(label)));
    return line === undefined ? undefined : Number(line.split(' ').at(-1));
  };

  it('count executions by operation, kind and status', async () => {
    await orchestrator.outcome(await orchestrator.schedule(Bake, { input: { loaves: 2 } }));
    await orchestrator.outcome(await orchestrator.schedule(Bake, { input: { loaves: -2 } }));
    await orchestrator.outcome(await orchestrator.schedule(Bake, { input: { loaves: 'two' } }));
    const ended = 'operation_duration_seconds_count';
    // An outcome is counted once it is stored, and heard of at the same moment.
    for (;;) {
      const failed = await figure(ended, 'operation="bake"', 'kind="task"', 'status="failed"');
      if (failed === 2) break;
      await aTurn();
    }
    expect(await figure(ended, 'operation="bake"', 'kind="task"', 'status="success"')).toBe(1);
    expect(await figure(ended, 'operation="knead"', 'kind="call"', 'status="success"')).toBe(1);
    expect(await figure('tasks_dead_lettered_total', 'operation="bake"')).toBe(0);
    expect(await figure('operations_in_progress', 'service="bakery"')).toBe(0);
  });

  it('name no run, no task and nobody', async () => {
    const run = await orchestrator.schedule(Bake, { input: { loaves: 1 } });
    await orchestrator.outcome(run);
    const text = await metrics.scrape();
    for (const name of [run.runId, run.task.taskRunId, run.task.actor.userId])
      expect(text).not.toContain(name);
  });
});

describe('the readiness of a service', () => {
  const readiness = () => readinessOf('bakery', bakery.checks);

  it('is told of broker, readers and catalog', async () => {
    expect(await readiness()).toMatchObject({
      status: 'ready',
      checks: { broker: { status: 'ok' }, readers: { status: 'ok' }, catalog: { status: 'ok' } },
    });
  });

  it('is lost with the broker, and comes back with it', async () => {
    proxy.freeze();
    expect((await readiness()).missing).toEqual(['broker: the broker did not answer within 1500 ms']);
    proxy.thaw();
    while ((await readiness()).status !== 'ready') await aTurn();
    await orchestrator.outcome(await orchestrator.schedule(Bake));
  });

  it('ends as the service begins to close', async () => {
    const closing = bakery.close();
    expect((await readiness()).checks['readers']).toEqual({
      status: 'down',
      reason: 'no work is taken any more',
    });
    await closing;
    expect((await readiness()).missing).toContain('broker: the connection to the broker is closed');
  });
});
