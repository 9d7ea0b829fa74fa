import { flow } from '#libs/flows';
import { Send, Work } from '../operations/contracts.js';
import { SizeInput } from './inputs.js';

export const sleeping = flow(
  { name: 'sleeping', description: 'Sleeps between its steps', input: SizeInput },
  async ({ size, ms }, ctx) => {
    for (let step = 0; step < size; step++) {
      await ctx.sleep(0.3 + 0.2 * step);
      await ctx.task(Work, { label: `${ctx.runId}/step-${step}`, ms });
    }
    return ctx.now().toISOString();
  },
);

export const sleepingBeside = flow(
  { name: 'sleeping_beside', description: 'Sleeps while its steps are done', input: SizeInput },
  async ({ ms }, ctx) => {
    const [, first, second] = await Promise.all([
      ctx.sleep(1),
      ctx.task(Work, { label: `${ctx.runId}/first`, ms }),
      ctx.sleep(0.5).then(() => ctx.task(Send, { label: `${ctx.runId}/second`, ms })),
    ]);
    return [first.label, second.label];
  },
);

export const tooLong = flow(
  { name: 'too_long', description: 'Does not end in time', input: SizeInput, timeoutSeconds: 1 },
  async ({ ms }, ctx) => {
    await ctx.task(Work, { label: `${ctx.runId}/first`, ms });
    await Promise.all([ctx.sleep(3_600), ctx.task(Work, { label: `${ctx.runId}/endless`, ms: 60_000 })]);
  },
);

/** Waits to be cancelled: asleep, and in the middle of a step. */
export const cancelled = flow(
  { name: 'cancelled', description: 'Never ends by itself', input: SizeInput },
  async ({ size, ms }, ctx) => {
    await ctx.task(Work, { label: `${ctx.runId}/first`, ms });
    if (size % 2 === 0) await ctx.sleep(3_600);
    await ctx.task(Work, { label: `${ctx.runId}/endless`, ms: 120_000 });
  },
);

/** Cancelled at some moment: it may have ended before. */
export const cancelledPerhaps = flow(
  { name: 'cancelled_perhaps', description: 'Is cancelled when it is nearly done', input: SizeInput },
  async ({ size, ms }, ctx) => {
    for (let step = 0; step < size; step++) {
      await ctx.task(Work, { label: `${ctx.runId}/step-${step}`, ms });
      await ctx.task(Send, { label: `${ctx.runId}/send-${step}`, ms });
    }
    return size;
  },
);
