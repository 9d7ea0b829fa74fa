import { describe, expect, it } from '@jest/globals';
import { sampleOperation } from '../testing/sample-operations.js';
import { sample, simulate, types } from './simulated.fixtures.js';

const fetchOne = sampleOperation('fetch_one');

describe('ctx.artifact', () => {
  it('is recorded as a step of its own, which nothing is awaited for', async () => {
    const run = simulate(
      sample(async (_input, ctx) => {
        ctx.artifact({ kind: 'markdown', key: 'summary', title: 'What came of it', data: '# Nothing' });
        ctx.artifact({ kind: 'table', data: [{ a: 1 }] });
        return 'done';
      }),
    );
    await run.start();
    expect(run.decisions.slice(1)).toEqual([
      {
        type: 'ArtifactRecorded',
        step: 1,
        artifact: { kind: 'markdown', key: 'summary', title: 'What came of it', data: '# Nothing' },
      },
      { type: 'ArtifactRecorded', step: 2, artifact: { kind: 'table', data: [{ a: 1 }] } },
      { type: 'FlowCompleted', result: 'done' },
    ]);
  });

  it('is what its data was at that moment', async () => {
    const run = simulate(
      sample(async (_input, ctx) => {
        const rows = [{ a: 1 }];
        ctx.artifact({ kind: 'table', data: rows });
        rows[0]!.a = 2;
      }),
    );
    await run.start();
    expect(run.decisions[1]).toMatchObject({ artifact: { data: [{ a: 1 }] } });
  });

  it('must hold JSON', async () => {
    const run = simulate(sample(async (_input, ctx) => ctx.artifact({ kind: 'table', data: [1n] })));
    await run.start();
    expect(run.decisions.at(-1)).toMatchObject({
      type: 'FlowFailed',
      error: {
        code: 'flow/not-serialisable',
        message: expect.stringContaining('the data of the table artifact'),
      },
    });
  });

  it('is not recorded once the run was told to end, unless for cleaning up', async () => {
    const run = simulate(
      sample(async (_input, ctx) => {
        await ctx.task(fetchOne, {}).catch(() => undefined);
        ctx.artifact({ kind: 'link', data: 'lost' });
        ctx.shielded.artifact({ kind: 'link', data: 'kept' });
      }),
    );
    await run.start();
    await run.cancel();
    expect(run.decisions.filter((event) => event.type === 'ArtifactRecorded')).toMatchObject([
      { artifact: { data: 'kept' } },
    ]);
  });

  it('is recorded again by each try of the flow', async () => {
    const run = simulate(
      sample(
        async (_input, ctx) => {
          ctx.artifact({ kind: 'markdown', key: 'k', data: `try ${ctx.attempt}` });
          await ctx.task(fetchOne, {});
        },
        { retries: 1 },
      ),
    );
    await run.start();
    await run.fail(2, { disposition: 'terminal' });
    expect(types(run).filter((type) => type === 'ArtifactRecorded')).toHaveLength(2);
  });
});
