import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { memoryBuckets } from '#libs/key-values';
import { createMemoryRunLog, flowRunId } from '#libs/run-log';
import type { Delivery, MemoryRunLog, RunEvent, Trigger } from '#libs/run-log';
import { flow } from '../flow.js';
import { SampleDto, sampleOperation } from '../testing/sample-operations.js';
import { ActivationGate } from './activation-gate.js';
import type { ActorEnvironment } from './actor-environment.js';
import { Effects } from './effects.js';
import { keptValues } from './kept-values.js';
import { FlowRegistry } from './registry.js';
import { RunActor } from './run-actor.js';

export const runId = flowRunId('run-1');
export const successor = flowRunId('run-2');
export const someone = { userId: 'local', channel: 'cli' } as const;
export const runs = jest.fn();
/** What a flow does outside its activation. */
export let leftBehind: () => unknown;
export const registry = new FlowRegistry([
  flow(
    { name: 'nap_then_work', description: 'A flow under test.', input: SampleDto },
    async (_input, ctx) => {
      runs();
      await ctx.sleep(60);
      return ctx.task(sampleOperation('echo'), { value: 'x' });
    },
  ),
  flow({ name: 'hears_thrice', description: 'A flow under test.', input: SampleDto }, async (_input, ctx) => {
    for (let at = 0; at < 3; at++) await ctx.signal('go', { timeoutSeconds: 3_600 });
  }),
  flow(
    { name: 'gives_up_many', description: 'A flow under test.', input: SampleDto },
    async (_input, ctx) => {
      await ctx.race([
        (own) => own.signal('go'),
        (own) => Promise.all([1, 2, 3, 4].map((hours) => own.sleep(hours * 3_600))),
      ]);
      await ctx.signal('never');
    },
  ),
  flow({ name: 'leaves_work', description: 'A flow under test.', input: SampleDto }, async (_input, ctx) => {
    leftBehind = () => ctx.sleep(1);
    await ctx.signal('never');
  }),
]);
export const parking = {
  park: jest.fn(async (_flow: string, _version: string, _runId: string) => undefined),
  unpark: jest.fn(async (_flow: string, _version: string, _runId: string) => undefined),
};
export const logger = { warn: jest.fn(), error: jest.fn() };

export let log: MemoryRunLog;
export let taken: Map<number, number>;
export let pause: jest.Mock<(ms: number) => Promise<boolean>>;

/** Forgets all that the test before has left: a new log, and nothing called yet. */
export function resetActors(): void {
  log = createMemoryRunLog();
  taken = new Map();
  pause = jest.fn(async () => true);
  jest.clearAllMocks();
}

export const environmentOver = (over: MemoryRunLog = log, known = registry): ActorEnvironment => ({
  log: over,
  registry: known,
  gate: new ActivationGate(),
  effects: new Effects(over, known, keptValues(memoryBuckets(), over)),
  parking,
  logger,
  idleMs: 30_000,
  replayAlways: false,
  self: randomUUID(),
  pause,
});

export const actorOver = (
  over: MemoryRunLog = log,
  known = registry,
  of = runId,
  env = environmentOver(over, known),
): RunActor =>
  new RunActor(of, env, {
    takenBefore: (seq) => taken.get(seq) ?? 0,
    settled: () => undefined,
    idle: () => undefined,
    left: () => undefined,
  });

export const start = (flowName = 'nap_then_work', input: object = {}) =>
  log.start(runId, {
    type: 'StartRequested',
    flow: flowName,
    input,
    inputHash: '',
    actor: { userId: 'local', channel: 'nats' },
    flags: {},
    tags: [],
  });

export const history = async (): Promise<RunEvent[]> =>
  (await log.readRun(runId)).events.map(({ event }) => event);
/** What the run's log holds, but for the marks of triggers that were begun again. */
export const typesOf = async (): Promise<string[]> =>
  (await history()).map(({ type }) => type).filter((type) => type !== 'TaskClaimed');

/** The delivery of the run's n-th message, as the broker would hand it over. */
export async function delivery(index: number, over: Partial<Delivery<Trigger>> = {}) {
  const stored = (await log.readRun(runId)).events[index]!;
  const ack = jest.fn();
  const retry = jest.fn();
  return {
    ...stored,
    event: stored.event as Trigger,
    deliveries: 1,
    deliverySeq: 1,
    olderThanReader: false,
    ack,
    retry,
    working: jest.fn(),
    ...over,
  };
}

export async function handle(actor: RunActor, message: Delivery<Trigger>): Promise<void> {
  actor.push(message);
  await actor.settled();
}
