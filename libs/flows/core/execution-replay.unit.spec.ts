import { describe, expect, it } from '@jest/globals';
import { task } from '../task.js';
import { sampleOperation } from '../testing/sample-operations.js';
import type { SimulatedRun } from '../testing/simulated-run.js';
import { sample, simulate } from './simulated.fixtures.js';

const fetchOne = sampleOperation('fetch_one');
const store = sampleOperation('store');

describe('what stops a run for a person', () => {
  it('halts when the outcome of a task is unknown', async () => {
    const run = simulate(sample((_input, ctx) => ctx.task(fetchOne, {})));
    await run.start();
    expect(await run.fail(1, { disposition: 'halt', message: 'sent or not?' })).toMatchObject([
      { type: 'RunHalted', reason: 'ambiguous' },
    ]);
  });

  it('halts a flow that waits for something outside its history (rule 2)', async () => {
    const run = simulate(sample(() => new Promise(() => undefined)));
    await expect(run.start()).rejects.toMatchObject({ reason: 'foreign-promise' });
  });

  it('halts a flow that uses its context outside an activation (rule 2)', async () => {
    let go!: () => void;
    const outside = new Promise<void>((resolve) => (go = resolve));
    const run = simulate(
      sample(async (_input, ctx) => {
        void outside.then(() => ctx.task(store, {})).catch(() => undefined);
        return ctx.task(fetchOne, {});
      }),
    );
    await run.start();
    go();
    await outside;
    await Promise.resolve();
    expect(run.violations).toMatchObject([{ reason: 'foreign-promise' }]);
    await expect(run.succeed(1, {})).rejects.toMatchObject({ reason: 'foreign-promise' });
  });
});

describe('a run that is read from the log again', () => {
  const journey = sample(
    async (input, ctx) => {
      const id = ctx.uuid();
      const [a, b] = await Promise.all([
        ctx.task(task({ name: 'a', retries: 1 }, fetchOne), { value: id }),
        ctx.task(fetchOne, { value: String(ctx.random()) }),
      ]);
      await ctx.sleep(1);
      return ctx.task(store, { value: `${a.value}${b.value}${ctx.now().getTime()}` });
    },
    { retries: 1 },
  );

  async function travelled(): Promise<SimulatedRun> {
    const run = simulate(journey);
    await run.start();
    await run.fail(1);
    await run.succeed(2, { value: 'B' });
    await run.succeed(1, { value: 'A' });
    await run.fire('sleep-3');
    await run.fail(4, { disposition: 'terminal' });
    await run.fire('sleep-5');
    return run;
  }

  it('needs no further decision', async () => {
    const run = await travelled();
    expect(await run.reload()).toEqual([]);
  });

  it('decides the same again wherever a crash has cut its decisions', async () => {
    const whole = (await travelled()).decisions;
    for (let keep = 0; keep <= whole.length; keep++) {
      const run = await travelled();
      await run.reload(keep);
      expect(run.decisions).toEqual(whole);
    }
  });

  it('writes no log line twice', async () => {
    const run = simulate(
      sample(async (_input, ctx) => {
        ctx.log.info('first');
        await ctx.task(fetchOne, {});
        ctx.log.info('second');
      }),
    );
    await run.start();
    await run.reload();
    await run.succeed(1, {});
    expect(run.lines.map(({ message }) => message)).toEqual(['first', 'second']);
  });

  it('halts with the step, what the log holds and what the code asks for when its code has changed', async () => {
    const run = await travelled();
    const changed = sample((_input, ctx) => ctx.task(store, {}));
    await expect(run.reload(Infinity, changed)).rejects.toMatchObject({
      reason: 'non-determinism',
      logHolds: 'task a (operation sample.fetch_one, step 1, attempt 1)',
      codeAsks: 'task store (operation sample.store, step 1, attempt 1)',
    });
  });

  it('halts when the code asks for less than the log holds', async () => {
    const run = simulate(sample((_input, ctx) => Promise.all([ctx.task(fetchOne, {}), ctx.task(store, {})])));
    await run.start();
    await expect(
      run.reload(
        Infinity,
        sample((_input, ctx) => ctx.task(fetchOne, {})),
      ),
    ).rejects.toMatchObject({
      reason: 'non-determinism',
      codeAsks: 'nothing more',
    });
  });
});
