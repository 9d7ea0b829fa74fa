import { describe, expect, it } from '@jest/globals';
import { decodeEvent, encodeBody, eventHeaders } from './codec.js';
import { EVENT_VERSION } from './events.js';
import { flowRunId } from './ids.js';
import { cancel, finished, scheduled, taskOf } from './run-log.fixtures.js';

const runId = flowRunId('run-1');
const reading =
  (headers: Record<string, string>) =>
  (name: string): string | undefined =>
    headers[name];

it('writes type and version into the headers, and nothing that the body says', () => {
  expect(eventHeaders(scheduled(1, { runId }))).toEqual({
    'Event-Type': 'TaskScheduled',
    'Event-Version': String(EVENT_VERSION),
  });
  expect(eventHeaders(cancel)).toEqual({ 'Event-Type': 'CancelRequested', 'Event-Version': '1' });
});

it('reads back what it wrote', () => {
  const fact = finished(taskOf(runId, 1));
  expect(decodeEvent('RUN', reading(eventHeaders(fact)), encodeBody(fact), 1)).toEqual(fact);
});

it('leaves a field alone that this build does not know: a later one may have added it', () => {
  const later = { ...cancel, since: 'a later build' };
  expect(decodeEvent('RUN', reading(eventHeaders(cancel)), encodeBody(later), 1)).toEqual(later);
});

it('refuses an event in a stream where it does not belong', () => {
  const fact = finished(taskOf(runId, 1));
  expect(() => decodeEvent('LIVE', reading(eventHeaders(fact)), encodeBody(fact), 7)).toThrow(
    'the event at sequence 7 is TaskFinished version 1',
  );
});

describe('an older version', () => {
  const headers = { 'Event-Type': 'TimerFired', 'Event-Version': '-1' };
  const body = new TextEncoder().encode('{"id":"t1"}');
  const lifts = {
    TimerFired: {
      [-1]: (old: object) => ({ timer: 'id' in old ? old.id : undefined }),
      0: (old: object) => ({ type: 'TimerFired', timerId: 'timer' in old ? old.timer : undefined }),
    },
  };

  it('is lifted one version at a time', () => {
    expect(decodeEvent('RUN', reading(headers), body, 1, lifts)).toEqual({
      type: 'TimerFired',
      timerId: 't1',
    });
  });

  it('is refused where a step is missing', () => {
    expect(() => decodeEvent('RUN', reading(headers), body, 1)).toThrow(/TimerFired version -1/);
  });
});
