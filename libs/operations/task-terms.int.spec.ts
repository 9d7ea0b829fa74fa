import 'reflect-metadata';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Logger } from '@nestjs/common';
import { connect } from '@nats-io/transport-node';
import { IsOptional, IsString } from 'class-validator';
import { jetStreamBuckets } from '#libs/key-values';
import { connectRunLog, millis } from '#libs/run-log';
import type { JetStreamRunLog } from '#libs/run-log';
import { testNats } from '#libs/testing';
import {
  LIMITS_BUCKET,
  Operation,
  OperationClient,
  defineOperation,
  readResult,
  startService,
} from './index.js';
import type { OperationContract, OperationRun, RunningService, ServiceOptions } from './index.js';
import { PlayedOrchestrator } from './testing/played-orchestrator.js';
import { SilentLogger } from './testing/silent-logger.js';

Logger.overrideLogger(false);

class BakeInput {
  @IsOptional() @IsString() name?: string;
  @IsOptional() @IsString() oven?: string;
}
class BakeOutput {
  @IsOptional() @IsString() by?: string;
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
const BakeAlone = defineOperation({ ...described, name: 'bake_alone', concurrency: 1 });
const BakeByTwo = defineOperation({ ...described, name: 'bake_by_two', concurrency: 2 });
const ovens = (input: BakeInput): string => input.oven ?? 'none';
const BakeInOven = defineOperation({
  ...described,
  name: 'bake_in_oven',
  limits: [{ name: 'oven', key: ovens, concurrency: 1 }],
});
const BakeAtPace = defineOperation({
  ...described,
  name: 'bake_at_pace',
  limits: [{ name: 'pace', key: ovens, rate: { limit: 1, perSeconds: 0.05 } }],
});
const BakeByOther = defineOperation({ ...described, name: 'bake_by_other', timeoutMs: 400 });
const Deliver = defineOperation({ ...described, service: 'courier', name: 'deliver' });
const contracts = [Bake, BakeAlone, BakeByTwo, BakeInOven, BakeAtPace, BakeByOther];

/** What handlers do, as each test sets it. */
let onBake: (input: BakeInput, run: OperationRun) => unknown;
const bake = (input: BakeInput, run: OperationRun): unknown => onBake(input, run);

@Controller()
class BakeryController {
  @Operation(Bake) bake(input: BakeInput, run: OperationRun) {
    return bake(input, run);
  }
  @Operation(BakeAlone) alone(input: BakeInput, run: OperationRun) {
    return bake(input, run);
  }
  @Operation(BakeByTwo) byTwo(input: BakeInput, run: OperationRun) {
    return bake(input, run);
  }
  @Operation(BakeInOven) inOven(input: BakeInput, run: OperationRun) {
    return bake(input, run);
  }
  @Operation(BakeAtPace) atPace(input: BakeInput, run: OperationRun) {
    return bake(input, run);
  }
  @Operation(BakeByOther) byOther(input: BakeInput, run: OperationRun) {
    return bake(input, run);
  }
}
class BakeryModule {}
@Controller()
class CourierController {
  @Operation(Deliver) deliver(input: BakeInput, run: OperationRun) {
    return bake(input, run);
  }
}
class CourierModule {}

const nats = testNats();
let log: JetStreamRunLog;
let orchestrator: PlayedOrchestrator;
const services: RunningService[] = [];

async function startBakery(details: Partial<ServiceOptions> = {}): Promise<RunningService> {
  const bakery = await startService({
    service: 'bakery',
    module: { module: BakeryModule, controllers: [BakeryController] },
    contracts,
    nats: nats.url,
    logger: new SilentLogger(),
    stopGraceMs: 50,
    ...details,
  });
  services.push(bakery);
  return bakery;
}

/** A handler whose executions begin, tell so, and end one by one as they are told. */
class Bench {
  readonly begun: string[] = [];
  atOnce = 0;
  most = 0;
  private readonly ends = new Map<string, () => void>();
  private readonly told = new Set<() => void>();

