import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { partitionOf } from '#libs/run-log';
import type { FlowRunId, RunEvent, RunLog, Subscription } from '#libs/run-log';
import { cuttingProxy, ownNats } from '#libs/testing';
import type { CuttingProxy, OwnServer } from '#libs/testing';
import { flow } from '../index.js';
import { Crew } from '../testing/crew.js';
import { BOTH_WAYS } from '../testing/both-ways.js';
import { SampleDto, sampleOperation } from '../testing/sample-operations.js';
import { FlowRegistry } from './registry.js';
import { startRun } from './start-run.js';

const STEPS = 6;
const RUNS = 48;
const echo = sampleOperation('echo');
const registry = new FlowRegistry([
  flow({ name: 'six_steps', description: 'A flow under test.', input: SampleDto }, async (input, ctx) => {
    let value = input.value ?? '';
    for (let step = 1; step <= STEPS; step++) {
      value = (await ctx.task(echo, { value: `${value}${step}` })).value ?? '';
    }
    return value;
  }),
]);

let broker: OwnServer;
let crew: Crew;
afterEach(async () => {
  await crew.close();
  await broker.stop();
});

async function begin(count = RUNS): Promise<FlowRunId[]> {
  const actor = { userId: 'local', channel: 'nats' } as const;
  const started = Array.from({ length: count }, () =>
    startRun(crew.log, registry, { flow: 'six_steps', input: { value: '' }, actor }),
  );
  return (await Promise.all(started)).map(({ runId }) => runId);
}

const DECIDED = ['FlowStarted', ...Array<string>(STEPS).fill('TaskScheduled'), 'FlowCompleted'];
const DECISIONS: readonly RunEvent['type'][] = ['FlowStarted', 'TaskScheduled', 'FlowCompleted', 'RunHalted'];

/** Each run ended well, each step was decided once, and no task was run twice. */
async function expectWhole(runIds: readonly FlowRunId[]): Promise<void> {
  for (const end of await crew.ended(runIds)) expect(end).toMatchObject({ result: '123456' });
  for (const runId of runIds) {
    const { events } = await crew.log.readRun(runId);
    const types = events.map(({ event }) => event.type);
    expect(types.filter((type) => DECISIONS.includes(type))).toEqual(DECIDED);
    expect(types.filter((type) => type === 'TaskFinished')).toHaveLength(STEPS);
  }
  expect(crew.executed.size).toBe(runIds.length * STEPS);
  expect(new Set(crew.executed.values())).toEqual(new Set([1]));
}

describe.each(BOTH_WAYS)('many orchestrators, %s', (_how, replayAlways) => {
  beforeEach(async () => {
    broker = await ownNats();
    crew = await Crew.open(broker.url, registry, { replayAlways });
  });

  it('share the partitions evenly and run everything once, while others join and leave', async () => {
    const first = await crew.join();
    expect(first.orchestrator.partitions()).toHaveLength(16);
    const runIds = await begin();
    await crew.hasExecuted(RUNS);
    const second = await crew.join();
    await Promise.all([first.works(8), second.works(8)]);
    const all = [...first.orchestrator.partitions(), ...second.orchestrator.partitions()];
    expect(new Set(all).size).toBe(16);
    await crew.hasExecuted(2 * RUNS);
    await first.orchestrator.close();
    await second.works(16);
    await expectWhole(runIds);
  });

  it('take over what one had in hand whose connection broke for good, within five seconds', async () => {
    const [doomed, survivor] = [await crew.join(), await crew.join()];
    await Promise.all([doomed.works(8), survivor.works(8)]);
    const runIds = await begin();
    await crew.hasExecuted(RUNS);
    const died = performance.now();
    await doomed.log.connection.close();
    await survivor.works(16);
    expect(performance.now() - died).toBeLessThan(5_000);
    await expectWhole(runIds);
  });

  it('go on after the broker was killed', async () => {
    await crew.join();
    await crew.join();
    const runIds = await begin();
    await crew.hasExecuted(RUNS);
    await broker.kill();
    await broker.restart();
    for (const end of await crew.ended(runIds)) expect(end).toMatchObject({ result: '123456' });
  });

  it('do each other no harm when both believe that every partition is theirs', async () => {
    const over = (log: RunLog): RunLog => {
      const sharePartitions: RunLog['sharePartitions'] = async (holder): Promise<Subscription> => {
        for (let partition = 0; partition < 16; partition++) await holder.take(partition);
        return {
          closed: new Promise(() => undefined),
          close: async () => {
            for (let partition = 0; partition < 16; partition++) await holder.handOver(partition);
          },
        };
      };
      return Object.create(log, { sharePartitions: { value: sharePartitions } }) as RunLog;
    };
    // Nobody dies, so nothing needs to be handed out again: that the machine is slow must not count as poison.
    const patient = { partitionAckWaitMs: 60_000, over };
    await crew.join(patient);
    await crew.join(patient);
    await expectWhole(await begin());
  });

  describe('of which one is stopped while it believes that its partitions are its own', () => {
    let proxy: CuttingProxy;
    beforeEach(async () => {
      proxy = await cuttingProxy(broker.url);
    });
    afterEach(() => proxy.close());

    it('are safe from what it decides when it is back: the fence refuses it', async () => {
      let deciding: () => void;
      const decides = new Promise<void>((resolve) => (deciding = resolve));
      let theirs: FlowRunId | undefined;
      const over = (log: RunLog): RunLog => {
        const decide: RunLog['decide'] = (runId, expected, decisions, trace) => {
          const isStep = decisions[0]?.type === 'TaskScheduled';
          if (isStep && !theirs && crew.executed.size >= RUNS) {
            // What it is about to say reaches nobody until it is back.
            proxy.freeze();
            theirs = runId;
            deciding();
          }
          return log.decide(runId, expected, decisions, trace);
        };
        return Object.create(log, { decide: { value: decide } }) as RunLog;
      };
      // It does not count itself out, and waits for its answers for as long as it takes.
      const patient = { memberLifeMs: 600_000, attemptMs: 600_000, unavailableAfterMs: 600_000 };
      const stopped = await crew.join({ ...patient, servers: proxy.url, over });
      const other = await crew.join();
      await Promise.all([stopped.works(8), other.works(8)]);
      const runIds = await begin();
      await decides;
      await other.works(16);
      await crew.ended(runIds);
      expect(stopped.orchestrator.partitions()).toContain(partitionOf(theirs!));
      proxy.thaw();
      await stopped.isRefused();
      await stopped.orchestrator.close();
      await expectWhole(runIds);
    });
  });
});
