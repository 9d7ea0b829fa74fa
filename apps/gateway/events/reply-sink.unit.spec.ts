import { Writable } from 'node:stream';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { replySink } from './reply-sink.js';

/** A response whose other side reads only when the test says so. */
function unread() {
  const pending: (() => void)[] = [];
  const response = new Writable({
    decodeStrings: false,
    write: (_chunk, _encoding, done) => void pending.push(done),
  });
  const read = (): void => {
    for (let done = pending.shift(); done; done = pending.shift()) done();
  };
  return { response, read };
}

afterEach(() => {
  jest.useRealTimers();
});

describe('a viewer’s response', () => {
  it('has room until a quarter of a megabyte waits in it', async () => {
    const { response, read } = unread();
    const sink = replySink(response);
    expect(sink.write('x'.repeat(200_000))).toBe(true);
    expect(sink.write('x'.repeat(100_000))).toBe(false);
    const room = sink.room();
    read();
    expect(await room).toBe(true);
    response.destroy();
  });

  it('has none once the other side is gone', async () => {
    const { response } = unread();
    const sink = replySink(response);
    sink.write('x'.repeat(300_000));
    const room = sink.room();
    response.destroy();
    expect(await room).toBe(false);
    expect(await sink.room()).toBe(false);
    expect(sink.write('more')).toBe(true);
  });

  it('is given up when nobody has read from it for a minute', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    const { response } = unread();
    const sink = replySink(response);
    sink.write('x'.repeat(300_000));
    const room = sink.room();
    jest.advanceTimersByTime(60_000);
    expect(await room).toBe(false);
    expect(response.destroyed).toBe(true);
  });
});
