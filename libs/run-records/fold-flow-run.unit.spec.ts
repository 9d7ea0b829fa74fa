import { describe, expect, it } from '@jest/globals';
import { flowRunId, millis, streamSeq, taskRunId } from '#libs/run-log';
import type { RunEvent } from '#libs/run-log';
import { completeFlowRun } from './flow-run.record.js';
import type { FlowRunRecord } from './flow-run.record.js';
import {
  approvalRequested,
  artifact,
  BEGIN,
  cancelled,
  childScheduled,
  done,
  failure,
  finished,
  fired,
  flowStarted,
  inDoubt,
  inRun,
  resumed,
  scheduled,
  startRequested,
  timer,
} from './testing/events.js';
import { applyFlowRun, foldFlowRun } from './fold-flow-run.js';

const at = (seconds: number) => new Date(BEGIN + seconds * 1_000);
const sleeping = (timerId: string) => timer('sleep', timerId, 1);
const begun = [startRequested(), flowStarted] as const;

function given(...events: RunEvent[]): FlowRunRecord | null {
  return events.reduce<FlowRunRecord | null>((record, event, index) => {
    const changes = foldFlowRun(record, inRun(index + 1, event));
    return changes ? applyFlowRun(record, changes) : record;
  }, null);
}

describe('the record of a run whose start cannot be read', () => {
  const error = {
    code: 'run-log/unknown-event',
    message: 'StartRequested version 2',
    disposition: 'halt',
  } as const;
  const unread = { type: 'RunHalted', reason: 'unknown-event', error } as const;

  it('begins with its halt, as the platform’s own', () => {
    expect(given(unread)).toMatchObject({
      _id: 'run-1',
      flow: 'unknown',
      status: 'halted',
      parameters: null,
      actor: { userId: 'system' },
      halt: { reason: 'unknown-event', at: at(1) },
      error: { code: 'run-log/unknown-event' },
      createdAt: at(1),
      lastSeq: 1,
    });
  });

  it('learns its flow when the run goes on', () => {
    const goesOn = { type: 'RunResumed', actor: { userId: 'ann', channel: 'ui' }, after: 'halt' } as const;
    expect(given(unread, goesOn, flowStarted)).toMatchObject({
      flow: 'greet',
      version: '1',
      status: 'running',
      halt: null,
      error: null,
    });
  });

  it('does not begin with another halt: what came before it is gone', () => {
    expect(given({ ...unread, reason: 'poison' })).toBeNull();
  });
});

