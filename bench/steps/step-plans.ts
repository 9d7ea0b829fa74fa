import { STEPS } from '../no-op/ten-steps.flow.js';
import type { Goal } from '../result.js';
import { scaled } from '../scale.js';
import type { LoadDone } from './run-load.js';

/** How steps of flows are measured. */
export interface StepPlan {
  readonly id: string;
  readonly what: string;
  /** Runs under way at a time. */
  readonly parallel: number;
  /** How long one side is measured before it is the other's turn. */
  readonly forMs: number;
  readonly warmUpMs: number;
  readonly pairs: number;
  readonly figure: (done: LoadDone) => number;
  readonly goal: Goal;
}

export const stepsPerSecond = ({ runs, ms }: LoadDone): number => (runs * STEPS * 1_000) / ms;
const msPerStep = ({ runs, ms }: LoadDone): number => ms / (runs * STEPS);

export const ONE_AT_A_TIME: StepPlan = {
  id: 'P1',
  what: 'ms a step, ten-step flow, one run at a time',
  parallel: 1,
  forMs: scaled(1_000, 50),
  warmUpMs: scaled(3_000, 50),
  pairs: 9,
  figure: msPerStep,
  goal: { of: 'ratio', is: '<=', value: 1.5 },
};

export const MANY_AT_A_TIME: StepPlan = {
  id: 'P2',
  what: 'steps/s, ten-step flow, 32 runs at a time',
  parallel: 32,
  forMs: scaled(1_500, 50),
  warmUpMs: scaled(4_000, 50),
  pairs: 7,
  figure: stepsPerSecond,
  goal: { of: 'ratio', is: '>=', value: 0.65 },
};
