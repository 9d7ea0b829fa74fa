import { flow } from '#libs/flows';
import { Send, Work } from '../operations/contracts.js';
import { SizeInput } from './inputs.js';

/** Signals may come before they are waited for; each is taken once, in the order of their coming. */
export const signalled = flow(
  { name: 'signalled', description: 'Goes on when it is told to', input: SizeInput },
  async ({ size, ms }, ctx) => {
    const heard: unknown[] = [];
    for (let turn = 0; turn < size; turn++) {
      heard.push(await ctx.signal('go'));
      await ctx.task(Work, { label: `${ctx.runId}/turn-${turn}`, ms });
    }
    return heard;
  },
);

export const unheard = flow(
  { name: 'unheard', description: 'Waits for a word that does not come', input: SizeInput },
  async ({ ms }, ctx) => {
    const heard = await ctx.signal('never', { timeoutSeconds: 0.8 }).catch(() => 'nothing');
    await ctx.task(Work, { label: `${ctx.runId}/after`, ms });
    return heard;
  },
);

export const approved = flow(
  { name: 'approved', description: 'Sends what a person has approved', input: SizeInput },
  async ({ ms }, ctx) => {
    await ctx.task(Work, { label: `${ctx.runId}/before`, ms });
    const answer = await ctx.approval(
      'release',
      { run: ctx.runId },
      { deadlineSeconds: 4, otherwise: 'declined' },
    );
    if (!answer.approved) return answer.by ? 'declined' : 'nobody answered';
    await ctx.task(Send, { label: `${ctx.runId}/send`, ms });
    return 'sent';
  },
);

/** The first branch to settle wins; what the other had begun is cancelled. */
export const racing = flow(
  { name: 'racing', description: 'Takes whichever is first', input: SizeInput },
  async ({ size, ms }, ctx) => {
    const first = await ctx.race([
      async (own) => (await own.task(Work, { label: `${ctx.runId}/runner`, ms: ms * size * 10 })).label,
      async (own) => {
        await own.sleep(0.3);
        return 'asleep';
      },
      async (own) => (await own.signal<string>('stop')) ?? 'stopped',
    ]);
    await ctx.task(Work, { label: `${ctx.runId}/after`, ms });
    return first;
  },
);

/** Has steps, sleeps and effects to be paused in. */
export const pausable = flow(
  { name: 'pausable', description: 'Is paused and resumed on its way', input: SizeInput },
  async ({ size, ms }, ctx) => {
    for (let step = 0; step < size; step++) {
      await ctx.task(Work, { label: `${ctx.runId}/step-${step}`, ms });
      await ctx.sleep(0.2);
      await ctx.task(Send, { label: `${ctx.runId}/send-${step}`, ms });
    }
    return size;
  },
);
