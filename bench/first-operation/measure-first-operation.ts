import { ownBroker } from '../brokers/own-broker.js';
import type { Measure } from '../measure.js';
import { Child } from '../processes/child.js';
import { startWorld } from '../processes/world.js';
import { resultOf } from '../result.js';
import { scaled } from '../scale.js';
import { median, percentile } from '../statistics.js';
import type { ReachedByTurns, Turns } from './ask-by-turns.js';
import type { Reached } from './reached.js';

const WARM_UP: Turns = { runs: scaled(600, 20), inTurn: 20 };
const TURNS: Turns = { runs: scaled(1_500, 20), inTurn: 50 };

/** Measures how soon after a request the first operation runs, and how soon a short run has its result. */
export const firstOperation: Measure = {
  names: ['p4', 'p10'],
  run: async (context) => {
    const world = await startWorld(context, await ownBroker(context));
    const client = await Child.start(context, 'client', world.settings);
    await world.orchestrator.ask('serveBareFlows');
    await client.ask('ask', WARM_UP);
    const reached = await client.ask<ReachedByTurns>('ask', TURNS);
    const figure = (of: (one: Reached) => number, at: (values: readonly number[]) => number) => ({
      ours: at(reached.ours.map(of)),
      reference: at(reached.bare.map(of)),
    });
    const first = (one: Reached): number => one.firstOperation;
    const p99 = (values: readonly number[]): number => percentile(values, 0.99);
    return [
      resultOf({
        id: 'P4',
        what: 'ms from a request to the first line of its first operation, p50; reference: bare start, decision and task',
        ...figure(first, median),
        goal: { of: 'ours', is: '<=', value: 5 },
      }),
      resultOf({ id: 'P4 p99', what: 'the same, p99', ...figure(first, p99) }),
      resultOf({
        id: 'P10',
        what: 'ms from a request to the result of three trivial steps, p50; reference: bare start, three steps, end',
        ...figure((one) => one.whole, median),
        goal: { of: 'ours', is: '<=', value: 2.5 },
      }),
      resultOf({ id: 'P10 p99', what: 'the same, p99', ...figure((one) => one.whole, p99) }),
    ];
  },
};
