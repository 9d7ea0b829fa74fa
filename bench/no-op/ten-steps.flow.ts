import { flow } from '#libs/flows';
import { Echo, EchoMessage } from './echo.contract.js';

export const STEPS = 10;

/** Ten tasks, each of which takes what the one before gave. */
export const tenSteps = flow(
  { name: 'ten_steps', description: 'Echoes ten times in a row', input: EchoMessage },
  async (input, ctx) => {
    let message = input;
    for (let step = 0; step < STEPS; step++) message = await ctx.task(Echo, message);
    return message;
  },
);
