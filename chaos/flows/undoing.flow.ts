import { flow, type FlowContext } from '#libs/flows';
import { Send, Undo, Work } from '../operations/contracts.js';
import type { WorkInput, WorkOutput } from '../operations/contracts.js';
import { SizeInput } from './inputs.js';

const undoing = (ms: number) => ({
  task: Undo,
  input: (result: WorkOutput, input: WorkInput) => ({ label: `${result.label ?? input.label}/undone`, ms }),
});

async function book({ size, ms }: SizeInput, ctx: FlowContext): Promise<void> {
  for (let step = 0; step < size; step++) {
    const what = step % 2 === 0 ? Work : Send;
    await ctx.task(what, { label: `${ctx.runId}/book-${step}`, ms }, { compensate: undoing(ms) });
  }
}

/** Takes everything back in reverse order when the last step is refused. */
export const saga = flow(
  { name: 'saga', description: 'Undoes what it has done', input: SizeInput },
  async (input, ctx) => {
    await book(input, ctx);
    await ctx.task(Work, { label: `${ctx.runId}/last`, ms: input.ms, refuses: true });
  },
);

/** Is cancelled with steps done and one being done. */
export const cancelledSaga = flow(
  { name: 'cancelled_saga', description: 'Is cancelled and undoes what it has done', input: SizeInput },
  async (input, ctx) => {
    await book(input, ctx);
    await ctx.task(
      Work,
      { label: `${ctx.runId}/endless`, ms: 120_000 },
      // What may have to be undone is waited for before anything is.
      { compensate: undoing(input.ms), timeoutSeconds: 1.5 },
    );
  },
);

/** What is shielded is still answered after the cancel. */
export const cleaningUp = flow(
  {
    name: 'cleaning_up',
    description: 'Cleans up after it was told to end',
    input: SizeInput,
    cleanUpSeconds: 20,
    onCancel: async (ctx) => void (await ctx.task(Work, { label: `${ctx.runId}/on-cancel`, ms: 5 })),
  },
  async ({ ms }, ctx) => {
    try {
      await ctx.task(Work, { label: `${ctx.runId}/first`, ms });
      await ctx.sleep(3_600);
    } finally {
      await ctx.shielded.task(Undo, { label: `${ctx.runId}/clean-up`, ms });
    }
  },
);

export const hooked = flow(
  {
    name: 'hooked',
    description: 'Has something done about its end',
    input: SizeInput,
    onSuccess: async (ctx) => void (await ctx.task(Work, { label: `${ctx.runId}/on-success`, ms: 5 })),
    onFailure: async (ctx) => void (await ctx.task(Work, { label: `${ctx.runId}/on-failure`, ms: 5 })),
  },
  async ({ size, ms }, ctx) => {
    ctx.artifact({ kind: 'markdown', key: 'report', data: `# Run ${ctx.runId}` });
    await ctx.task(Work, { label: `${ctx.runId}/step`, ms });
    if (size % 2 === 0) throw new Error('it is one of those that fail');
    return size;
  },
);
