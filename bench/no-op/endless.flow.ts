import { flow, task } from '#libs/flows';
import { Echo, EchoMessage } from './echo.contract.js';

/** How often a step of the longest history was tried: its steps alone would be more than a run may take. */
export const ATTEMPTS = 10;

const persistentEcho = task({ name: 'persistent_echo', retries: ATTEMPTS - 1 }, Echo);

/** One task after the other and no end: as long as its history was made. */
export const endless = flow(
  { name: 'endless', description: 'Echoes for ever', input: EchoMessage },
  async (input, ctx) => {
    for (;;) await ctx.task(persistentEcho, input);
  },
);
