import { flow } from '#libs/flows';
import { EchoMessage } from './echo.contract.js';
import { Stamp } from './stamp.contract.js';

export const SHORT_STEPS = 3;

/** Three trivial tasks in a row; says when the first of them began. */
export const threeSteps = flow(
  { name: 'three_steps', description: 'Stamps three times in a row', input: EchoMessage },
  async (input, ctx) => {
    const first = await ctx.task(Stamp, input);
    for (let step = 1; step < SHORT_STEPS; step++) await ctx.task(Stamp, input);
    return first;
  },
);
