import { describe, expect, it } from '@jest/globals';
import { createMemoryRunLog, flowRunId } from '#libs/run-log';
import type { RunLog, StoredInRun, RunEvent, Subscription } from '#libs/run-log';
import { RunScript } from '../testing/run-script.js';
import { FanOut } from './fan-out.js';

/** A log that counts its watches, and lets a test end or refuse them. */
function counted(inner: RunLog) {
  const watches: { fromSeq?: number; end: (error: Error) => void }[] = [];
  const state = { refuse: 0, open: 0 };
  const log = new Proxy(inner, {
    get: (target, name) => {
      if (name === 'watch')
        return async (...args: Parameters<RunLog['watch']>): Promise<Subscription> => {
          if (state.refuse > 0) {
            state.refuse -= 1;
            throw new Error('the broker is away');
          }
          const subscription = await target.watch(...args);
          state.open += 1;
          let end = (_error: Error): void => undefined;
          const closed = new Promise<Error | undefined>((resolve) => (end = resolve));
          watches.push({ ...args[1], end });
          const close = async (): Promise<void> => {
            state.open -= 1;
            await subscription.close();
          };
          return { close, closed };
        };
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  return { log, watches, state };
}

const noPause = (): Promise<void> => Promise.resolve();
const seqs = (events: readonly StoredInRun<RunEvent>[]): number[] =>
  events.map(({ position }) => position.seq);

describe('one watch for many viewers', () => {
  it('is opened by the first and closed behind the last', async () => {
    const memory = createMemoryRunLog();
    const { log, watches, state } = counted(memory);
    const fanOut = new FanOut(log, 'RUN', () => undefined, noPause);
    const first = await fanOut.follow('a', () => undefined);
    const [second, third] = await Promise.all([
      fanOut.follow('a', () => undefined),
      fanOut.follow('b', () => undefined),
    ]);
    expect(watches).toHaveLength(1);
    first();
    second();
    expect(state.open).toBe(1);
    third();
    await memory.advance(0);
    expect(state.open).toBe(0);
    await fanOut.follow('a', () => undefined);
    expect(watches).toHaveLength(2);
    await fanOut.close();
  });

  it('hands each run to those who follow it', async () => {
    const memory = createMemoryRunLog();
    const fanOut = new FanOut(memory, 'RUN', () => undefined, noPause);
    const a: StoredInRun<RunEvent>[] = [];
    const b: StoredInRun<RunEvent>[] = [];
    await fanOut.follow('a', (stored) => a.push(stored));
    await fanOut.follow('b', (stored) => b.push(stored));
    await new RunScript(memory, flowRunId('a')).start();
    await new RunScript(memory, flowRunId('b')).start();
    await new RunScript(memory, flowRunId('c')).start();
    await memory.advance(0);
    expect([seqs(a), seqs(b)]).toEqual([[1], [2]]);
    await fanOut.close();
  });

  it('is opened again behind its last event when it breaks, without a gap', async () => {
    const memory = createMemoryRunLog();
    const { log, watches, state } = counted(memory);
    const troubles: unknown[] = [];
    const fanOut = new FanOut(log, 'RUN', (error) => troubles.push(error?.message), noPause);
    const seen: StoredInRun<RunEvent>[] = [];
    await fanOut.follow('a', (stored) => seen.push(stored));
    const script = new RunScript(memory, flowRunId('a'));
    await script.start();
    await memory.advance(0);
    state.refuse = 2;
    watches[0]?.end(new Error('lost'));
    await memory.advance(0);
    await script.begin();
    await memory.advance(0);
    expect(watches).toMatchObject([{ fromSeq: 1 }, { fromSeq: 2 }]);
    expect(troubles).toEqual(['lost', 'the broker is away', 'the broker is away']);
    expect(seqs(seen)).toEqual([1, 2]);
    await fanOut.close();
  });

  it('that cannot be opened is told to whoever wanted to follow', async () => {
    const { log, state } = counted(createMemoryRunLog());
    state.refuse = 1;
    const fanOut = new FanOut(log, 'RUN', () => undefined, noPause);
    await expect(fanOut.follow('a', () => undefined)).rejects.toThrow('the broker is away');
    expect(fanOut.size).toBe(0);
    const leave = await fanOut.follow('a', () => undefined);
    leave();
    await fanOut.close();
  });
});
