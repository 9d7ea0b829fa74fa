import { setTimeout as pause } from 'node:timers/promises';
import { ownBroker } from '../brokers/own-broker.js';
import type { Measure } from '../measure.js';
import { sleeper } from '../no-op/sleeper.flow.js';
import { Child } from '../processes/child.js';
import { settingsOf } from '../processes/world.js';
import { resultOf } from '../result.js';
import { scaled } from '../scale.js';
import type { Many } from './start-many.js';
import type { Usage } from './usage.js';

const RUNS = scaled(100_000);
const THIRTY_DAYS_S = 30 * 86_400;
const IDLE_MS = scaled(10_000);
const MEGABYTE = 1_000_000;

interface Idle {
  readonly megabytes: number;
  /** Processor time over the time that passed. */
  readonly cpuShare: number;
}

/** Watches the orchestrator while nothing happens. */
async function idle(orchestrator: Child): Promise<Idle> {
  const before = await orchestrator.ask<Usage>('usage');
  const begunAt = performance.now();
  await pause(IDLE_MS);
  const after = await orchestrator.ask<Usage>('usage');
  return {
    megabytes: Math.max(before.rssBytes, after.rssBytes) / MEGABYTE,
    cpuShare: (after.cpuMs - before.cpuMs) / (performance.now() - begunAt),
  };
}

/** Measures what runs cost that do nothing but wait. */
export const waitingRuns: Measure = {
  names: ['p6'],
  run: async (context) => {
    const settings = settingsOf(await ownBroker(context));
    const orchestrator = await Child.start(context, 'orchestrator', settings);
    const client = await Child.start(context, 'client', settings);
    const empty = await idle(orchestrator);
    const many: Many = {
      flow: sleeper.contract.name,
      input: { seconds: THIRTY_DAYS_S },
      runs: RUNS,
      parallel: 64,
    };
    const ms = await client.ask<number>('startMany', many);
    await orchestrator.ask('settled');
    const full = await idle(orchestrator);
    const { peakRssBytes, resident } = await orchestrator.ask<Usage>('usage');
    context.say(`P6: ${RUNS} runs were started in ${Math.round(ms / 1_000)} s; ${resident} are in memory`);
    return [
      resultOf({
        id: 'P6',
        what: `MB of the orchestrator right after ${RUNS} runs went to sleep; reference: before the first`,
        ours: full.megabytes,
        reference: empty.megabytes,
        goal: { of: 'ours', is: '<=', value: 300 },
      }),
      resultOf({
        id: 'P6 CPU',
        what: `share of one core that the orchestrator takes while ${RUNS} runs sleep; reference: before the first`,
        ours: full.cpuShare,
        reference: empty.cpuShare,
        goal: { of: 'ours', is: '<=', value: 0.01 },
      }),
      resultOf({
        id: 'P6 peak',
        what: 'MB of the orchestrator at most while they were started',
        ours: peakRssBytes / MEGABYTE,
      }),
      resultOf({
        id: 'P6 starting',
        what: 'runs/s started and put to sleep, 64 requests at a time',
        ours: (RUNS * 1_000) / ms,
      }),
    ];
  },
};
