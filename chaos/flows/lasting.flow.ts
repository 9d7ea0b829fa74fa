import { flow, task } from '#libs/flows';
import { Send, Work } from '../operations/contracts.js';
import { SizeInput } from './inputs.js';

/** Each round is a run of its own. */
export const rounds = flow(
  { name: 'rounds', description: 'Goes on in new runs', input: SizeInput },
  async ({ size, ms }, ctx) => {
    await ctx.task(Work, { label: `${ctx.runId}/round-${size}`, ms });
    await ctx.task(Send, { label: `${ctx.runId}/send-${size}`, ms });
    if (size > 1) return ctx.continueAsNew({ size: size - 1, ms });
    return 'done';
  },
);

export const parentOfRounds = flow(
  { name: 'parent_of_rounds', description: 'Waits for a child that goes on in new runs', input: SizeInput },
  async (input, ctx) => ctx.flow(rounds, input),
);

export const counting = flow(
  { name: 'counting', description: 'Counts on from the run before', input: SizeInput },
  async ({ ms }, ctx) => {
    const count = await ctx.state('count', 0);
    await ctx.task(Work, { label: `${ctx.runId}/after-${count.value}`, ms });
    count.set(count.value + 1);
    return count.value;
  },
);

const remembered = task(
  {
    name: 'remembered',
    cacheKey: ({ flow: name }, { ms }: { ms: number }) => `${name}-${ms % 3}`,
    cacheExpirationSeconds: 2,
    resultStorageKey: 'latest_{flow}',
  },
  Work,
);

export const remembering = flow(
  { name: 'remembering', description: 'Uses again what was found before', input: SizeInput },
  async ({ ms }, ctx) => {
    const before = await ctx.storedResult<{ label: string }>('latest_remembering');
    const { label } = await ctx.task(remembered, { label: `${ctx.runId}/look`, ms });
    await ctx.task(Work, { label: `${ctx.runId}/after`, ms });
    return { before: before?.label ?? null, label };
  },
);

const impatient = task({ name: 'impatient', scheduleToStartSeconds: 0.5 }, Work);
const limited = task(
  { name: 'limited', scheduleToCloseSeconds: 0.8, retries: 50, retryDelaySeconds: 0.1 },
  Work,
);

export const limits = flow(
  { name: 'limits', description: 'Steps that may neither wait nor take too long', input: SizeInput },
  async ({ size, ms }, ctx) => {
    const begun = await Promise.all(
      Array.from({ length: size }, (_, step) =>
        ctx.task(impatient, { label: `${ctx.runId}/begin-${step}`, ms }).then(
          () => true,
          () => false,
        ),
      ),
    );
    const closed = await ctx
      .task(limited, { label: `${ctx.runId}/limited`, ms, failures: 50 })
      .catch(() => 'given up');
    return { begun: begun.length, closed };
  },
);

/** Restarted from one of its steps once it has ended. */
export const restarted = flow(
  { name: 'restarted', description: 'Fails, and is begun again from a step', input: SizeInput },
  async ({ size, ms }, ctx) => {
    for (let step = 0; step < 3; step++)
      await ctx.task(Work, { label: `${ctx.runId}/step-${step}`, ms }, { key: `step-${step}` });
    if (size % 2 === 0) throw new Error('it is one of those that fail');
    return size;
  },
);
