import { describe, expect, it } from '@jest/globals';
import { flowRunId, millis, streamSeq, taskRunId } from '#libs/run-log';
import type { DecisionEvent, Outcome, RequestEvent, RunEvent, StoredInRun } from '#libs/run-log';
import { claimKey, readHistory, type ReadHistory } from './history.js';

const runId = flowRunId('run-1');
const actor = { userId: 'someone', channel: 'api' } as const;
const error = { code: 'test/broken', message: 'it broke', disposition: 'halt' } as const;

/** Reads a log that holds these events, the first at sequence 1; the times are a second apart. */
function read(...events: readonly RunEvent[]): ReadHistory {
  const stored = events.map((event, index): StoredInRun<RunEvent> => {
    const position = { stream: 'RUN', epoch: 'e1', seq: streamSeq(index + 1) } as const;
    return { event, runId, position, time: millis(1_000 * (index + 1)), trace: {} };
  });
  const last = streamSeq(events.length);
  const lastDecision = streamSeq(7);
  return readHistory({ runId, events: stored, last, lastDecision });
}

const started = (flow = 'sing'): Extract<RequestEvent, { type: 'StartRequested' }> => ({
  ...{ type: 'StartRequested', flow, input: {}, inputHash: '', actor, flags: {}, tags: [] },
});
const flowStarted = (version = '1'): DecisionEvent => ({
  type: 'FlowStarted',
  flow: 'sing',
  version,
  tags: [],
});
const completed: DecisionEvent = { type: 'FlowCompleted', result: 1 };

const scheduled = (id: string, attempt = 1): Extract<DecisionEvent, { type: 'TaskScheduled' }> => ({
  type: 'TaskScheduled',
  step: 1,
  task: 'hum',
  attempt,
  lane: 'normal',
  execution: 'at-least-once',
  reuseKey: id,
  taskRunId: taskRunId(id),
  service: 'voices',
  operation: 'hum',
  contractVersion: 1,
  input: {},
  actor,
  flags: {},
  tags: [],
  idempotencyKey: id,
  createTaskrun: true,
});
const finished = (
  id: string,
  attempt = 1,
  outcome: Outcome = { status: 'success', result: 1 },
): Extract<RunEvent, { type: 'TaskFinished' }> => ({
  type: 'TaskFinished',
  taskRunId: taskRunId(id),
  attempt,
  operation: 'hum',
  startedAt: millis(0),
  finishedAt: millis(1),
  deliveries: 1,
  by: 'spec',
  outcome,
});
const claim = (id: string, attempt: number, holder: string): RunEvent => ({
  ...{ type: 'TaskClaimed', taskRunId: taskRunId(id), attempt, holder, nonce: 'n' },
});
const child = (id: string, detached = false): Extract<DecisionEvent, { type: 'ChildScheduled' }> => ({
  type: 'ChildScheduled',
  step: 2,
  childRunId: flowRunId(id),
  flow: 'sing',
  input: {},
  tags: [],
  reuseKey: id,
  detached,
  root: id,
});
const childFinished = (id: string): RunEvent => ({
  type: 'ChildFinished',
  step: 2,
  childRunId: flowRunId(id),
  end: { status: 'completed', result: 1 },
});
const childrenCancelled = (reason: string, ...ids: string[]): DecisionEvent => ({
  type: 'ChildrenCancelled',
  childRunIds: ids.map(flowRunId),
  reason,
});

