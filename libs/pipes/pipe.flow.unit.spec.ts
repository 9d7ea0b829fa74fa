import { afterEach, describe, expect, it } from '@jest/globals';
import { BOTH_WAYS, replay, testEnvironment } from '#libs/flows/testing';
import type { PlayedOperations, PlayedRun, TestEnvironment } from '#libs/flows/testing';
import { TerminalError } from '#libs/operations';
import { pipeFlow } from './pipe.flow.js';
import { Gather, Join } from './sample-operations.fixtures.js';

const pipe = pipeFlow([Gather, Join]);
const gather = { id: 'first', use: 'gather', with: { words: ['x'] } };
const join = {
  use: 'join',
  with: { ids: '${{ steps.first.ids }}', note: '${{ steps.first.ids.length }} ids' },
};
const asText = ({ ids, note }: { ids: string[]; note: string }) => ({ text: `${ids.join('+')} (${note})` });

describe.each(BOTH_WAYS)('a pipe, %s', (_how, replayAlways) => {
  let env: TestEnvironment;
  afterEach(() => env.close());
  const run = async (operations: PlayedOperations, input: object) => {
    env = await testEnvironment({ flows: [pipe], operations, replayAlways });
    return env.start(pipe, input);
  };

  it('does one step after the other, each with what the earlier ones gave', async () => {
    const gathered = { success: true, ids: ['a', 'b'] };
    const started = await run({ gather: gathered, join: asText }, { steps: [gather, join] });
    expect(await started.result()).toEqual({ steps: { first: gathered, join: { text: 'a+b (2 ids)' } } });
    expect((await started.view()).steps).toMatchObject([{ name: 'first' }, { name: 'join' }]);
  });

  it('can be replayed from what was recorded of it', async () => {
    const started = await run(
      { gather: { success: true, ids: ['a'] }, join: asText },
      { steps: [gather, join] },
    );
    await started.result();
    expect(await replay(pipe, await started.export())).toMatchObject({ ended: true, missing: [] });
  });

  it('tries a step twice more, 30 s apart', async () => {
    const at: number[] = [];
    const started = await run(
      {
        gather: () => {
          at.push(env.now().getTime() / 1_000);
          if (at.length < 3) throw new Error('not yet');
          return { success: true, ids: [] };
        },
      },
      { steps: gather },
    );
    expect(await started.result()).toEqual({ steps: { first: { success: true, ids: [] } } });
    expect(at.map((second) => second - at[0]!)).toEqual([0, 30, 60]);
  });

  it.each([
    [{ steps: gather, retries: 0 }, 1],
    [{ steps: { ...gather, retries: 4, retryDelaySeconds: 1 } }, 5],
    [{ steps: { ...gather, retries: 0 }, retries: 3 }, 1],
  ])('tries as often as it is told: %j', async (input, tries) => {
    let tried = 0;
    const started = await run(
      {
        gather: () => {
          tried++;
          throw new Error('never');
        },
      },
      input,
    );
    await expect(started.result()).rejects.toThrow(`failed after ${tries} attempt`);
    expect(tried).toBe(tries);
  });

  it('does not try again what no further try would help', async () => {
    let tried = 0;
    const started = await run(
      {
        gather: () => {
          tried++;
          throw new TerminalError('sample/closed', 'closed for good');
        },
      },
      { steps: [gather, join] },
    );
    await expect(started.result()).rejects.toMatchObject({ code: 'sample/closed' });
    expect(tried).toBe(1);
  });

  it('ends where a step was not successful, after its tries', async () => {
    let tried = 0;
    const gathered = () => ({ success: false, ids: [], message: `try ${++tried} found nothing` });
    const started = await run({ gather: gathered, join: asText }, { steps: [gather, join] });
    await expect(started.result()).rejects.toThrow(
      'step first: gather was not successful: try 3 found nothing',
    );
  });

  it('goes on without a step that says so, and names it in the end', async () => {
    const started = await run(
      {
        gather: ({ words }: { words: string[] }) => {
          if (words[0] === 'bad') throw new TerminalError('sample/closed', 'closed for good');
          return { success: words[0] !== 'poor', ids: [] };
        },
        join: asText,
      },
      {
        retries: 0,
        steps: [
          { ...gather, id: 'bad', with: { words: ['bad'] }, onFailure: 'continue' },
          { ...gather, id: 'poor', with: { words: ['poor'] }, onFailure: 'continue' },
          { id: 'lost', use: 'join', with: { ids: '${{ steps.bad.ids }}' }, onFailure: 'continue' },
          { id: 'kept', use: 'join', with: { ids: '${{ steps.poor.ids }}', note: 'none' } },
        ],
      },
    );
    expect(await started.result()).toEqual({
      steps: { poor: { success: false, ids: [] }, kept: { text: ' (none)' } },
      failed: {
        bad: { code: 'sample/closed', message: expect.stringContaining('closed for good') },
        poor: { code: 'pipe/step-unsuccessful', message: expect.stringContaining('it gave no reason') },
        lost: {
          code: 'pipe/bad-expression',
          message: 'step lost: ${{ steps.bad.ids }} names no step that has given something; there are poor',
        },
      },
    });
  });

  it.each([
    [['a'], true],
    [[], false],
  ])('leaves a step out whose `when` gives nothing: %j', async (ids, done) => {
    const started = await run(
      { gather: { success: true, ids }, join: asText },
      { steps: [gather, { ...join, when: '${{ steps.first.ids }}' }] },
    );
    const first = { success: true, ids };
    expect(await started.result()).toEqual(
      done ? { steps: { first, join: { text: 'a (1 ids)' } } } : { steps: { first }, skipped: ['join'] },
    );
  });

  it('ends by its own clock where a step takes too long', async () => {
    const started = await run(
      { gather: async (_input: object, played: PlayedRun) => (await played.sleep(10), {}) },
      { steps: { ...gather, timeoutSeconds: 5, retries: 0 } },
    );
    await expect(started.result()).rejects.toMatchObject({ code: 'operation/timeout' });
  });

  it('names the step, the expression and what there is where an output lacks it', async () => {
    const started = await run(
      { gather: { success: true, ids: [], message: null } },
      { steps: [gather, { use: 'join', with: { ids: ['${{ steps.first.ids[0] }}'] } }] },
    );
    await expect(started.result()).rejects.toMatchObject({
      code: 'pipe/bad-expression',
      record: {
        message: 'step join: ${{ steps.first.ids[0] }} cannot be found: steps.first.ids is a list of 0',
      },
    });
  });

  it('is cancelled as any other flow, also in a step that may fail', async () => {
    const started = await run(
      { gather: (_input: object, played: PlayedRun) => played.untilStopped() },
      { steps: { ...gather, onFailure: 'continue' } },
    );
    await started.cancel('enough');
    expect(await started.end()).toMatchObject({ status: 'cancelled', reason: 'enough' });
  });

  it('is refused before it begins where it is wrong', async () => {
    await expect(run({}, { steps: [{ use: 'gathr' }] })).rejects.toMatchObject({
      code: 'flow/invalid-input',
      fields: [{ field: 'steps[0].use' }],
    });
  });
});
