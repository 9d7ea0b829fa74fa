import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { isOfService, onCrash } from './on-crash.js';

function thrownAt(...frames: string[]): Error {
  const error = new Error('no');
  error.stack = ['Error: no', ...frames.map((frame) => `    at ${frame}`)].join('\n');
  return error;
}
const driver = 'Connection.command (/app/node_modules/mongodb/lib/cmap/connection.js:1:1)';
const audit = 'async Projector.write (file:///app/dist/apps/audit/projector.js:3:4)';
const flow = 'async run (file:///app/dist/apps/orchestrator/flows/song.js:5:6)';
const log = 'async JetStreamRunLog.readRun (file:///app/dist/libs/run-log/index.js:7:8)';

describe('a failure', () => {
  it.each([
    ['a service that runs no flows', [driver, audit], true],
    ['such a service on another system', ['x (C:\\app\\dist\\apps\\gateway\\ask.js:1:1)'], true],
    ['a flow', [driver, flow], false],
    ['a service, called by what runs flows', [audit, flow], false],
    ['nobody who could be told', [driver, log], false],
  ])('is put down to %s', (_whose, frames, expected) => {
    expect(isOfService(thrownAt(...frames))).toBe(expected);
  });

  it('that is no error is put down to no service', () => {
    expect(isOfService('no')).toBe(false);
  });
});

describe('what nobody has caught', () => {
  // Jest catches rejections before any listener of ours, so the listeners themselves are called.
  const listening = jest.spyOn(process, 'on');
  const handler = jest.fn<(error: unknown) => void>();
  const listener = (name: string) =>
    listening.mock.calls.findLast(([event]) => (event as string) === name)![1] as (error: unknown) => void;
  let release: () => void;

  beforeEach(() => {
    handler.mockClear();
    release = onCrash(handler);
  });
  afterEach(() => release());

  it('is told where it was thrown, or is a rejection of a service', () => {
    const thrown = thrownAt(flow);
    const rejected = thrownAt(audit);
    listener('uncaughtException')(thrown);
    listener('unhandledRejection')(rejected);
    expect(handler.mock.calls).toEqual([[thrown], [rejected]]);
  });

  it('is not told where a flow may have left it behind', () => {
    listener('unhandledRejection')(thrownAt(flow));
    listener('unhandledRejection')(thrownAt(driver));
    expect(handler).not.toHaveBeenCalled();
  });

  it('is told once, also where the orchestrator throws a rejection on', () => {
    const rejected = thrownAt(audit);
    listener('unhandledRejection')(rejected);
    listener('uncaughtException')(rejected);
    expect(handler).toHaveBeenCalledTimes(1);
  });

  it('is no longer told once that is undone', () => {
    const before = process.listenerCount('unhandledRejection');
    onCrash(handler)();
    expect(process.listenerCount('unhandledRejection')).toBe(before);
  });
});
