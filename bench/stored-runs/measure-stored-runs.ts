import { ownBroker } from '../brokers/own-broker.js';
import { byTurns } from '../by-turns.js';
import type { Measure, MeasureContext } from '../measure.js';
import { Child } from '../processes/child.js';
import { startWorld } from '../processes/world.js';
import { resultOf } from '../result.js';
import { scaled } from '../scale.js';
import { summarise } from '../statistics.js';
import type { Load, LoadDone } from '../steps/run-load.js';
import { MANY_AT_A_TIME, stepsPerSecond } from '../steps/step-plans.js';
import type { Copying } from './fill.js';

const FEW = scaled(1_000, 10);
const MANY = scaled(250_000, 100);
const { parallel, forMs, warmUpMs, pairs } = MANY_AT_A_TIME;

/** Starts a broker that holds so many finished runs, and what works beside them; gives its steps/s. */
async function filled(context: MeasureContext, runs: number): Promise<(ms: number) => Promise<number>> {
  const broker = await ownBroker(context);
  const { settings, service, orchestrator } = await startWorld(context, broker);
  const client = await Child.start(context, 'client', settings);
  const original = await client.ask<string>('runOriginal');
  await orchestrator.stop();
  await service.stop();
  const ms = await client.ask<number>('fill', { original, copies: runs } satisfies Copying);
  await client.stop();
  context.say(`P11: ${runs} runs were stored in ${Math.round(ms / 1_000)} s`);

  const again = await startWorld(context, broker);
  return async (forMs) => {
    const load: Load = { side: 'ours', parallel, forMs };
    const done = await again.orchestrator.ask<LoadDone>('load', load);
    await again.orchestrator.ask('settled');
    return stepsPerSecond(done);
  };
}

/** Measures whether what is stored slows down what is under way. */
export const storedRuns: Measure = {
  names: ['p11'],
  run: async (context) => {
    const few = await filled(context, FEW);
    const many = await filled(context, MANY);
    await few(warmUpMs);
    await many(warmUpMs);
    const figures = await byTurns({
      ours: () => many(forMs),
      bare: () => few(forMs),
      pairs,
      say: (line) => context.say(`P11 ${line}`),
    });
    return [
      resultOf({
        id: 'P11',
        what: `steps/s, ten-step flow, 32 runs at a time, beside ${MANY} stored runs; reference: beside ${FEW}`,
        ...summarise(figures),
        goal: { of: 'ratio', is: '>=', value: 0.8 },
      }),
    ];
  },
};
