import { ownBroker } from '../brokers/own-broker.js';
import type { Measure } from '../measure.js';
import { startWorld } from '../processes/world.js';
import { resultOf } from '../result.js';
import { scaled } from '../scale.js';
import { summarise } from '../statistics.js';
import type { FanOut, JoinTimes } from './join-many.js';

const WIDTH = scaled(1_000);
const WARM_UP: FanOut = { width: WIDTH, times: 6 };
const TIMES: FanOut = { width: WIDTH, times: 11 };

/** Measures many tasks of one flow side by side. */
export const wideFlow: Measure = {
  names: ['fan-out'],
  run: async (context) => {
    const { orchestrator } = await startWorld(context, await ownBroker(context));
    await orchestrator.ask('joins', WARM_UP);
    const { ours, bare } = await orchestrator.ask<JoinTimes>('joins', TIMES);
    const rates = (times: readonly number[]): number[] => times.map((ms) => (WIDTH * 1_000) / ms);
    return [
      resultOf({
        id: 'fan-out',
        what: `tasks/s, ${WIDTH} tasks side by side in one flow and their join; reference: bare tasks without a fence`,
        ...summarise({ ours: rates(ours), bare: rates(bare) }),
      }),
    ];
  },
};
