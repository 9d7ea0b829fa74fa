import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ForeignPromiseError } from '../core/index.js';
import { ActivationGate, settleMicrotasks, SpoiledTurnError } from './activation-gate.js';

const activation = (over: { alone?: boolean } = {}) => ({
  runId: 'run-1',
  seq: 1,
  alone: false,
  violate: jest.fn<(error: Error) => void>(),
  ...over,
});

/** A turn is over a moment after its results are handed over. */
const nothingTurns = () => new Promise((resolve) => setImmediate(resolve));

describe('the gate of activations', () => {
  it('lets the next one begin when the promises of the one before have settled', async () => {
    const gate = new ActivationGate();
    const steps: string[] = [];
    const body = (name: string) => async () => {
      steps.push(`${name} in`);
      for (let i = 0; i < 10; i++) await Promise.resolve();
      steps.push(`${name} out`);
    };
    await Promise.all(['a', 'b', 'c'].map((name) => gate.run(activation(), body(name))));
    expect(steps).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out']);
  });

  it('lets the next one in after one that failed', async () => {
    const gate = new ActivationGate();
    const failing = gate.run(activation(), () => Promise.reject(new Error('no')));
    const next = gate.run(activation(), async () => 'fine');
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe('fine');
  });

  it('tells its observer who is inside', async () => {
    const entered = jest.fn();
    const left = jest.fn();
    const one = activation();
    await new ActivationGate({ entered, left }).run(one, async () => undefined);
    expect(entered).toHaveBeenCalledWith(one);
    expect(left).toHaveBeenCalledTimes(1);
  });

  it('settles only when no microtask is left, whatever it is called from', async () => {
    let depth = 0;
    const dig = async (): Promise<void> => {
      if (depth++ < 100) return Promise.resolve().then(dig);
    };
    void dig();
    await settleMicrotasks();
    expect(depth).toBe(101);
  });
});

describe('a rejection that nobody handles (rule 9)', () => {
  // Jest catches such rejections before any listener of ours, so the listener itself is called.
  const listening = jest.spyOn(process, 'on');
  let gate: ActivationGate;
  let unguard: () => void;
  let reject: (reason: unknown) => void;
  const report = jest.fn<(message: string) => void>();

  beforeEach(() => {
    report.mockClear();
    gate = new ActivationGate();
    unguard = gate.guardRejections(report);
    reject = listening.mock.calls.findLast(
      ([event]) => (event as string) === 'unhandledRejection',
    )![1] as typeof reject;
  });
  afterEach(() => unguard());

  it('is not put down to a run that happened to be the only one in the turn: it is begun again first', async () => {
    const one = activation();
    const result = gate.run(one, async () => reject(new Error('a neighbour, late')));
    await expect(result).rejects.toBeInstanceOf(SpoiledTurnError);
    expect(one.violate).not.toHaveBeenCalled();
  });

  it('halts the run that had asked for the turn to itself', async () => {
    const one = activation({ alone: true });
    const result = gate.run(one, async () => reject(new Error('nobody looks')));
    await expect(result).rejects.toMatchObject({ reason: 'unhandled-rejection' });
    expect(one.violate).toHaveBeenCalledWith(expect.objectContaining({ reason: 'unhandled-rejection' }));
  });

  it('spoils a turn of several: none of it may be used, and nobody is blamed', async () => {
    const first = activation();
    const second = activation();
    const opening = gate.run(activation(), async () => 'alone in the first turn');
    const results = await Promise.allSettled([
      opening,
      gate.run(first, async () => reject(new Error('nobody looks'))),
      gate.run(second, async () => 'innocent'),
    ]);
    expect(results.slice(1)).toMatchObject([
      { status: 'rejected', reason: expect.any(SpoiledTurnError) },
      { status: 'rejected', reason: expect.any(SpoiledTurnError) },
    ]);
    expect(first.violate).not.toHaveBeenCalled();
    expect(second.violate).not.toHaveBeenCalled();
  });

  it('is put down to its run once each of them has a turn of its own', async () => {
    const guilty = activation({ alone: true });
    const innocent = activation({ alone: true });
    const results = await Promise.allSettled([
      gate.run(guilty, async () => reject(new Error('nobody looks'))),
      gate.run(innocent, async () => 'innocent'),
    ]);
    expect(results).toMatchObject([{ status: 'rejected' }, { status: 'fulfilled', value: 'innocent' }]);
    expect(guilty.violate).toHaveBeenCalledTimes(1);
    expect(innocent.violate).not.toHaveBeenCalled();
  });

  it('is thrown on while no flow has run', () => {
    expect(() => reject(new Error('not a flow'))).toThrow('not a flow');
  });

  it('is reported with the runs of the last turn when none is inside, and ends nothing', async () => {
    await gate.run(activation(), async () => undefined);
    await nothingTurns();
    expect(() => reject(new Error('left behind'))).not.toThrow();
    expect(report).toHaveBeenCalledTimes(1);
    expect(report.mock.calls[0]![0]).toMatch(/were run-1: Error: left behind/);
  });

  it('is not reported again where the engine itself has refused something outside an activation', async () => {
    await gate.run(activation(), async () => undefined);
    await nothingTurns();
    reject(new ForeignPromiseError('task x was asked for outside an activation'));
    expect(report).not.toHaveBeenCalled();
  });

  it('spoils the next turn of nobody when it came between two', async () => {
    await gate.run(activation(), async () => undefined);
    await nothingTurns();
    reject(new Error('left behind'));
    await expect(gate.run(activation(), async () => 'fine')).resolves.toBe('fine');
  });
});
