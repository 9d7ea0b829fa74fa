import { describe, expect, it } from '@jest/globals';
import type { FlowContext } from '../context.js';
import { sampleOperation } from '../testing/sample-operations.js';
import { sample, simulate, types } from './simulated.fixtures.js';

const fetchOne = sampleOperation('fetch_one');
const child = sample(async () => 1, { name: 'child' });

/** Everything that a context gives a promise for. */
const ASKS: Record<string, (ctx: FlowContext) => Promise<unknown>> = {
  task: (ctx) => ctx.task(fetchOne, {}),
  map: (ctx) => ctx.map([1], () => ctx.task(fetchOne, {})),
  flow: (ctx) => ctx.flow(child, {}),
  startFlow: (ctx) => ctx.startFlow(child, { value: 1n } as never),
  race: (ctx) => ctx.race([(own) => own.task(fetchOne, {})]),
  sleep: (ctx) => ctx.sleep(1),
  signal: (ctx) => ctx.signal('word'),
  approval: (ctx) => ctx.approval('yes'),
  state: (ctx) => ctx.state('mark', 0),
  storedResult: (ctx) => ctx.storedResult('kept'),
  continueAsNew: (ctx) => ctx.continueAsNew({ value: 1 }),
};

describe('what a context promises', () => {
  it.each(Object.keys(ASKS))('may be rejected while nobody looks: %s (rule 9)', async (name) => {
    const run = simulate(
      sample(async (_input, ctx) => {
        const asked = ASKS[name]!(ctx);
        await ctx.signal('go on').catch(() => undefined);
        await asked;
      }),
    );
    await run.start();
    await run.cancel();
    expect(types(run).at(-1)).toBe('FlowCancelled');
  });

  it.each(Object.keys(ASKS))('is refused at once after a cancel: %s', async (name) => {
    const run = simulate(
      sample(async (_input, ctx) => {
        await ctx.signal('go on').catch(() => undefined);
        void ASKS[name]!(ctx);
        await ctx.shielded.sleep(1);
      }),
    );
    await run.start();
    await run.cancel();
    await run.fire('sleep-2');
    expect(types(run).at(-1)).toBe('FlowCancelled');
  });
});
