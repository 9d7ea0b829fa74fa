import { describe, expect, it } from '@jest/globals';
import { flowRunId, streamSeq, taskRunId } from '#libs/run-log';
import type { RunEvent } from '#libs/run-log';
import { at, begun, given } from './fold-flow-run.fixtures.js';
import { foldFlowRun } from './fold-flow-run.js';
import {
  approvalRequested,
  artifact,
  cancelled,
  done,
  failure,
  finished,
  flowStarted,
  inRun,
  scheduled,
  startRequested,
} from './testing/events.js';

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

  it('counts a task once that is done though it was provisionally cancelled (rule 4)', () => {
    const provisional = { ...cancelled('t1'), provisional: [taskRunId('t1')] };
    const givenUp = [...begun, scheduled('t1'), provisional] as const;
    expect(given(...givenUp)?.tasks).toMatchObject({ total: 1, cancelled: 1 });
    expect(given(...givenUp, finished('t1', done))?.tasks).toMatchObject({ cancelled: 0, success: 1 });
    expect(given(...givenUp, cancelled('t1'), finished('t1', done))?.tasks).toMatchObject({ cancelled: 1 });
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
