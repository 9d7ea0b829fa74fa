import { expect, it, jest } from '@jest/globals';
import { Outbox } from './outbox.js';
import type { Parcel } from './outbox.js';

const parcel = (subject: string, rest: Partial<Parcel> = {}): Parcel => ({ subject, body: 'x', ...rest });
const turnOver = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A client that takes down what it is given and refuses what goes to `refused`. */
function makeClient(): { outbox: Outbox; taken: string[]; troubles: unknown[]; close: () => void } {
  const taken: string[] = [];
  const troubles: unknown[] = [];
  let closed = false;
  const connection = {
    isClosed: () => closed,
    publish: (subject: string) => {
      if (subject === 'refused') throw new Error('the client refuses');
      taken.push(subject);
    },
  };
  const outbox = new Outbox(connection, (error) => troubles.push(error));
  return { outbox, taken, troubles, close: () => (closed = true) };
}

it('hands over in one go, and in the order of asking, what was put in by promises that follow each other', async () => {
  const { outbox, taken } = makeClient();
  outbox.put(parcel('a'));
  await Promise.resolve();
  outbox.put(parcel('b'));
  outbox.put(parcel('a'));
  expect(taken).toEqual([]);
  await turnOver();
  expect(taken).toEqual(['a', 'b', 'a']);
});

it('goes on with the next turn', async () => {
  const { outbox, taken } = makeClient();
  outbox.put(parcel('a'));
  await turnOver();
  outbox.put(parcel('b'));
  await turnOver();
  expect(taken).toEqual(['a', 'b']);
});

it('keeps what nobody waits for until something else goes out, or a moment is over', async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] });
  try {
    const { outbox, taken } = makeClient();
    outbox.putLeisurely(parcel('ack 1'));
    await turnOver();
    expect(taken).toEqual([]);
    outbox.put(parcel('a'));
    await turnOver();
    expect(taken).toEqual(['ack 1', 'a']);
    outbox.putLeisurely(parcel('ack 2'));
    jest.advanceTimersByTime(5);
    expect(taken).toEqual(['ack 1', 'a', 'ack 2']);
    expect(jest.getTimerCount()).toBe(0);
  } finally {
    jest.useRealTimers();
  }
});

it('hands over at once when it is flushed, and nothing twice', async () => {
  const { outbox, taken } = makeClient();
  outbox.put(parcel('a'));
  outbox.flush();
  expect(taken).toEqual(['a']);
  await turnOver();
  expect(taken).toEqual(['a']);
});

it('tells the one message that the client refuses, and hands over its neighbours', () => {
  const { outbox, taken, troubles } = makeClient();
  const refusals: unknown[] = [];
  outbox.put(parcel('a'));
  outbox.put(parcel('refused', { refuse: (error) => refusals.push(error) }));
  outbox.put(parcel('b'));
  outbox.flush();
  expect(taken).toEqual(['a', 'b']);
  expect(refusals).toEqual([new Error('the client refuses')]);
  expect(troubles).toEqual([]);
});

it('reports a refused message that nobody waits for, unless the connection is closed', () => {
  const { outbox, troubles, close } = makeClient();
  outbox.put(parcel('refused'));
  outbox.flush();
  expect(troubles).toHaveLength(1);
  close();
  outbox.put(parcel('refused'));
  outbox.flush();
  expect(troubles).toHaveLength(1);
});

it('leaves out what is given up before its turn', () => {
  const { outbox, taken } = makeClient();
  let given = false;
  outbox.put(parcel('a', { isGivenUp: () => given }));
  outbox.put(parcel('b'));
  given = true;
  outbox.flush();
  expect(taken).toEqual(['b']);
});
