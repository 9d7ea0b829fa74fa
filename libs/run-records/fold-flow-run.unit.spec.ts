import { describe, expect, it } from '@jest/globals';
import { millis, streamSeq } from '#libs/run-log';
import type { RunEvent } from '#libs/run-log';
import type { FlowRunRecord } from './flow-run.record.js';
import {
  BEGIN,
  cancelled,
  done,
  failure,
  finished,
  flowStarted,
  inRun,
  scheduled,
  startRequested,
} from './testing/events.js';
import { applyFlowRun, foldFlowRun } from './fold-flow-run.js';

const at = (seconds: number) => new Date(BEGIN + seconds * 1_000);
const sleeping = (timerId: string) =>
  ({ type: 'TimerScheduled', timerId, kind: 'sleep', step: 1, dueAt: millis(BEGIN + 60_000) }) as const;

function given(...events: RunEvent[]): FlowRunRecord | null {
  return events.reduce<FlowRunRecord | null>((record, event, index) => {
    const changes = foldFlowRun(record, inRun(index + 1, event));
    return changes ? applyFlowRun(record, changes) : record;
  }, null);
}

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
      fold: { tasks: {}, openTasks: 0, timers: [] },
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

  it('does not wait for the time-out of the flow', () => {
    const timeout = { ...sleeping('x'), kind: 'flow-timeout' } as const;
    expect(given(startRequested(), flowStarted, timeout)?.status).toBe('running');
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
      startRequested(),
      flowStarted,
      scheduled('t1'),
      { type: 'RunHalted', reason: 'poison', error: { ...failure, disposition: 'halt' } },
      finished('t1', done),
    ] satisfies RunEvent[];
    expect(given(...halted)).toMatchObject({ status: 'halted', tasks: { success: 1 } });
    expect(given(...halted, scheduled('t2'))?.status).toBe('running');
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
