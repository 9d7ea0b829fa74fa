import { describe, expect, it } from '@jest/globals';
import { CURRENT_BEHAVIOURS } from './behaviours.js';
import { sampleOperation } from '../testing/sample-operations.js';
import type { SimulatedRun } from '../testing/simulated-run.js';
import { sample, simulate, types } from './simulated.fixtures.js';

const fetchOne = sampleOperation('fetch_one');
const store = sampleOperation('store');

const cleaning = sample(
  async (_input, ctx) => {
    await ctx.task(fetchOne, {}).catch(() => ctx.shielded.task(store, {}));
  },
  { timeoutSeconds: 60 },
);

/** A run that an engine without numbered behaviours had begun. */
async function begunBefore(): Promise<SimulatedRun> {
  const run = simulate(cleaning);
  await run.start();
  run.log.splice(
    0,
    run.log.length,
    ...run.log.map((entry) =>
      entry.event.type === 'FlowStarted'
        ? { ...entry, event: { type: entry.event.type, flow: 'sample', version: '1', tags: [] } as const }
        : entry,
    ),
  );
  await run.reload();
  return run;
}

describe('what a run goes by (rule 11)', () => {
  it('is pinned by its first decision', async () => {
    const run = simulate(cleaning);
    await run.start();
    expect(run.decisions[0]).toMatchObject({ type: 'FlowStarted', behaviours: CURRENT_BEHAVIOURS });
  });

  it('is what it was when the run began: an older run still ends at once when it is cancelled', async () => {
    const run = await begunBefore();
    await run.cancel();
    expect(types(run).slice(-2)).toEqual(['TasksCancelled', 'FlowCancelled']);
  });

  it('is what it was when the run began: an older run still ends at once when its time is over', async () => {
    const run = await begunBefore();
    await run.fire('flow-timeout');
    expect(types(run).slice(-2)).toEqual(['TasksCancelled', 'FlowFailed']);
  });

  it('is what it was when the run began: an older run says nothing of the waits that lost a race', async () => {
    const run = simulate(
      sample((_input, ctx) => ctx.race<unknown>([(own) => own.signal('a'), (own) => own.sleep(60)])),
    );
    await run.start();
    const [begun] = run.log.filter(({ event }) => event.type === 'FlowStarted');
    run.log[run.log.indexOf(begun!)] = {
      ...begun!,
      event: { type: 'FlowStarted', flow: 'sample', version: '1', tags: [] },
    };
    await run.reload();
    expect((await run.signal('a', 1)).map(({ type }) => type)).toEqual(['FlowCompleted']);
  });

  it('is today’s for a new run, which may clean up', async () => {
    const run = simulate(cleaning);
    await run.start();
    await run.cancel();
    expect(run.task(2).task).toBe('store');
  });
});
