import type { Measure } from '../measure.js';
import { Child } from '../processes/child.js';
import { startWorld } from '../processes/world.js';
import { resultOf } from '../result.js';
import { ownStack } from '../stack.js';
import { besideBare } from './beside-bare.js';
import { MANY_AT_A_TIME, ONE_AT_A_TIME } from './step-plans.js';
import type { StepPlan } from './step-plans.js';

/** Measures steps alone, and again while the audit folds them. */
const stepsMeasure = (plan: StepPlan): Measure => ({
  names: [plan.id.toLowerCase()],
  run: async (context) => {
    const { id, what, goal } = plan;
    const { natsUrl, mongoUri } = await ownStack(context);
    const { settings, orchestrator } = await startWorld(context, { url: natsUrl, replicas: 1 });
    const alone = await besideBare(orchestrator, plan, context);
    const audit = await Child.start(context, 'audit', { ...settings, MONGODB_URI: mongoUri });
    await audit.ask('follow');
    await orchestrator.ask('settled');
    const audited = await besideBare(orchestrator, { ...plan, pairs: Math.ceil(plan.pairs / 2) }, context);
    return [
      resultOf({ id, what: `${what}; reference: bare loop`, goal, ...alone }),
      resultOf({
        id: `${id} with audit`,
        what: `${what}, audit folding meanwhile; reference: bare loop`,
        ...audited,
      }),
    ];
  },
});

export const oneRunAtATime = stepsMeasure(ONE_AT_A_TIME);
export const manyRuns = stepsMeasure(MANY_AT_A_TIME);