  readonly handler = async ({ name = '' }: BakeInput): Promise<object> => {
    this.begun.push(name);
    this.most = Math.max(this.most, ++this.atOnce);
    const ended = new Promise<void>((resolve) => this.ends.set(name, resolve));
    this.told.forEach((tell) => tell());
    await ended;
    this.atOnce--;
    return {};
  };

  /** Resolves when so many have begun. */
  async has(count: number): Promise<string[]> {
    while (this.begun.length < count)
      await new Promise<void>((resolve) => {
        this.told.add(resolve);
      });
    return this.begun;
  }

  end(name: string): void {
    this.ends.get(name)?.();
  }
}

beforeAll(async () => {
  log = await connectRunLog({ servers: nats.url, name: 'orchestrator' });
  orchestrator = await PlayedOrchestrator.on(log);
});
beforeEach(() => {
  onBake = () => ({});
});
afterEach(async () => {
  for (const service of services.splice(0)) await service.close();
});
afterAll(() => log.close());

const named = (name: string, details: object = {}) => ({ input: { name, ...details } });
const limits = () => jetStreamBuckets(log.connection).open(LIMITS_BUCKET);

describe('the urgent lane', () => {
  it('overtakes a queue: the next to begin is the urgent task, over all processes', async () => {
    const bench = new Bench();
    onBake = bench.handler;
    await startBakery();
    await startBakery();
    await orchestrator.schedule(BakeAlone, named('first'));
    await bench.has(1);
    const queued = [];
    for (const name of ['second', 'third']) queued.push(await orchestrator.schedule(BakeAlone, named(name)));
    const urgent = await orchestrator.schedule(BakeAlone, { ...named('urgent'), lane: 'urgent' });
    while ((await limits().keys(['urgent', 'bakery', 'bake_alone'])).length === 0);
    bench.end('first');
    expect((await bench.has(2)).at(-1)).toBe('urgent');
    bench.end('urgent');
    await orchestrator.outcome(urgent);
    for (const name of ['second', 'third']) {
      await bench.has(bench.begun.length === 2 ? 3 : 4);
      expect(bench.begun.at(-1)).toBe(name);
      bench.end(name);
    }
    await Promise.all(queued.map((run) => orchestrator.outcome(run)));
    expect(bench.most).toBe(1);
  });

  it('never takes an operation over its concurrency, both lanes and all processes together', async () => {
    let atOnce = 0;
    let most = 0;
    let tellTwo = (): void => undefined;
    const twoAtOnce = new Promise<void>((resolve) => {
      tellTwo = resolve;
    });
    onBake = async () => {
      most = Math.max(most, ++atOnce);
      if (atOnce === 2) tellTwo();
      await twoAtOnce; // A quick broker would else see the first end before the second begins.
      await log.info('LIVE'); // Takes as long as the broker does to answer.
      atOnce--;
      return {};
    };
    await startBakery();
    await startBakery();
    const runs = await Promise.all(
      Array.from({ length: 40 }, (_, nth) =>
        orchestrator.schedule(BakeByTwo, { lane: nth % 2 === 0 ? 'normal' : 'urgent' }),
      ),
    );
    const outcomes = await Promise.all(runs.map((run) => orchestrator.outcome(run)));
    expect(outcomes.every(({ status }) => status === 'success')).toBe(true);
    expect(most).toBe(2);
    for (const service of services.splice(0)) await service.close();
    expect(await limits().keys(['running'])).toEqual([]);
  });

  it('begins at once where all slots of the normal lane are busy', async () => {
    const bench = new Bench();
    onBake = bench.handler;
    await startBakery({ slots: 2 });
    for (const name of ['a', 'b', 'c']) await orchestrator.schedule(Bake, named(name));
    await bench.has(2);
    await orchestrator.schedule(Bake, { ...named('urgent'), lane: 'urgent' });
    expect((await bench.has(3)).at(-1)).toBe('urgent');
    ['a', 'b', 'urgent'].forEach((name) => bench.end(name));
    await bench.has(4);
    bench.end('c');
  });
});

describe('rule 16: keyed limits', () => {
  it('defer a task without room, and let the same attempt in later', async () => {
    const bench = new Bench();
    onBake = bench.handler;
    await startBakery();
    await startBakery();
    const first = await orchestrator.schedule(BakeInOven, named('first', { oven: 'left' }));
    await bench.has(1);
    const second = await orchestrator.schedule(BakeInOven, named('second', { oven: 'left' }));
    expect(await orchestrator.outcome(second)).toEqual({ status: 'deferred', until: expect.any(Number) });
    await orchestrator.schedule(BakeInOven, named('other', { oven: 'right' }));
    await bench.has(2);
    bench.end('other');
    bench.end('first');
    await orchestrator.outcome(first);
    const settled = orchestrator.settled(second);
    expect((await bench.has(3)).at(-1)).toBe('second');
    bench.end('second');
    expect(await settled).toMatchObject({ status: 'success' });
  });

  it('free themselves when their holder dies', async () => {
    const bench = new Bench();
    onBake = bench.handler;
    const doomed = await connect({ servers: nats.servers, user: nats.user, pass: nats.pass });
    await startBakery({ nats: doomed, ackWaitMs: 1_000, graceMs: 10 });
    await orchestrator.schedule(BakeInOven, named('lost', { oven: 'left' }));
    await bench.has(1);
    expect(await limits().keys(['keyed', 'bakery', 'oven'])).toHaveLength(1);
    await doomed.close();
    onBake = () => ({});
    await startBakery({ ackWaitMs: 1_000 });
    const next = await orchestrator.schedule(BakeInOven, named('next', { oven: 'left' }));
    expect(await orchestrator.settled(next)).toMatchObject({ status: 'success' });
    bench.end('lost');
  });

  it('hold a pace', async () => {
    const begun: number[] = [];
    onBake = () => {
      begun.push(Date.now());
      return {};
    };
    await startBakery();
    const runs = await Promise.all(
      Array.from({ length: 5 }, () => orchestrator.schedule(BakeAtPace, named('x', { oven: 'left' }))),
    );
    const outcomes = await Promise.all(runs.map((run) => orchestrator.outcome(run)));
    const until = outcomes.flatMap((outcome) => (outcome.status === 'deferred' ? [outcome.until] : []));
    expect(until).toHaveLength(4);
    const sorted = [...until].sort((a, b) => a - b);
    for (let nth = 1; nth < 4; nth++) expect(sorted[nth]! - sorted[nth - 1]!).toBeGreaterThanOrEqual(49);
    expect(await Promise.all(runs.map((run) => orchestrator.settled(run)))).toHaveLength(5);
    expect(begun).toHaveLength(5);
  });

  it('refuse a direct call, with the time after which to try again', async () => {
    const bench = new Bench();
    onBake = bench.handler;
    await startBakery();
    await orchestrator.schedule(BakeInOven, named('first', { oven: 'left' }));
    await bench.has(1);
    const client = new OperationClient({ nats: log.connection, log });
    await expect(client.call(BakeInOven, { oven: 'left' })).rejects.toMatchObject({
      code: 'operation/rate-limited',
      disposition: 'retry',
      retryAfterMs: expect.any(Number),
    });
    bench.end('first');
  });
});

describe('rule 17: cache and named results', () => {
  it('answer in another process, and are read by later runs', async () => {
    let baked = 0;
    onBake = () => ({ by: `bakery ${++baked}` });
    const first = await startBakery();
    const cache = { key: 'bread', expirationSeconds: 3_600 };
    const terms = { cache, resultName: 'bread_2030-01-01' };
    const one = await orchestrator.outcome(await orchestrator.schedule(Bake, terms));
    await first.close();
    services.splice(0);
    await startBakery();
    const two = await orchestrator.outcome(await orchestrator.schedule(Bake, { cache }));
    expect(one).toEqual({ status: 'success', result: { by: 'bakery 1' } });
    expect(two).toEqual({ ...one, cached: true });
    expect(baked).toBe(1);
    const buckets = jetStreamBuckets(log.connection);
    expect(await readResult(buckets, 'anna', 'bread_2030-01-01')).toEqual({
      found: true,
      value: { by: 'bakery 1' },
    });
  });

  it('forget a cached result when its time is over', async () => {
    let baked = 0;
    onBake = () => ({ by: `bakery ${++baked}` });
    await startBakery();
    const cache = { key: 'bun', expirationSeconds: 1 };
    while (baked < 2) await orchestrator.outcome(await orchestrator.schedule(Bake, { cache }));
    expect(baked).toBe(2);
  });
});

describe('a task that must be begun by a time', () => {
  it('is not begun once the orchestrator holds its claim, and is otherwise', async () => {
    const bench = new Bench();
    onBake = bench.handler;
    const startBy = millis(Date.now() - 1_000);
    const late = await orchestrator.schedule(Bake, { ...named('late'), startBy });
    await log.claim(late.runId, {
      type: 'TaskClaimed',
      taskRunId: late.task.taskRunId,
      attempt: 1,
      holder: 'orchestrator',
      nonce: 'n1',
    });
    const free = await orchestrator.schedule(Bake, { ...named('free'), startBy });
    await startBakery();
    await bench.has(1);
    bench.end('free');
    expect(await orchestrator.outcome(free)).toMatchObject({ status: 'success' });
    expect(bench.begun).toEqual(['free']);
    const { events } = await log.readRun(late.runId);
    expect(events.map(({ event }) => event.type)).toEqual(['TaskScheduled', 'TaskClaimed']);
  });
});

describe('what an operation prints', () => {
  it('is shown live as lines of its log', async () => {
    const write = console.log;
    const printed: unknown[] = [];
    console.log = (...said: unknown[]) => void printed.push(said);
    try {
      onBake = () => {
        console.log('in the oven: %d', 3);
        return {};
      };
      await startBakery();
      const run = await orchestrator.schedule(Bake, { logPrints: true });
      await orchestrator.outcome(run);
      const isLine = (said: unknown): boolean =>
        JSON.stringify(said).includes('in the oven: 3') && JSON.stringify(said).includes(run.task.taskRunId);
      await orchestrator.until(() => orchestrator.live.some(isLine));
      expect(printed).toEqual([['in the oven: %d', 3]]);
      await services.pop()!.close();
    } finally {
      console.log = write;
    }
  });
});

describe('a task whose time is over', () => {
  const untilAborted = (run: OperationRun): Promise<never> =>
    new Promise((_resolve, reject) => {
      run.signal.addEventListener('abort', () => reject(run.signal.reason as Error), { once: true });
    });

  it('fails with a code that says so, and its operation is told by the abort signal', async () => {
    let reason: unknown;
    onBake = (_input, run) => untilAborted(run).catch((error: unknown) => ((reason = error), {}));
    await startBakery();
    const outcome = await orchestrator.outcome(await orchestrator.schedule(Bake, { timeoutMs: millis(50) }));
    expect(outcome).toMatchObject({
      status: 'failed',
      error: {
        code: 'operation/timeout',
        disposition: 'retry',
        message: 'bake did not end within 50 ms',
      },
    });
    expect(reason).toMatchObject({ code: 'operation/timeout' });
  });

  it.each<[string, OperationContract]>([
    ['in this process', BakeByOther],
    ['in another service', Deliver],
  ])('takes along what it has called %s', async (_where, nested) => {
    const told: Record<string, unknown> = {};
    let tell = (): void => undefined;
    const both = new Promise<void>((resolve) => (tell = resolve));
    onBake = async (_input, run) => {
      const work = run.contract.name === 'bake' ? run.call(nested, {}) : untilAborted(run);
      return Promise.resolve(work).catch((error: unknown) => {
        told[run.contract.name] = error;
        if (Object.keys(told).length === 2) tell();
        throw error;
      });
    };
    await startBakery();
    services.push(
      await startService({
        service: 'courier',
        module: { module: CourierModule, controllers: [CourierController] },
        contracts: [Deliver],
        nats: nats.url,
        logger: new SilentLogger(),
      }),
    );
    const outcome = await orchestrator.outcome(await orchestrator.schedule(Bake, { timeoutMs: millis(200) }));
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'operation/timeout' } });
    await both;
    expect(told['bake']).toMatchObject({ code: 'operation/timeout' });
    expect(told[nested.name]).toMatchObject({ code: 'operation/timeout' });
  });
});
