import { flow } from '#libs/flows';
import { Send, Work } from '../operations/contracts.js';
import { SizeInput } from './inputs.js';

/** Each epoch draws anew, so a retry of the flow may go well where the one before did not. */
export const unsteady = flow(
  {
    name: 'unsteady',
    description: 'Fails by chance and is tried again as a whole',
    input: SizeInput,
    retries: 3,
    retryDelaySeconds: 0.2,
  },
  async ({ size, ms }, ctx) => {
    const sent = await ctx.task(Send, { label: `${ctx.runId}/send`, ms });
    for (let step = 0; step < size; step++) {
      await ctx.task(Work, { label: `${ctx.runId}/step-${step}`, ms });
      if (ctx.random() < 0.3) throw new Error(`step ${step} went wrong`);
    }
    return sent.label;
  },
);

/** Fails while steps and effects of the epoch are still open. */
export const unsteadyBeside = flow(
  {
    name: 'unsteady_beside',
    description: 'Fails while its steps are being done, and is tried again',
    input: SizeInput,
    retries: 2,
  },
  async ({ size, ms }, ctx) => {
    const steps = Array.from({ length: size }, (_, step) =>
      ctx.task(step % 2 === 0 ? Work : Send, { label: `${ctx.runId}/step-${step}`, ms: ms * (step + 1) }),
    );
    await ctx.task(Work, { label: `${ctx.runId}/quick`, ms: 0 });
    if (ctx.random() < 0.5) throw new Error('given up half way');
    return (await Promise.all(steps)).length;
  },
);

/** Whatever it draws and reads off the clock goes into the log, where a replay must find the same. */
export const drawing = flow(
  { name: 'drawing', description: 'Goes by chance and by the clock', input: SizeInput },
  async ({ size, ms }, ctx) => {
    const seen: string[] = [];
    for (let step = 0; step < size; step++) {
      const drawn = `${ctx.uuid()}-${ctx.now().getTime()}-${Math.floor(ctx.random() * 1e9)}`;
      await ctx.task(Work, { label: `${ctx.runId}/${step}-${drawn}`, ms });
      if (ctx.random() < 0.4) await ctx.sleep(ctx.random() / 2);
      seen.push(drawn);
    }
    return seen;
  },
);
