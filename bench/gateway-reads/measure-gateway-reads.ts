import { byTurns } from '../by-turns.js';
import { StoredJobs } from '../hunt/stored-jobs.js';
import type { Measure } from '../measure.js';
import { Child } from '../processes/child.js';
import { resultOf } from '../result.js';
import { scaled } from '../scale.js';
import { ownStack } from '../stack.js';
import { summarise } from '../statistics.js';
import { ReadLoad } from './read-load.js';

const RUNS = 500;
const JOBS = 500;
const READS = scaled(1_500, 100);
const WARM_UP = scaled(3_000, 100);
const PAIRS = 3;
const READS_A_SECOND = 2_000;
const UNTIL = Date.UTC(2030, 0, 1);

/** Measures how many reads the gateway answers for a second of its CPU. */
export const gatewayReads: Measure = {
  names: ['gateway-reads'],
  run: async (context) => {
    const { cleanup, say } = context;
    const { natsUrl, mongoUri } = await ownStack(context);
    const settings = { NATS_URL: natsUrl, MONGODB_URI: mongoUri };
    const lists = await Child.start(context, 'lists', settings);
    await lists.ask('fill', { runs: RUNS, until: UNTIL });
    await lists.stop();
    const jobs = await StoredJobs.open(mongoUri);
    cleanup.add(() => jobs.close());
    await Child.start(context, 'audit', settings);
    await Child.start(context, 'scraper', settings);

    const start = async (name: string, more: Readonly<Record<string, string>> = {}): Promise<ReadLoad> => {
      const load = await ReadLoad.on(await Child.start(context, name, { ...settings, ...more }));
      cleanup.add(() => load.close());
      return load;
    };
    const keyed = await start('gateway', { AUTH: 'on' });
    const open = await start('gateway', { AUTH: 'off' });
    const bare = await start('bare-http');

    const { userId } = JSON.parse(await keyed.text('/me')) as { readonly userId: string };
    await jobs.fill(JOBS, userId);
    const { items } = JSON.parse(await keyed.text('/flow-runs?limit=20&status=completed')) as {
      readonly items: readonly { readonly id: string }[];
    };
    const live = ['/health/live'];
    const one = items.map(({ id }) => `/flow-runs/${id}`);
    const list = ['/flow-runs?limit=20'];
    const operations = ['/operations'];
    const jobList = ['/jobs?limit=20'];
    const mixed = one.flatMap((path) => [path, ...list, ...operations, ...jobList]);
    for (const side of [keyed, open])
      await side.readsPerCpuSecond({ paths: [...live, ...mixed], count: WARM_UP });
    await bare.readsPerCpuSecond({ paths: live, count: WARM_UP });

    const floor = await byTurns({
      ours: () => keyed.readsPerCpuSecond({ paths: live, count: READS }),
      bare: () => bare.readsPerCpuSecond({ paths: live, count: READS }),
      pairs: PAIRS,
      say: (line) => say(`gateway-reads live ${line}`),
    });
    const results = [
      resultOf({
        id: 'gateway-reads live',
        what: 'GET /health/live for each second of the gateway’s CPU; reference: a bare route of Fastify',
        ...summarise(floor),
      }),
    ];
    for (const [name, paths, what] of [
      ['operations', operations, 'GET /operations'],
      ['run', one, 'GET /flow-runs/{id}, with the tree of its tasks'],
      ['runs', list, 'GET /flow-runs?limit=20'],
      ['jobs', jobList, 'GET /jobs?limit=20'],
      ['mixed', mixed, 'those four in turn'],
    ] as const) {
      const pairs = await byTurns({
        ours: () => keyed.readsPerCpuSecond({ paths, count: READS }),
        bare: () => open.readsPerCpuSecond({ paths, count: READS }),
        pairs: PAIRS,
        say: (line) => say(`gateway-reads ${name} ${line}`),
      });
      results.push(
        resultOf({
          id: `gateway-reads ${name}`,
          what: `${what}, with a key, for each second of the gateway’s CPU; reference: without authentication`,
          ...summarise(pairs),
          goal: { of: 'ours', is: '>=', value: READS_A_SECOND },
        }),
      );
    }
    return results;
  },
};
