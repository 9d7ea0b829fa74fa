import { describe, expect, it } from '@jest/globals';
import type { CallEvent } from '#libs/run-log';
import type { TaskRunRecord } from './task-run.record.js';
import { answered, BEGIN, claimed, done, failure, inCalls } from './testing/events.js';
import { foldCall } from './fold-call.js';
import { lostCall } from './lost-call.js';

function given(...events: CallEvent[]): TaskRunRecord | null {
  return after(null, 1, ...events);
}

function after(record: TaskRunRecord | null, seq: number, ...events: CallEvent[]): TaskRunRecord | null {
  return events.reduce<TaskRunRecord | null>((before, event, index) => {
    const changes = foldCall(before, inCalls(seq + index, event));
    return changes ? ({ ...before, ...changes } as TaskRunRecord) : before;
  }, record);
}

describe('the record of a direct call', () => {
  it('is running from its claim on, and knows its deadline', () => {
    expect(given(claimed('c1'))).toMatchObject({
      _id: 'c1',
      source: 'CALLS',
      status: 'running',
      orchestrated: false,
      flowRunId: null,
      startedAt: new Date(BEGIN),
      deadline: new Date(BEGIN + 30_000),
      metadata: { dryRun: true },
      attempts: [{ attempt: 1, by: 'greeter-1' }],
    });
  });

  it('names the run and the task that it was made in', () => {
    expect(given(claimed('c1', { flowRunId: 'run-1', parentTaskRunId: 't1' }))).toMatchObject({
      orchestrated: true,
      flowRunId: 'run-1',
      parentTaskRunId: 't1',
    });
  });

  it('ends with its outcome and needs no deadline any more', () => {
    expect(given(claimed('c1'), answered('c1', done))).toMatchObject({
      status: 'success',
      durationMs: 250,
      deadline: null,
      lastSeq: 2,
    });
  });

  it('comes out the same when the outcome is stored before the claim', () => {
    const { createdAt: _, updatedAt: __, ...inOrder } = given(claimed('c1'), answered('c1', done)) ?? {};
    const { createdAt: ___, updatedAt: ____, ...turned } = given(answered('c1', done), claimed('c1')) ?? {};
    expect(turned).toEqual(inOrder);
  });

  it('is corrected by an outcome that comes after it was given up', () => {
    const record = given(claimed('c1'));
    const lost = { ...record, ...lostCall(record!) } as TaskRunRecord;
    expect(lost).toMatchObject({
      status: 'failed',
      errorCode: 'lost',
      finishedAt: new Date(BEGIN + 30_000),
      durationMs: 30_000,
      attempts: [{ error: { code: 'lost' } }],
    });
    expect(after(lost, 2, answered('c1', done))).toMatchObject({
      status: 'success',
      errorCode: null,
      errorMessage: null,
      attempts: [{ error: null }],
    });
  });

  it('keeps its first outcome', () => {
    const record = given(claimed('c1'), answered('c1', { status: 'failed', error: failure }));
    expect(after(record, 3, answered('c1', done))).toBe(record);
  });

  it('does not come to be for calls that keep no record', () => {
    expect(given(claimed('c1', { createTaskrun: false }))).toBeNull();
  });
});
