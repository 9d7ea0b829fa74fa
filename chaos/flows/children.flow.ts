import { flow } from '#libs/flows';
import { Send, Work } from '../operations/contracts.js';
import { SizeInput } from './inputs.js';
import { chain, refused, sending } from './tasks.flow.js';

export const parent = flow(
  { name: 'parent', description: 'Has children and waits for them', input: SizeInput },
  async ({ size, ms }, ctx) => {
    const children = await Promise.all(
      Array.from({ length: size }, (_, child) =>
        child % 2 === 0
          ? ctx.flow(chain, { size: 2, ms }, { key: `child-${child}` })
          : ctx.flow(sending, { size: 2, ms }, { key: `child-${child}` }),
      ),
    );
    await ctx.task(Work, { label: `${ctx.runId}/after`, ms });
    return children.length;
  },
);

export const grandparent = flow(
  { name: 'grandparent', description: 'Has children that have children', input: SizeInput },
  async ({ ms }, ctx) => {
    const below = await ctx.flow(parent, { size: 2, ms });
    await ctx.task(Send, { label: `${ctx.runId}/send`, ms });
    return below;
  },
);

export const disappointed = flow(
  { name: 'disappointed', description: 'Goes on after a child has failed', input: SizeInput },
  async ({ ms }, ctx) => {
    const outcome = await ctx.flow(refused, { size: 1, ms }).then(
      () => 'it went well',
      () => 'it failed',
    );
    await ctx.task(Work, { label: `${ctx.runId}/after`, ms });
    return outcome;
  },
);

export const releasing = flow(
  { name: 'releasing', description: 'Starts others that go on by themselves', input: SizeInput },
  async ({ size, ms }, ctx) => {
    const started: string[] = [];
    for (let child = 0; child < size; child++)
      started.push((await ctx.startFlow(chain, { size: 2, ms }, { key: `child-${child}` })).runId);
    return started;
  },
);

const endless = flow(
  { name: 'endless', description: 'Never ends by itself', input: SizeInput },
  async ({ ms }, ctx) => {
    await ctx.task(Work, { label: `${ctx.runId}/first`, ms });
    await Promise.all([ctx.sleep(3_600), ctx.task(Work, { label: `${ctx.runId}/endless`, ms: 120_000 })]);
  },
);

/** Cancelled with children and their operations running. */
export const cancelledParent = flow(
  { name: 'cancelled_parent', description: 'Is cancelled with all that it has begun', input: SizeInput },
  async ({ size, ms }, ctx) => {
    await Promise.all(
      Array.from({ length: size }, (_, child) =>
        ctx.flow(endless, { size: 1, ms }, { key: `child-${child}` }),
      ),
    );
  },
);

export const FAMILY = [endless];
