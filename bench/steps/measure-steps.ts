import type { Measure, MeasureContext } from '../measure.js';
import { STEPS } from '../no-op/ten-steps.flow.js';
import { Child } from '../processes/child.js';
import { resultOf } from '../result.js';
import type { Goal, Result } from '../result.js';
import { ownStack } from '../stack.js';
import { summarise } from '../statistics.js';
import type { Load, LoadDone } from './run-load.js';

interface StepsMeasure {
  readonly id: string;
  readonly what: string;
  readonly parallel: number;
  /** How long one side is measured before it is the other's turn. */
  readonly forMs: number;
  readonly warmUpMs: number;
  readonly pairs: number;
  readonly figure: (done: LoadDone) => number;
  readonly goal: Goal;
}

const stepsPerSecond = ({ runs, ms }: LoadDone): number => (runs * STEPS * 1_000) / ms;
const msPerStep = ({ runs, ms }: LoadDone): number => ms / (runs * STEPS);

/** Measures flows of ten steps beside the bare loop in the same two processes, by turns. */
function stepsMeasure(plan: StepsMeasure): Measure {
  const { id, what, parallel, forMs, warmUpMs, pairs, figure, goal } = plan;

  const byTurns = async (
    orchestrator: Child,
    say: (line: string) => void,
  ): Promise<ReturnType<typeof summarise>> => {
    const load = async (side: Load['side'], ms: number): Promise<number> => {
      const done = await orchestrator.ask<LoadDone>('load', { side, parallel, forMs: ms } satisfies Load);
      // What the other side is measured beside must be at rest, audit too.
      await orchestrator.ask('settled');
      return figure(done);
    };
    await load('bare', warmUpMs);
    await load('ours', warmUpMs);
    const ours: number[] = [];
    const bare: number[] = [];
    for (let pair = 0; pair < pairs; pair++) {
      bare.push(await load('bare', forMs));
      ours.push(await load('ours', forMs));
      say(`${id} pair ${pair + 1}: ours ${ours.at(-1)?.toPrecision(4)}, bare ${bare.at(-1)?.toPrecision(4)}`);
    }
    return summarise({ ours, bare });
  };

  const run = async (context: MeasureContext): Promise<readonly Result[]> => {
    const { natsUrl, mongoUri } = await ownStack(context);
    const settings = { NATS_URL: natsUrl, MONGODB_URI: mongoUri };
    await Child.start(context, 'service', settings);
    const orchestrator = await Child.start(context, 'orchestrator', settings);
    const alone = await byTurns(orchestrator, context.say);
    const audit = await Child.start(context, 'audit', settings);
    await audit.ask('follow');
    await orchestrator.ask('settled');
    const audited = await byTurns(orchestrator, context.say);
    return [
      resultOf({ id, what: `${what}; reference: bare loop`, goal, ...alone }),
      resultOf({
        id: `${id} with audit`,
        what: `${what}, audit folding meanwhile; reference: bare loop`,
        goal,
        ...audited,
      }),
    ];
  };
  return { name: id.toLowerCase(), run };
}

export const oneRunAtATime = stepsMeasure({
  id: 'P1',
  what: 'ms a step, ten-step flow, one run at a time',
  parallel: 1,
  forMs: 1_000,
  warmUpMs: 4_000,
  pairs: 9,
  figure: msPerStep,
  goal: { of: 'ratio', is: '<=', value: 1.6 },
});

export const manyRuns = stepsMeasure({
  id: 'P2',
  what: 'steps/s, ten-step flow, 32 runs at a time',
  parallel: 32,
  forMs: 1_500,
  warmUpMs: 6_000,
  pairs: 7,
  figure: stepsPerSecond,
  goal: { of: 'ratio', is: '>=', value: 0.6 },
});
