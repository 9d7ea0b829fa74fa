import { setTimeout as pause } from 'node:timers/promises';
import { PARTITIONS } from '#libs/run-log';
import { ownBroker } from '../brokers/own-broker.js';
import { byTurns } from '../by-turns.js';
import type { Measure, MeasureContext } from '../measure.js';
import { Child } from '../processes/child.js';
import { startWorld } from '../processes/world.js';
import { resultOf } from '../result.js';
import { summarise } from '../statistics.js';
import type { LoadDone } from '../steps/run-load.js';
import { MANY_AT_A_TIME, stepsPerSecond } from '../steps/step-plans.js';

const SPREAD_WITHIN_MS = 30_000;
const LOOK_MS = 100;
const { parallel, forMs, warmUpMs, pairs } = MANY_AT_A_TIME;

/** Starts a broker, a service, so many orchestrators, and a client that keeps runs under way; gives its steps/s. */
async function crew(
  context: MeasureContext,
  orchestrators: number,
): Promise<(ms: number) => Promise<number>> {
  const broker = await ownBroker(context);
  const { settings, orchestrator } = await startWorld(context, broker, { SAYS_ENDS: 'yes' });
  const all = [orchestrator];
  while (all.length < orchestrators) all.push(await Child.start(context, 'orchestrator', settings));
  for (const each of all) await holdsItsShare(each, PARTITIONS / orchestrators);
  const client = await Child.start(context, 'client', settings);
  return async (ms) => {
    const done = await client.ask<LoadDone>('load', { side: 'ours', parallel, forMs: ms });
    await orchestrator.ask('settled');
    return stepsPerSecond(done);
  };
}

/** Waits until the partitions are spread evenly. */
async function holdsItsShare(orchestrator: Child, share: number): Promise<void> {
  const patience = AbortSignal.timeout(SPREAD_WITHIN_MS);
  while ((await orchestrator.ask<number>('partitions')) !== share) {
    patience.throwIfAborted();
    await pause(LOOK_MS);
  }
}

/** Measures whether a second orchestrator slows the first one down. */
export const twoOrchestrators: Measure = {
  names: ['two-orchestrators'],
  run: async (context) => {
    const one = await crew(context, 1);
    const two = await crew(context, 2);
    await one(warmUpMs);
    await two(warmUpMs);
    const figures = await byTurns({
      ours: () => two(forMs),
      bare: () => one(forMs),
      pairs,
      say: (line) => context.say(`two orchestrators ${line}`),
    });
    return [
      resultOf({
        id: 'two-orchestrators',
        what: 'steps/s of two orchestrators together, ten-step flow, 32 runs at a time; reference: one alone',
        ...summarise(figures),
        // Not slower, but for what the machine's noise makes of equals.
        goal: { of: 'ratio', is: '>=', value: 0.95 },
      }),
    ];
  },
};
