import { beforeEach, describe, expect, it } from '@jest/globals';
import { memoryBuckets, type KeyValues } from '#libs/key-values';
import { createMemoryRunLog, flowRunId, streamSeq, type MemoryRunLog } from '#libs/run-log';
import { FlowStates } from './flow-states.js';

const scope = { flow: 'greet', userId: 'someone@example.org' };
const from = (seq: number, run = `run-${seq}`) => ({
  runId: flowRunId(run),
  seq: streamSeq(seq),
  at: 1_000 + seq,
});
let values: KeyValues;
let log: MemoryRunLog;
let states: FlowStates;

beforeEach(() => {
  values = memoryBuckets().open('STATES');
  log = createMemoryRunLog();
  states = new FlowStates(values, log);
});

const read = (name: string) => states.read(scope, name);

describe('the durable state of a flow', () => {
  it('is nothing until a run has completed', async () => {
    expect(await read('mark')).toEqual({ name: 'mark', found: false });
  });

  it('is what the last completion says, whatever order they are written in', async () => {
    await states.complete(scope, 'mark', 'new', from(7));
    await states.complete(scope, 'mark', 'old', from(3));
    await states.complete(scope, 'mark', 'again', from(7));
    expect(await read('mark')).toEqual({
      name: 'mark',
      found: true,
      value: 'new',
      runId: 'run-7',
      at: 1_007,
      revision: '7.0',
    });
  });

  it('is written once by each of two that complete at the same time, and the later holds', async () => {
    const both = [from(5), from(6)].map((by) => states.complete(scope, 'mark', by.seq, by));
    await Promise.all(both);
    expect(await read('mark')).toMatchObject({ value: 6 });
  });

  it('is kept apart by flow, user and name', async () => {
    await states.complete(scope, 'a.b', 1, from(1));
    for (const apart of [
      { ...scope, flow: 'other' },
      { ...scope, userId: 'other' },
    ])
      expect(await states.read(apart, 'a.b')).toMatchObject({ found: false });
    expect(await read('a')).toMatchObject({ found: false });
    expect(await read('a.b')).toMatchObject({ value: 1 });
  });

  it('set by a person holds until a later run completes, and no earlier one takes it back', async () => {
    await states.complete(scope, 'mark', 'run', from(7));
    await states.set(scope, 'mark', { by: 'hand' }, 5);
    expect(await read('mark')).toEqual({
      name: 'mark',
      found: true,
      value: { by: 'hand' },
      runId: null,
      at: 5,
      revision: '7.1',
    });
    await states.complete(scope, 'mark', 'run', from(7));
    expect(await read('mark')).toMatchObject({ value: { by: 'hand' } });
    await states.complete(scope, 'mark', 'later', from(8));
    expect(await read('mark')).toMatchObject({ value: 'later' });
  });

  it('is changed by a person only where it is what they have read', async () => {
    await states.complete(scope, 'mark', 'run', from(7));
    const { revision } = await read('mark');
    await states.announce(scope, 'mark', flowRunId('run-9'));
    expect((await states.set(scope, 'mark', 'first', 5, revision)).revision).toBe('7.1');
    await expect(states.set(scope, 'mark', 'second', 5, revision)).rejects.toMatchObject({
      code: 'flow/state-conflict',
      expected: '7.0',
      actual: '7.1',
    });
    await expect(states.reset(scope, 'mark', 5, revision)).rejects.toMatchObject({
      code: 'flow/state-conflict',
    });
    expect(await read('mark')).toMatchObject({ value: 'first' });
    await states.reset(scope, 'mark', 5, '*');
    await expect(states.set(scope, 'mark', 'third', 5, '*')).rejects.toThrow('nothing is kept there');
    await states.set(scope, 'mark', 'first', 5);
    expect((await read('mark')).revision).toBe('7.3');
  });

  it('is changed once by two people who have read the same', async () => {
    await states.set(scope, 'mark', 0, 5);
    const { revision } = await read('mark');
    const both = await Promise.allSettled(
      [1, 2].map((value) => states.set(scope, 'mark', value, 5, revision)),
    );
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('reset by a person stays away, though the same completion is written again', async () => {
    await states.complete(scope, 'mark', 'run', from(7));
    expect(await states.reset(scope, 'mark', 5)).toEqual({ name: 'mark', found: false });
    await states.complete(scope, 'mark', 'run', from(7));
    expect(await read('mark')).toEqual({ name: 'mark', found: false });
    await states.complete(scope, 'mark', 'later', from(8));
    expect(await read('mark')).toMatchObject({ value: 'later' });
  });

  it('may be null, which is not nothing', async () => {
    await states.set(scope, 'mark', undefined, 5);
    expect(await read('mark')).toMatchObject({ found: true, value: null });
  });

  it('is listed by name, without what was reset', async () => {
    for (const name of ['b', 'a', 'gone']) await states.set(scope, name, name, 5);
    await states.reset(scope, 'gone', 6);
    await states.set({ ...scope, userId: 'other' }, 'c', 1, 5);
    expect((await states.list(scope)).map(({ name }) => name)).toEqual(['a', 'b']);
  });

  describe('of a run that has announced itself', () => {
    const runId = flowRunId('run-1');
    const actor = { userId: 'local', channel: 'nats' } as const;
    const start = {
      type: 'StartRequested',
      flow: 'greet',
      input: {},
      inputHash: '',
      actor,
      flags: {},
      tags: [],
    } as const;
    const begun = { type: 'FlowStarted', flow: 'greet', version: '1', tags: [] } as const;

    beforeEach(async () => {
      await states.complete(scope, 'mark', 'old', { runId: flowRunId('run-0'), seq: streamSeq(0.5), at: 1 });
      await log.start(runId, start);
      await states.announce(scope, 'mark', runId);
    });

    it('is the old one while the run goes on', async () => {
      await log.decide(runId, streamSeq(0), [begun]);
      expect(await read('mark')).toMatchObject({ value: 'old' });
    });

    it('is the new one as soon as its decision is stored, though nobody has written it yet', async () => {
      await log.decide(runId, streamSeq(0), [
        begun,
        { type: 'FlowCompleted', result: null, state: { mark: 'new' } },
      ]);
      expect(await read('mark')).toMatchObject({ value: 'new', runId });
      expect((await values.get(['state', scope.flow, scope.userId, 'mark']))?.value).not.toHaveProperty(
        'announced',
      );
    });

    it('is the old one when the run has failed', async () => {
      const error = { code: 'x', message: 'x', disposition: 'terminal' } as const;
      await log.decide(runId, streamSeq(0), [begun, { type: 'FlowFailed', error }]);
      expect(await read('mark')).toMatchObject({ value: 'old' });
    });

    it('takes a person’s word only after what the run has set', async () => {
      await log.decide(runId, streamSeq(0), [
        begun,
        { type: 'FlowCompleted', result: null, state: { mark: 'new' } },
      ]);
      await states.set(scope, 'mark', 'by hand', 5);
      expect(await read('mark')).toMatchObject({ value: 'by hand', runId: null });
    });
  });
});
