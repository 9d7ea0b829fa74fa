import { ownBroker } from '../brokers/own-broker.js';
import type { Measure } from '../measure.js';
import { ATTEMPTS } from '../no-op/endless.flow.js';
import { Child } from '../processes/child.js';
import { settingsOf } from '../processes/world.js';
import { resultOf } from '../result.js';
import { scaled } from '../scale.js';
import { median } from '../statistics.js';
import type { HistoryPlan, LongHistory } from './long-history.js';
import type { ReplayTimes } from './replays.js';

const SHORT: HistoryPlan = { events: scaled(1_000, 100), attempts: 1 };
const USUAL: HistoryPlan = { events: scaled(10_000, 100), attempts: 1 };
const TRIED: HistoryPlan = { events: scaled(10_000, 100), attempts: ATTEMPTS };
const LONG: HistoryPlan = { events: scaled(100_000, 100), attempts: ATTEMPTS };
const ROUNDS = 7;
const LONG_ROUNDS = 3;

interface Replayed {
  readonly events: number;
  readonly whole: number;
  readonly reading: number;
  readonly resident: number;
}

/** Measures how long a run takes to come back into memory, and whether that grows as its history does. */
export const replay: Measure = {
  names: ['p5'],
  run: async (context) => {
    const replayer = await Child.start(context, 'replayer', settingsOf(await ownBroker(context)));
    const histories = new Map<HistoryPlan, LongHistory>();
    for (const plan of [SHORT, USUAL, TRIED, LONG])
      histories.set(plan, await replayer.ask<LongHistory>('store', plan));
    await replayer.ask('start');

    const replayed = async (plan: HistoryPlan, rounds: number): Promise<Replayed> => {
      const history = histories.get(plan) as LongHistory;
      const times = await replayer.ask<ReplayTimes>('replay', { history, rounds });
      const { whole, reading, resident } = times;
      const one = {
        events: history.events,
        whole: median(whole),
        reading: median(reading),
        resident: median(resident),
      };
      context.say(`P5: ${JSON.stringify(one)}`);
      return one;
    };
    // The first ones warm the code up.
    await replayed(SHORT, ROUNDS);
    await replayed(USUAL, LONG_ROUNDS);
    const short = await replayed(SHORT, ROUNDS);
    const usual = await replayed(USUAL, ROUNDS);
    const tried = await replayed(TRIED, ROUNDS);
    const long = await replayed(LONG, LONG_ROUNDS);

    const linear = { of: 'ratio', is: '<=', value: 1.3 } as const;
    const grown = (from: Replayed, to: Replayed): number => (from.whole * to.events) / from.events;
    return [
      resultOf({
        id: 'P5',
        what: `ms from the outcome of a task to the next decision of a run that has to be replayed, ${usual.events} events; reference: reading them alone`,
        ours: usual.whole,
        reference: usual.reading,
        goal: { of: 'ours', is: '<=', value: 150 },
      }),
      resultOf({
        id: 'P5 going over',
        what: `the same without the reading and without what the decision itself takes`,
        ours: usual.whole - usual.reading - usual.resident,
      }),
      resultOf({
        id: 'P5 from 1,000',
        what: `ms for ${usual.events} events; reference: ten times what ${short.events} take`,
        ours: usual.whole,
        reference: grown(short, usual),
        goal: linear,
      }),
      resultOf({
        id: 'P5 to 100,000',
        what: `ms for ${long.events} events, ${ATTEMPTS} attempts a step; reference: ten times what ${tried.events} such events take`,
        ours: long.whole,
        reference: grown(tried, long),
        goal: linear,
      }),
    ];
  },
};
