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
  let reject: (reason: unknown, promise: Promise<unknown>) => void;
  const report = jest.fn<(message: string) => void>();
  /** Somebody else's: made before any turn, and never settled in one. */
  const strays = Promise.resolve();

  beforeEach(() => {
    report.mockClear();
    gate = new ActivationGate();
    unguard = gate.guardRejections(report);
    reject = listening.mock.calls.findLast(
      ([event]) => (event as string) === 'unhandledRejection',
    )![1] as typeof reject;
  });
  afterEach(() => unguard());

  /** Leaves promises to be told of when the turn is over, as Node does it. */
  const leave = (...promises: Promise<unknown>[]): void => {
    for (const promise of promises) promise.catch((reason: unknown) => reject(reason, promise));
  };
  const leavesOne = async (): Promise<string> => {
    leave(Promise.reject(new Error('nobody looks')));
    return 'done';
  };

  it('is not put down to a run that happened to be the only one in the turn: it is begun again first', async () => {
    const one = activation();
    const result = gate.run(one, async () => reject(new Error('a neighbour, late'), strays));
    await expect(result).rejects.toBeInstanceOf(SpoiledTurnError);
    expect(one.violate).not.toHaveBeenCalled();
  });

  it('halts the run that had asked for the turn to itself', async () => {
    const one = activation({ alone: true });
    await expect(gate.run(one, leavesOne)).rejects.toMatchObject({ reason: 'unhandled-rejection' });
    expect(one.violate).toHaveBeenCalledWith(
      expect.objectContaining({
        reason: 'unhandled-rejection',
        message: expect.stringContaining('nobody looks'),
      }),
    );
    expect(report).not.toHaveBeenCalled();
  });

  it.each([
    [
      'is made by code that awaits',
      async () => leave(Promise.resolve().then(() => Promise.reject(new Error('x')))),
    ],
    [
      'is that of an async function',
      async () =>
        leave(
          (async () => {
            await Promise.resolve();
            throw new Error('x');
          })(),
        ),
    ],
  ] as const)('halts the run in its own turn where the promise %s', async (_how, body) => {
    const one = activation({ alone: true });
    await expect(gate.run(one, body)).rejects.toMatchObject({ reason: 'unhandled-rejection' });
  });

  it('halts the run whose promise was derived in an earlier activation, and rejected in this', async () => {
    let step: (value: unknown) => void = () => {};
    const awaited = new Promise((resolve) => (step = resolve));
    await gate.run(activation(), async () => {
      leave(awaited.then(() => Promise.reject(new Error('far below'))));
    });
    const one = activation({ alone: true });
    await expect(gate.run(one, async () => step(1))).rejects.toMatchObject({ reason: 'unhandled-rejection' });
  });

  it('halts no run in whose own turn a stray one comes, which is reported', async () => {
    const innocent = activation({ alone: true });
    const result = gate.run(innocent, async () => {
      await Promise.reject(new Error('seen to')).catch(() => undefined);
      reject(new Error('a stray one'), strays);
      reject(new Error('and another'), strays);
      return 'innocent';
    });
    await expect(result).resolves.toBe('innocent');
    expect(innocent.violate).not.toHaveBeenCalled();
    expect(report.mock.calls).toEqual([
      [expect.stringMatching(/not run run-1, whose turn it was.*Error: a stray one/)],
      [expect.stringMatching(/Error: and another/)],
    ]);
  });

  it('halts no run for what comes out of a timer in its own turn', async () => {
    let ring: () => void = () => {};
    const rings = new Promise<void>((resolve) => (ring = resolve));
    const stray = rings.then(() => Promise.reject(new Error('late')));
    leave(stray);
    const innocent = activation({ alone: true });
    // Comes behind the activation and before the turn is over, as a stray one does.
    const result = gate.run(innocent, async () => {
      setImmediate(ring);
      return 'innocent';
    });
    await expect(result).resolves.toBe('innocent');
    expect(innocent.violate).not.toHaveBeenCalled();
    expect(report.mock.calls).toEqual([[expect.stringMatching(/whose turn it was.*Error: late/)]]);
  });

  it('tells the two apart that come in one turn', async () => {
    const guilty = activation({ alone: true });
    const result = gate.run(guilty, async () => {
      reject(new Error('a stray one'), strays);
      return leavesOne();
    });
    await expect(result).rejects.toMatchObject({ message: expect.stringContaining('nobody looks') });
    expect(report.mock.calls).toEqual([[expect.stringContaining('a stray one')]]);
  });

  it('spoils a turn of several: none of it may be used, nobody is blamed, and each one is reported', async () => {
    const first = activation();
    const second = activation();
    const opening = gate.run(activation(), async () => 'alone in the first turn');
    const results = await Promise.allSettled([
      opening,
      gate.run(first, async () => {
        reject(new Error('the first'), strays);
        reject(new Error('the second'), strays);
      }),
      gate.run(second, async () => 'innocent'),
    ]);
    expect(results.slice(1)).toMatchObject([
      { status: 'rejected', reason: expect.any(SpoiledTurnError) },
      { status: 'rejected', reason: expect.any(SpoiledTurnError) },
    ]);
    expect(first.violate).not.toHaveBeenCalled();
    expect(second.violate).not.toHaveBeenCalled();
    expect(report.mock.calls).toEqual([
      [expect.stringMatching(/the turn of run-1; each of them is fed again alone.*Error: the first/)],
      [expect.stringContaining('Error: the second')],
    ]);
  });

  it('is put down to its run once each of them has a turn of its own', async () => {
    const guilty = activation({ alone: true });
    const innocent = activation({ alone: true });
    const results = await Promise.allSettled([
      gate.run(guilty, leavesOne),
      gate.run(innocent, async () => 'innocent'),
    ]);
    expect(results).toMatchObject([{ status: 'rejected' }, { status: 'fulfilled', value: 'innocent' }]);
    expect(guilty.violate).toHaveBeenCalledTimes(1);
    expect(innocent.violate).not.toHaveBeenCalled();
  });

  it('is thrown on while no flow has run', () => {
    expect(() => reject(new Error('not a flow'), strays)).toThrow('not a flow');
  });

  it('is reported with the runs of the last turn when none is inside, and ends nothing', async () => {
    await gate.run(activation(), async () => undefined);
    await nothingTurns();
    expect(() => reject(new Error('left behind'), strays)).not.toThrow();
    expect(report).toHaveBeenCalledTimes(1);
    const [sentence] = report.mock.calls[0]!;
    expect(sentence).toMatch(/either a flow has left work behind .*were run-1/);
    expect(sentence).toMatch(/or other code of this process .*: Error: left behind/);
  });

  it('is not reported again where the engine itself has refused something outside an activation', async () => {
    await gate.run(activation(), async () => undefined);
    await nothingTurns();
    reject(new ForeignPromiseError('task x was asked for outside an activation'), strays);
    expect(report).not.toHaveBeenCalled();
  });

  it('spoils the next turn of nobody when it came between two', async () => {
    await gate.run(activation(), async () => undefined);
    await nothingTurns();
    reject(new Error('left behind'), strays);
    await expect(gate.run(activation(), async () => 'fine')).resolves.toBe('fine');
  });
});
