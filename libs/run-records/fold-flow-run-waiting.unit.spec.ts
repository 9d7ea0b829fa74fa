import { describe, expect, it } from '@jest/globals';
import { millis } from '#libs/run-log';
import { completeFlowRun } from './flow-run.record.js';
import { at, begun, given } from './fold-flow-run.fixtures.js';
import { foldFlowRun } from './fold-flow-run.js';
import {
  approvalRequested,
  BEGIN,
  cancelled,
  childScheduled,
  done,
  finished,
  fired,
  flowStarted,
  inRun,
  scheduled,
  startRequested,
  timer,
} from './testing/events.js';

const sleeping = (timerId: string) => timer('sleep', timerId, 1);

describe('the record of a run', () => {
  it('waits while nothing but a timer is open', () => {
    const events = [startRequested(), flowStarted, scheduled('t1'), sleeping('s1')];
    expect(given(...events)?.status).toBe('running');
    expect(given(...events, finished('t1', done))?.status).toBe('waiting');
    const fired = { type: 'TimerFired', timerId: 's1' } as const;
    expect(given(...events, finished('t1', done), fired)?.status).toBe('running');
  });

  it.each([
    'flow-timeout',
    'schedule-to-start',
    'schedule-to-close',
    'signal-timeout',
    'approval-deadline',
    'clean-up',
  ] as const)('does not wait for a timer that only stands by: %s', (kind) => {
    const record = given(...begun, timer(kind, 'x', 1));
    expect(record).toMatchObject({ status: 'running', waitingFor: [] });
  });

  it('waits for a signal, an approval, a child or a value, and says since when and until when', () => {
    const awaited = { type: 'SignalAwaited', step: 1, name: 'go', dueAt: millis(BEGIN + 90_000) } as const;
    expect(given(...begun, awaited)).toMatchObject({
      status: 'waiting',
      waitingFor: [{ kind: 'signal', name: 'go', step: 1, since: at(3), dueAt: at(90) }],
    });
    expect(given(...begun, approvalRequested(1))).toMatchObject({
      status: 'waiting',
      waitingFor: [{ kind: 'approval', name: 'send the greeting', dueAt: null }],
      fold: { approvals: 1 },
    });
    expect(given(...begun, childScheduled(1, 'run-1-1'))).toMatchObject({
      status: 'waiting',
      children: 1,
      waitingFor: [{ kind: 'child', name: 'greet_one', childRunId: 'run-1-1' }],
    });
    expect(
      given(...begun, { type: 'ValueRequested', step: 1, source: 'state', name: 'watermark' }),
    ).toMatchObject({ status: 'waiting', waitingFor: [{ kind: 'value', name: 'watermark' }] });
  });

  it('counts a detached child, and does not wait for it', () => {
    expect(given(...begun, childScheduled(1, 'apart', { detached: true }))).toMatchObject({
      status: 'running',
      children: 1,
      waitingFor: [],
    });
  });

  it('runs while a task is at work, whatever else it waits for', () => {
    expect(given(...begun, approvalRequested(1), scheduled('t1'))).toMatchObject({
      status: 'running',
      waitingFor: [{ kind: 'approval' }],
    });
  });

  it('waits while its only task was deferred, and runs when that is scheduled again', () => {
    const deferred = finished('t1', { status: 'deferred', until: millis(BEGIN + 60_000) });
    const events = [...begun, scheduled('t1', { step: 1 }), deferred, timer('task-retry', 'r1', 1)];
    expect(given(...events)).toMatchObject({
      status: 'waiting',
      waitingFor: [{ kind: 'task-retry', step: 1, dueAt: at(60) }],
      tasks: { total: 1, pending: 1 },
    });
    expect(given(...events, fired('r1'), scheduled('t1', { step: 1 }))).toMatchObject({
      status: 'running',
      waitingFor: [],
      tasks: { total: 1, pending: 1 },
      fold: { openTasks: 1 },
    });
  });

  it('waits no more for what a lost race has given up', () => {
    const lost = { ...cancelled(), steps: [1] };
    const waiting = [...begun, timer('sleep', 's1', 1), approvalRequested(2)] as const;
    expect(given(...waiting, lost)).toMatchObject({ status: 'waiting', waitingFor: [{ step: 2 }] });
    expect(given(...waiting, { ...lost, steps: [1, 2] })).toMatchObject({
      status: 'running',
      waitingFor: [],
    });
  });

  it('waits for an orchestrator that has its version, whatever comes in meanwhile', () => {
    const parked = [...begun, scheduled('t1'), { type: 'RunParked', flow: 'greet', version: '2' }] as const;
    expect(given(...parked, finished('t1', done))).toMatchObject({
      status: 'waiting',
      waitingFor: [{ kind: 'version', name: '2', step: 0 }],
    });
    expect(given(...parked, scheduled('t2'))).toMatchObject({ status: 'running', waitingFor: [] });
  });
});

it('a record that was made before runs could wait for more than time is taken up where it stands', () => {
  const { waitingFor: _, children: __, artifacts: ___, fold, ...rest } = given(...begun)!;
  const earlier = completeFlowRun({
    ...rest,
    status: 'waiting',
    fold: { tasks: fold.tasks, openTasks: 0, timers: ['s1'] },
  });
  expect(earlier).toMatchObject({
    waitingFor: [{ kind: 'sleep', timerId: 's1', name: null, dueAt: null }],
    children: 0,
    artifacts: 0,
    fold: { signals: [], deadlines: {}, approvals: 0 },
  });
  expect(foldFlowRun(earlier, inRun(3, fired('s1')))).toMatchObject({ status: 'running', waitingFor: [] });
});
