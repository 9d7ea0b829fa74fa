import { describe, expect, it, jest } from '@jest/globals';
import { CancelledError, ShuttingDownError } from './stop-reasons.js';
import { Stop } from './stop.js';

const cancelled = new CancelledError('no longer wanted');

describe('what ends an execution early', () => {
  it('tells its reason, the listener and the signal', () => {
    const stop = new Stop();
    const { signal } = stop;
    const listener = jest.fn();
    stop.onAbort(listener);
    expect(signal.aborted).toBe(false);
    stop.abort(cancelled);
    expect([stop.aborted, stop.reason, signal.reason]).toEqual([true, cancelled, cancelled]);
    expect(listener).toHaveBeenCalledTimes(1);
    expect(() => stop.throwIfAborted()).toThrow(cancelled);
  });

  it('gives an aborted signal to who asks for it afterwards', () => {
    const stop = new Stop();
    stop.abort(cancelled);
    expect(stop.signal.aborted).toBe(true);
    expect(stop.signal).toBe(stop.signal);
    expect(stop.signal.reason).toBe(cancelled);
  });

  it('keeps to the first reason', () => {
    const stop = new Stop();
    const listener = jest.fn();
    stop.onAbort(listener);
    stop.abort(cancelled);
    stop.abort(new ShuttingDownError('post'));
    expect(stop.reason).toBe(cancelled);
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it('lets nothing be told to a listener that was taken away', () => {
    const stop = new Stop();
    const listener = jest.fn();
    stop.onAbort(listener);
    stop.onAbort(undefined);
    stop.abort(cancelled);
    expect(listener).not.toHaveBeenCalled();
    expect(() => new Stop().throwIfAborted()).not.toThrow();
  });
});
