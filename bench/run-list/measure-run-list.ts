import type { Measure } from '../measure.js';
import { Child } from '../processes/child.js';
import type { GatewayAt } from '../processes/gateway.js';
import { resultOf } from '../result.js';
import { scaled } from '../scale.js';
import { ownStack } from '../stack.js';
import { percentile } from '../statistics.js';
import { askGateway } from './ask-gateway.js';
import type { Asking, Compared, ListTimes } from './ask-lists.js';

const FLOW_RUNS = scaled(200_000, 500);
const TRIES = scaled(8, 1);
const COMPARED = scaled(400, 20);
const ASKED = scaled(20, 2);
/** Where the year ends that the records are spread over. */
const UNTIL = Date.UTC(2030, 0, 1);
const LONGEST_MS = 50;
const LARGEST_PAGE = 500;

const isByCreation = (list: string): boolean => list.includes('createdAt');
const all = (times: readonly ListTimes[]): number[] => times.flatMap(({ ms }) => ms);

/** Neither read as a whole nor, in the order of creation, sorted at the time of asking where it is longer than a page. */
const isServed = ({ list, plan }: ListTimes): boolean =>
  !plan.stages.includes('COLLSCAN') &&
  !(isByCreation(list) && plan.stages.includes('SORT') && plan.documents > LARGEST_PAGE);

/** Measures how fast the audit gives a page of a long list. */
export const runList: Measure = {
  names: ['run-list'],
  run: async (context) => {
    const { say } = context;
    const { natsUrl, mongoUri } = await ownStack(context);
    const settings = { NATS_URL: natsUrl, MONGODB_URI: mongoUri };
    const lists = await Child.start(context, 'lists', settings);
    const taskRuns = await lists.ask<number>('fill', { runs: FLOW_RUNS, until: UNTIL });
    const indexMs = await lists.ask<number>('index');
    say(`run-list: ${taskRuns} task runs are there; their indexes took ${Math.round(indexMs / 1_000)} s`);

    const times = await lists.ask<ListTimes[]>('ask', { tries: TRIES, until: UNTIL } satisfies Asking);
    const slowest = times.toSorted((a, b) => percentile(b.ms, 0.95) - percentile(a.ms, 0.95)).slice(0, 5);
    for (const { list, ms, plan } of slowest)
      say(`run-list: ${list}: p95 ${Math.round(percentile(ms, 0.95))} ms, ${plan.keys} keys of indexes read`);
    const compared = await lists.ask<Compared>('compare', COMPARED);
    await lists.stop();

    await Child.start(context, 'audit', settings);
    const gateway = await Child.start(context, 'gateway', settings);
    const where = await gateway.ask<GatewayAt>('where');
    await askGateway(where, 1);
    const overHttp = await askGateway(where, ASKED);

    const byCreation = all(times.filter(({ list }) => isByCreation(list)));
    const byOthers = all(times.filter(({ list }) => !isByCreation(list)));
    const goal = { of: 'ours', is: '<=', value: LONGEST_MS } as const;
    const page = 'a page of 20 out of 1,000,000 task runs or 200,000 flow runs';
    return [
      resultOf({
        id: 'run-list',
        what: `ms, p95, for ${page}, by each filter and by several, the latest or the oldest first, from the beginning or the middle`,
        ours: percentile(byCreation, 0.95),
        goal,
      }),
      resultOf({
        id: 'run-list p50',
        what: 'the same, p50; reference: the finds of a sample asked bare, all sortings',
        ours: percentile(byCreation, 0.5),
        reference: percentile(compared.bare, 0.5),
        ratio: percentile(compared.ours, 0.5) / percentile(compared.bare, 0.5),
      }),
      resultOf({ id: 'run-list p99', what: 'the same, p99', ours: percentile(byCreation, 0.99) }),
      resultOf({
        id: 'run-list sorted',
        what: 'ms, p95, for the same lists by start, end or duration',
        ours: percentile(byOthers, 0.95),
        goal,
      }),
      resultOf({
        id: 'run-list sorted p50',
        what: 'the same, p50',
        ours: percentile(byOthers, 0.5),
      }),
      resultOf({
        id: 'run-list http',
        what: 'ms, p95, for six of the lists through gateway, broker and audit, three pages each',
        ours: percentile(overHttp, 0.95),
        goal,
      }),
      resultOf({
        id: 'run-list unserved',
        what: 'kinds of list for which all records are read, or sorted though they are asked for by creation',
        ours: times.filter((kind) => !isServed(kind)).length,
        goal: { of: 'ours', is: '<=', value: 0 },
      }),
    ];
  },
};
