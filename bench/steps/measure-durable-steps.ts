import { ownBroker } from '../brokers/own-broker.js';
import type { Broker } from '../brokers/own-broker.js';
import { ownCluster } from '../brokers/own-cluster.js';
import { Cleanup } from '../cleanup.js';
import type { Measure, MeasureContext } from '../measure.js';
import { startWorld } from '../processes/world.js';
import { resultOf } from '../result.js';
import { besideBare } from './beside-bare.js';
import { MANY_AT_A_TIME, ONE_AT_A_TIME } from './step-plans.js';

interface Setting {
  readonly name: string;
  readonly what: string;
  readonly start: (context: MeasureContext) => Promise<Broker>;
}

const SETTINGS: readonly Setting[] = [
  {
    name: 'sync',
    what: 'every message synced to disk',
    start: (context) => ownBroker(context, { syncAlways: true }),
  },
  { name: 'cluster', what: 'three nodes, three replicas', start: ownCluster },
];

/** Measures P1 and P2 where the broker keeps what it is told more safely; the bare loop under the same setting. */
export const durableSteps: Measure = {
  names: ['p12'],
  run: async (context) => {
    const results = [];
    for (const { name, what, start } of SETTINGS) {
      const cleanup = new Cleanup();
      context.cleanup.add(() => cleanup.run());
      const own = { ...context, cleanup };
      const { orchestrator } = await startWorld(own, await start(own));
      for (const plan of [ONE_AT_A_TIME, MANY_AT_A_TIME]) {
        const id = `P12 ${plan.id} ${name}`;
        const shorter = { ...plan, id, pairs: Math.ceil(plan.pairs / 2) };
        results.push(
          resultOf({
            id,
            what: `${plan.what}, ${what}; reference: bare loop, likewise`,
            goal: plan.goal,
            ...(await besideBare(orchestrator, shorter, context)),
          }),
        );
      }
      await cleanup.run();
    }
    return results;
  },
};