describe('what is fed and what is matched', () => {
  it('are told apart, each in the order of the log, and claims are neither (rule 2)', () => {
    const requests: RequestEvent[] = [
      started(),
      { type: 'CancelRequested', actor },
      { type: 'PauseRequested', actor },
      { type: 'ResumeRequested', actor },
      { type: 'SignalSent', actor, name: 'louder', payload: 1 },
      { type: 'ApprovalAnswered', actor, step: 3, approved: true },
      { type: 'TimerFired', timerId: 't' },
      { type: 'ValueLoaded', step: 4, found: false, value: null },
    ];
    const history = read(
      ...requests.slice(0, 1),
      flowStarted(),
      claim('a', 1, 'a service'),
      scheduled('a'),
      ...requests.slice(1),
      finished('a'),
      childFinished('c'),
      completed,
    );
    expect(history.triggers.map(({ event }) => event)).toEqual([
      ...requests,
      finished('a'),
      childFinished('c'),
    ]);
    expect(history.triggers.map(({ position }) => position.seq)).toEqual([1, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
    expect(history.decisions).toEqual([flowStarted(), scheduled('a'), completed]);
  });

  it('leave the fence where the log says that it is', () => {
    expect(read(started(), flowStarted(), finished('a')).lastDecision).toBe(7);
  });

  it('hold one start, the first, and one version, the first that was pinned (rule 11)', () => {
    const history = read(started('first'), started('second'), flowStarted('1'), flowStarted('2'));
    expect(history).toMatchObject({ start: { event: { flow: 'first' }, time: 1_000 }, version: '1' });
    expect(read(completed)).toMatchObject({ start: undefined, version: undefined });
  });
});

describe('tasks', () => {
  it('are known with the time of their first scheduling', () => {
    const history = read(started(), scheduled('a'), scheduled('b'), finished('a'), scheduled('a', 2));
    expect(history.scheduled).toEqual([
      { event: scheduled('a'), time: 2_000 },
      { event: scheduled('b'), time: 3_000 },
    ]);
  });

  it('are open until their latest attempt has ended', () => {
    expect(read(scheduled('a'), scheduled('b'), finished('a')).open).toEqual(['b']);
    expect(read(scheduled('a'), finished('a'), scheduled('a', 2)).open).toEqual(['a']);
    expect(read(scheduled('a'), scheduled('a', 2), finished('a', 1)).open).toEqual(['a']);
    expect(read(scheduled('a'), scheduled('a', 2), finished('a', 2)).open).toEqual([]);
  });

  it.each<Outcome>([
    { status: 'failed', error },
    { status: 'cancelled' },
    { status: 'success', result: 1, cached: true },
  ])('are closed by an outcome of whatever kind: $status', (outcome) => {
    expect(read(scheduled('a'), finished('a', 1, outcome)).open).toEqual([]);
  });

  it('stay open where a limit had no room for them', () => {
    const deferred: Outcome = { status: 'deferred', until: millis(9_000) };
    expect(read(scheduled('a'), finished('a', 1, deferred)).open).toEqual(['a']);
    expect(read(scheduled('a'), finished('a', 1, deferred), scheduled('a'), finished('a')).open).toEqual([]);
  });
});

describe('claims', () => {
  it('say who began which attempt', () => {
    const { claims } = read(scheduled('a'), claim('a', 1, 'one'), claim('a', 2, 'two'), claim('b', 1, 'one'));
    expect([...claims]).toEqual([
      [claimKey('a', 1), 'one'],
      [claimKey('a', 2), 'two'],
      [claimKey('b', 1), 'one'],
    ]);
  });

  it('of one thing name all who began it, and the last is known by its place', () => {
    const { marks } = read(
      started(),
      claim('trigger-1', 2, 'one'),
      flowStarted(),
      claim('trigger-1', 3, 'two'),
      claim('a', 1, 'one'),
    );
    expect(Object.fromEntries(marks)).toEqual({
      'trigger-1': { by: ['one', 'two'], last: 4 },
      a: { by: ['one'], last: 5 },
    });
  });
});

describe('children', () => {
  it('are open until their end is told, detached ones among them', () => {
    const history = read(child('c1'), child('c2', true), child('c3'), childFinished('c1'));
    expect(history.openChildren).toEqual([child('c2', true), child('c3')]);
    expect(history.cancelledChildren).toEqual([]);
  });

  it('that were given up are no longer open, and are named with the reason', () => {
    const history = read(child('c1'), child('c2'), child('c3'), childrenCancelled('enough', 'c1', 'c3'));
    expect(history.openChildren).toEqual([child('c2')]);
    expect(history.cancelledChildren).toEqual([
      { childRunId: 'c1', reason: 'enough' },
      { childRunId: 'c3', reason: 'enough' },
    ]);
  });

  it('that were given up are named until they have ended', () => {
    const history = read(
      child('c1'),
      child('c2'),
      childrenCancelled('enough', 'c1', 'c2'),
      childFinished('c1'),
    );
    expect(history.cancelledChildren).toEqual([{ childRunId: 'c2', reason: 'enough' }]);
    expect(history.openChildren).toEqual([]);
  });
});

describe('values', () => {
  it('are open from the asking to the answer', () => {
    const asked = (step: number): Extract<DecisionEvent, { type: 'ValueRequested' }> => ({
      ...{ type: 'ValueRequested', step, source: 'state', name: 'watermark' },
    });
    const came: RunEvent = { type: 'ValueLoaded', step: 4, found: true, value: 1 };
    expect(read(asked(4), asked(5), came).openValues).toEqual([asked(5)]);
  });
});

describe('a run', () => {
  const halted = (reason: Extract<DecisionEvent, { type: 'RunHalted' }>['reason']): DecisionEvent => ({
    ...{ type: 'RunHalted', reason, error },
  });
  const parked: DecisionEvent = { type: 'RunParked', flow: 'sing', version: '2' };
  const resumed: DecisionEvent = { type: 'RunResumed', actor, after: 'halt' };
  const failed: DecisionEvent = { type: 'FlowFailed', error };
  const cancelled: DecisionEvent = { type: 'FlowCancelled' };
  const continued: DecisionEvent = {
    ...{ type: 'FlowContinued', nextRunId: flowRunId('run-2'), input: {}, fedSeq: streamSeq(1) },
  };

  it.each<[ReadHistory['standing'], string, RunEvent[]]>([
    ['going', 'has only been asked for', [started()]],
    ['going', 'has begun', [flowStarted()]],
    ['halted', 'was stopped for its code', [flowStarted(), halted('non-determinism')]],
    ['halted', 'was stopped for a trigger that kills', [flowStarted(), halted('poison')]],
    ['going', 'has halted by a decision of its own code', [flowStarted(), halted('ambiguous')]],
    ['going', 'is paused by its own code', [flowStarted(), { type: 'RunPaused', actor }]],
    ['going', 'was stopped and goes on', [flowStarted(), halted('error'), resumed]],
    ['parked', 'waits for a version', [parked]],
    ['going', 'has waited for a version and began', [parked, flowStarted()]],
    ['ended', 'is completed', [flowStarted(), completed]],
    ['ended', 'has failed', [flowStarted(), failed]],
    ['ended', 'is cancelled', [flowStarted(), cancelled]],
    ['ended', 'goes on as another', [flowStarted(), continued]],
  ])('is %s that %s, whatever is said to it afterwards', (standing, _how, events) => {
    const said: RunEvent[] = [{ type: 'CancelRequested', actor }, finished('a'), claim('a', 1, 'one')];
    expect(read(started(), ...events, ...said).standing).toBe(standing);
  });

  it.each([completed, failed, cancelled, continued])('has its end where it lies in the log: $type', (end) => {
    const { ending } = read(started(), flowStarted(), end, { type: 'CancelRequested', actor });
    expect(ending).toEqual({ event: end, seq: 3 });
  });

  it('has no end while it goes on or stands still', () => {
    expect(read(started(), flowStarted(), halted('error')).ending).toBeUndefined();
  });
});
