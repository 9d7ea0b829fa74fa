import { flow, task, type FlowContext } from '#libs/flows';
import { Send, Work } from '../operations/contracts.js';
import { SizeInput } from './inputs.js';

const labelled = (ctx: FlowContext, name: string): string => `${ctx.runId}/${name}`;

const numbers = (size: number): number[] => Array.from({ length: size }, (_, index) => index);

const stubborn = task(
  { name: 'stubborn', retries: 4, retryDelaySeconds: 0.1, retryBackoffFactor: 2, retryJitterFactor: 0.5 },
  Work,
);
const hasty = task({ name: 'hasty', timeoutSeconds: 0.3, retries: 1, retryDelaySeconds: 0.1 }, Work);

export const chain = flow(
  { name: 'chain', description: 'One step after the other', input: SizeInput },
  async ({ size, ms }, ctx) => {
    const done: string[] = [];
    for (const step of numbers(size))
      done.push((await ctx.task(Work, { label: labelled(ctx, `step-${step}`), ms })).label);
    return done;
  },
);

export const retrying = flow(
  { name: 'retrying', description: 'Steps that fail before they succeed', input: SizeInput },
  async ({ size, ms }, ctx) => {
    for (const step of numbers(size))
      await ctx.task(stubborn, { label: labelled(ctx, `try-${step}`), ms, failures: 1 + (step % 3) });
    return size;
  },
);

export const fanOut = flow(
  { name: 'fan_out', description: 'Many steps, a few at a time', input: SizeInput },
  async ({ size, ms }, ctx) => {
    const done = await ctx.map(
      numbers(size),
      (item) => ctx.task(Work, { label: labelled(ctx, `item-${item}`), ms }),
      { concurrency: 3 },
    );
    await ctx.task(Work, { label: labelled(ctx, 'join'), ms });
    return done.length;
  },
);

export const allAtOnce = flow(
  {
    name: 'all_at_once',
    description: 'More decisions in one activation than go out one by one',
    input: SizeInput,
  },
  async ({ size, ms }, ctx) => {
    const done = await ctx.map(numbers(size), (item) =>
      ctx.task(item % 5 === 0 ? Send : Work, { label: labelled(ctx, `part-${item}`), ms }),
    );
    return done.map(({ label }) => label);
  },
);

export const sending = flow(
  {
    name: 'sending',
    description: 'Effects that must not come twice, between steps that may',
    input: SizeInput,
  },
  async ({ size, ms }, ctx) => {
    for (const step of numbers(size)) {
      await ctx.task(Work, { label: labelled(ctx, `before-${step}`), ms });
      await ctx.task(Send, { label: labelled(ctx, `send-${step}`), ms });
    }
    return size;
  },
);

export const sendingAtOnce = flow(
  { name: 'sending_at_once', description: 'Effects side by side', input: SizeInput },
  async ({ size, ms }, ctx) => {
    const sent = await Promise.all(
      numbers(size).map((step) => ctx.task(Send, { label: labelled(ctx, `send-${step}`), ms })),
    );
    return sent.length;
  },
);

export const refused = flow(
  {
    name: 'refused',
    description: 'Goes on after a step that is refused, and fails at the next',
    input: SizeInput,
  },
  async ({ ms }, ctx) => {
    const caught = await ctx
      .task(Work, { label: labelled(ctx, 'first'), ms, refuses: true })
      .catch(() => 'caught');
    const declined = await ctx.task(Work, { label: labelled(ctx, 'second'), ms, declines: true });
    if (declined.success !== false) throw new Error('the second step was to decline');
    await ctx.task(Work, { label: labelled(ctx, 'third'), ms, refuses: true });
    return caught;
  },
);

export const overdue = flow(
  { name: 'overdue', description: 'A step that takes longer than it may', input: SizeInput },
  async ({ ms }, ctx) => {
    const late = await ctx.task(hasty, { label: labelled(ctx, 'late'), ms: 60_000 }).catch(() => 'late');
    await ctx.task(Work, { label: labelled(ctx, 'after'), ms });
    return late;
  },
);

export const bulky = flow(
  { name: 'bulky', description: 'A result that does not fit into a message', input: SizeInput },
  async ({ ms }, ctx) => {
    const { text } = await ctx.task(Work, { label: labelled(ctx, 'bulk'), ms, characters: 300_000 });
    await ctx.task(Work, { label: labelled(ctx, 'after'), ms });
    return text?.length ?? 0;
  },
);