describe('the record of a run', () => {
  it('begins pending when its start is asked for', () => {
    expect(given(startRequested({ idempotencyKey: 'once', deploymentId: 'd1' }))).toEqual({
      _id: 'run-1',
      flow: 'greet',
      version: null,
      status: 'pending',
      parameters: '{"name":"you"}',
      tags: ['demo'],
      actor: { userId: 'local', channel: 'cli' },
      parentFlowRunId: null,
      deploymentId: 'd1',
      restartedFrom: null,
      idempotencyKey: 'once',
      traceId: '0af7651916cd43dd8448eb211c80319c',
      attempt: 1,
      result: null,
      error: null,
      tasks: { total: 0, pending: 0, running: 0, success: 0, failed: 0, cancelled: 0, cached: 0 },
      metadata: { dryRun: false, testMode: false, verbose: true },
      startedAt: null,
      finishedAt: null,
      durationMs: null,
      createdAt: at(1),
      updatedAt: at(1),
      lastSeq: 1,
      waitingFor: [],
      children: 0,
      restartedBy: null,
      restartedAtStep: null,
      triggeredBy: null,
      continues: null,
      continuedBy: null,
      pause: null,
      halt: null,
      resumed: null,
      cancelling: null,
      compensating: null,
      artifacts: 0,
      state: null,
      fold: { tasks: {}, openTasks: 0, signals: [], heard: [], deadlines: {}, taken: {}, approvals: 0 },
    });
  });

  it('knows what it was triggered by, and nothing else that may be said of it', () => {
    const triggeredBy = { type: 'run.failed', eventId: 'run-0', runId: flowRunId('run-0'), depth: 2 };
    expect(given(startRequested({ triggeredBy }))).toMatchObject({ triggeredBy });
    const more = { type: 'order.made', eventId: 'e1', depth: 1, later: 'unknown here' };
    expect(given(startRequested({ triggeredBy: more }))!.triggeredBy).toEqual({
      type: 'order.made',
      eventId: 'e1',
      depth: 1,
    });
  });

  it('knows the runs that it comes from', () => {
    const fork = {
      from: flowRunId('run-0'),
      origin: flowRunId('run-0'),
      uptoSeq: streamSeq(9),
      step: 3,
      results: [],
      by: { userId: 'ann', channel: 'ui' },
    };
    expect(given(startRequested({ fork }))).toMatchObject({
      actor: { userId: 'local' },
      restartedFrom: 'run-0',
      restartedBy: { userId: 'ann' },
      restartedAtStep: 3,
    });
    const continues = { runId: flowRunId('run-0'), first: flowRunId('run-0') };
    const parent = { runId: flowRunId('parent'), step: 2 };
    expect(given(startRequested({ continues, parent }))).toMatchObject({
      continues: 'run-0',
      parentFlowRunId: 'parent',
    });
  });

  it('runs from the moment an orchestrator takes it, in one version', () => {
    expect(given(startRequested(), flowStarted)).toMatchObject({
      status: 'running',
      version: '1',
      tags: ['demo', 'flow'],
      startedAt: at(2),
    });
  });

  it('counts its tasks by how they stand, each once over all its attempts', () => {
    const record = given(
      startRequested(),
      flowStarted,
      scheduled('t1'),
      scheduled('t2'),
      scheduled('t3'),
      scheduled('t4'),
      finished('t1', done),
      finished('t2', { status: 'failed', error: failure }),
      scheduled('t2', { attempt: 2 }),
      finished('t3', { status: 'failed', error: failure }),
      cancelled('t3', 't4'),
      finished('t4', done),
    );
    expect(record?.tasks).toEqual({
      total: 4,
      pending: 1,
      running: 0,
      success: 1,
      failed: 1,
      cancelled: 1,
      cached: 0,
    });
    expect(record?.fold.openTasks).toBe(1);
  });

  it('counts only tasks that have records', () => {
    const record = given(startRequested(), flowStarted, scheduled('t1', { createTaskrun: false }));
    expect(record?.tasks.total).toBe(0);
    expect(record?.fold.openTasks).toBe(1);
  });

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

  it('ends with its result and how long it took', () => {
    expect(given(startRequested(), flowStarted, { type: 'FlowCompleted', result: { ok: 1 } })).toMatchObject({
      status: 'completed',
      result: '{"ok":1}',
      finishedAt: at(3),
      durationMs: 1_000,
    });
  });

  it('stays ended whatever comes late', () => {
    const record = given(
      startRequested(),
      flowStarted,
      scheduled('t1'),
      cancelled('t1'),
      { type: 'FlowFailed', error: failure },
      finished('t1', done),
      { type: 'TimerFired', timerId: 's1' },
    );
    expect(record).toMatchObject({
      status: 'failed',
      error: { code: 'greeter/busy' },
      tasks: { cancelled: 1, success: 0 },
    });
  });

  it('says why it was cancelled', () => {
    expect(given(startRequested(), { type: 'FlowCancelled', reason: 'changed my mind' })).toMatchObject({
      status: 'cancelled',
      error: { message: 'changed my mind' },
      durationMs: 1_000,
    });
  });

  it('stays halted while outcomes come in, until a decision goes on', () => {
    const halted = [
      ...begun,
      scheduled('t1'),
      { type: 'RunHalted', reason: 'poison', error: { ...failure, disposition: 'halt' } },
      finished('t1', done),
    ] satisfies RunEvent[];
    expect(given(...halted)).toMatchObject({
      status: 'halted',
      halt: { reason: 'poison', at: at(4) },
      error: { message: 'come back later' },
      tasks: { success: 1 },
    });
    expect(given(...halted, scheduled('t2'))).toMatchObject({ status: 'running', halt: null, error: null });
  });

  it('goes on after a halt when a person has said so, and keeps who it was', () => {
    const actor = { userId: 'ann', channel: 'ui' } as const;
    const halted = [
      ...begun,
      scheduled('t1'),
      finished('t1', { status: 'failed', error: { ...failure, disposition: 'halt' } }),
      { type: 'RunHalted', reason: 'ambiguous', error: { ...failure, disposition: 'halt' } },
    ] satisfies RunEvent[];
    expect(given(...halted)?.tasks).toMatchObject({ failed: 1, success: 0 });
    const { resolutions } = resumed({ as: 'succeeded', result: 1 });
    expect(given(...halted, { type: 'ResumeRequested', actor, resolutions })).toMatchObject({
      status: 'halted',
      tasks: { failed: 1, success: 0 },
    });
    expect(given(...halted, resumed({ as: 'succeeded', result: 1 }))).toMatchObject({
      status: 'running',
      halt: null,
      error: null,
      tasks: { failed: 0, success: 1 },
      resumed: { by: actor, after: 'ambiguous', at: at(6) },
    });
  });

  it('names the tasks that it is halted for, and counts them as failed', () => {
    expect(given(...begun, scheduled('t1'), cancelled('t1'), inDoubt('t1'))).toMatchObject({
      status: 'halted',
      halt: { reason: 'ambiguous', taskRunIds: ['t1'] },
      tasks: { failed: 1, cancelled: 0 },
    });
  });

  it('counts a task once that is done though it was provisionally cancelled (rule 4)', () => {
    const provisional = { ...cancelled('t1'), provisional: [taskRunId('t1')] };
    const givenUp = [...begun, scheduled('t1'), provisional] as const;
    expect(given(...givenUp)?.tasks).toMatchObject({ total: 1, cancelled: 1 });
    expect(given(...givenUp, finished('t1', done))?.tasks).toMatchObject({ cancelled: 0, success: 1 });
    expect(given(...givenUp, cancelled('t1'), finished('t1', done))?.tasks).toMatchObject({ cancelled: 1 });
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

  it('is paused whatever comes in, and goes on where it was', () => {
    const actor = { userId: 'ann', channel: 'ui' } as const;
    const paused = [
      ...begun,
      approvalRequested(1),
      scheduled('t1'),
      { type: 'PauseRequested', actor },
      { type: 'RunPaused', actor, reason: 'lunch' },
      finished('t1', done),
    ] satisfies RunEvent[];
    expect(given(...paused)).toMatchObject({
      status: 'paused',
      pause: { by: actor, reason: 'lunch', at: at(6) },
      waitingFor: [{ kind: 'approval' }],
    });
    expect(given(...paused, { type: 'RunResumed', actor, after: 'pause' })).toMatchObject({
      status: 'waiting',
      pause: null,
    });
  });

  it('is told to end, undoes what it did, and ends', () => {
    const ending = [
      ...begun,
      approvalRequested(1),
      { type: 'FlowCancelling', cause: 'cancel', reason: 'wrong name' },
      { type: 'CompensationStarted', steps: [4, 2] },
    ] satisfies RunEvent[];
    const marks = {
      cancelling: { cause: 'cancel', reason: 'wrong name', at: at(4) },
      compensating: { steps: [4, 2], at: at(5) },
      waitingFor: [],
    };
    expect(given(...ending)).toMatchObject({ status: 'running', ...marks });
    expect(given(...ending, { type: 'FlowCancelled', reason: 'wrong name' })).toMatchObject({
      status: 'cancelled',
      ...marks,
    });
  });

  it('completes when another run goes on with its work, and says which', () => {
    const continued = {
      type: 'FlowContinued',
      nextRunId: flowRunId('run-2'),
      input: {},
      fedSeq: streamSeq(2),
      state: { watermark: 7 },
    } as const;
    expect(given(...begun, continued)).toMatchObject({
      status: 'completed',
      continuedBy: 'run-2',
      result: null,
      state: '{"watermark":7}',
      finishedAt: at(3),
    });
  });

  it('shows the state that it has written, and how many artifacts there are', () => {
    const events = [...begun, artifact(1), artifact(2)];
    expect(given(...events, { type: 'FlowCompleted', result: null, state: { seen: [1] } })).toMatchObject({
      artifacts: 2,
      state: '{"seen":[1]}',
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

  it('counts the attempts of the whole flow', () => {
    const retried = { type: 'FlowRetried', epoch: 1, fedSeq: streamSeq(3), error: failure } as const;
    expect(given(startRequested(), flowStarted, retried)?.attempt).toBe(2);
  });

  it('ignores what it has taken in before, and runs whose start it does not know', () => {
    const record = given(startRequested(), flowStarted);
    expect(foldFlowRun(record, inRun(2, scheduled('t1')))).toBeNull();
    expect(given(flowStarted)).toBeNull();
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
