import { describe, expect, it } from '@jest/globals';
import type { StoredInRun } from '#libs/run-log';
import { flowRunId, millis, taskRunId } from '#libs/run-log';
import { completeTaskRun } from './task-run.record.js';
import type { StoredAttempt, TaskRunRecord } from './task-run.record.js';
import {
  BEGIN,
  cancelled,
  done,
  failure,
  finished,
  inDoubt,
  inRun,
  resumed,
  scheduled,
} from './testing/events.js';
import { foldTaskRun } from './fold-task-run.js';
import type { TaskEvent } from './task-state.js';

const at = (seconds: number) => new Date(BEGIN + seconds * 1_000);

/** The record after these events. */
function given(...events: TaskEvent[]): TaskRunRecord | null {
  return events.reduce<TaskRunRecord | null>(
    (record, event, index) => fold(record, inRun(index + 1, event)),
    null,
  );
}

function fold(record: TaskRunRecord | null, stored: StoredInRun<TaskEvent>): TaskRunRecord | null {
  const changes = foldTaskRun(record, stored, 't1', 'deployment-1');
  return changes ? ({ ...record, ...changes } as TaskRunRecord) : record;
}

describe('the record of a task', () => {
  it('begins pending, with who asked, for what and in which run', () => {
    expect(given(scheduled('t1', { step: 4, tags: ['x'] }))).toEqual({
      _id: 't1',
      operationName: 'say_hello',
      service: 'greeter',
      taskName: 'task t1',
      step: 4,
      status: 'pending',
      source: 'RUN',
      actor: { userId: 'local', channel: 'cli' },
      attempt: 1,
      attempts: [
        {
          attempt: 1,
          startedAt: null,
          finishedAt: null,
          error: null,
          deliveries: null,
          by: null,
          resolution: null,
        },
      ],
      compensates: null,
      cacheKey: null,
      resultName: null,
      startBy: null,
      deferredUntil: null,
      resolution: null,
      idempotencyKey: 'key-t1',
      orchestrated: true,
      flowRunId: 'run-1',
      parentTaskRunId: null,
      replayOf: null,
      deploymentId: 'deployment-1',
      inputDump: '{"name":"you","a.b":{"$set":1}}',
      resultRefs: [],
      errorCode: null,
      errorMessage: null,
      errorTraceback: null,
      errorList: [],
      logEntries: [],
      tags: ['x'],
      metadata: { dryRun: false, testMode: false, verbose: false, executionTime: null },
      traceId: '0af7651916cd43dd8448eb211c80319c',
      startedAt: null,
      finishedAt: null,
      durationMs: null,
      createdAt: at(1),
      updatedAt: at(1),
      lastSeq: 1,
      deadline: null,
      partial: false,
    });
  });

  it('holds what the outcome says', () => {
    const outcome = {
      ...done,
      resultRefs: [{ collection: 'Greeting', documentId: 'g1' }],
      itemErrors: [{ item: 'bob', message: 'is asleep', code: 'greeter/asleep' }],
    };
    expect(given(scheduled('t1'), finished('t1', outcome))).toMatchObject({
      status: 'success',
      startedAt: at(3),
      finishedAt: at(4),
      durationMs: 1_000,
      metadata: { executionTime: 1_000 },
      resultRefs: [{ collection: 'Greeting', documentId: 'g1' }],
      errorList: [{ item: 'bob', message: 'is asleep', code: 'greeter/asleep' }],
      attempts: [
        {
          attempt: 1,
          startedAt: at(3),
          finishedAt: at(4),
          error: null,
          deliveries: 1,
          by: 'greeter-1',
          resolution: null,
        },
      ],
      updatedAt: at(2),
      lastSeq: 2,
    });
  });

  it('says that a result was cached', () => {
    const cached = finished('t1', { status: 'success', result: 1, cached: true });
    expect(given(scheduled('t1'), cached)?.status).toBe('cached');
  });

  it('is one record over all attempts, and a later success leaves the error with its attempt', () => {
    const record = given(
      scheduled('t1'),
      finished('t1', { status: 'failed', error: failure }, { from: 3, to: 4 }),
      scheduled('t1', { attempt: 2 }),
      finished('t1', done, { attempt: 2, from: 10, to: 12 }),
    );
    expect(record).toMatchObject({
      status: 'success',
      attempt: 2,
      errorMessage: null,
      startedAt: at(3),
      finishedAt: at(12),
      durationMs: 9_000,
      metadata: { executionTime: 2_000 },
      attempts: [
        { attempt: 1, error: { code: 'greeter/busy', message: 'come back later', disposition: 'retry' } },
        { attempt: 2, error: null },
      ],
    });
  });

  it('is pending again while the next attempt waits', () => {
    const failed = finished('t1', { status: 'failed', error: failure });
    expect(given(scheduled('t1'), failed, scheduled('t1', { attempt: 2 }))).toMatchObject({
      status: 'pending',
      attempt: 2,
      finishedAt: null,
      durationMs: null,
      errorMessage: null,
    });
  });

  it('names the fields that were refused', () => {
    const error = {
      code: 'operation/invalid-input',
      message: 'limit must be at least 1',
      disposition: 'terminal' as const,
      fields: [{ field: 'limit', value: 0, message: 'must be at least 1' }],
      traceback: 'at limit',
    };
    expect(given(scheduled('t1'), finished('t1', { status: 'failed', error }))).toMatchObject({
      status: 'failed',
      errorCode: 'operation/invalid-input',
      errorMessage: 'limit must be at least 1',
      errorTraceback: 'at limit',
      errorList: [{ field: 'limit', value: '0', message: 'must be at least 1' }],
    });
  });

  it('keeps the first terminal event of an attempt and ignores what comes after (rule 4)', () => {
    const record = given(scheduled('t1'), cancelled('t1'));
    expect(record).toMatchObject({
      status: 'cancelled',
      finishedAt: at(2),
      errorMessage: 'the run was cancelled',
    });
    expect(fold(record, inRun(3, finished('t1', done)))).toBe(record);
  });

  it('is done nevertheless where its cancellation was provisional, on whichever side of it the success lies (rule 4)', () => {
    const provisional = { ...cancelled('t1'), provisional: [taskRunId('t1')] };
    const given1 = given(scheduled('t1'), provisional);
    expect(given1).toMatchObject({ status: 'cancelled', attempts: [{ finishedAt: null }] });
    expect(fold(given1, inRun(3, finished('t1', done)))).toMatchObject({
      status: 'success',
      errorMessage: null,
      attempts: [{ by: 'greeter-1', error: null }],
    });
    expect(given(scheduled('t1'), finished('t1', done), provisional)).toMatchObject({ status: 'success' });
  });

  it('hears only the first outcome of what was provisionally cancelled (rule 4)', () => {
    const provisional = { ...cancelled('t1'), provisional: [taskRunId('t1')] };
    const stopped = finished('t1', { status: 'failed', error: failure });
    const record = given(scheduled('t1'), provisional, stopped);
    expect(record).toMatchObject({
      status: 'cancelled',
      errorMessage: 'the run was cancelled',
      attempts: [{ by: 'greeter-1', error: { code: 'greeter/busy' } }],
    });
    expect(fold(record, inRun(4, finished('t1', done)))).toBe(record);
  });

  it('is over when it is cancelled for good after it was provisionally (rule 4)', () => {
    const provisional = { ...cancelled('t1'), provisional: [taskRunId('t1')] };
    const record = given(scheduled('t1'), provisional, cancelled('t1'));
    expect(record).toMatchObject({ status: 'cancelled', attempts: [{ finishedAt: at(3) }] });
    expect(fold(record, inRun(4, finished('t1', done)))).toBe(record);
  });

  it('ignores an outcome of an earlier attempt', () => {
    const record = given(
      scheduled('t1'),
      finished('t1', { status: 'failed', error: failure }),
      scheduled('t1', { attempt: 2 }),
    );
    expect(fold(record, inRun(4, finished('t1', done, { attempt: 1 })))).toBe(record);
  });

  it('knows what was asked of the task', () => {
    const terms = {
      compensates: 2,
      cache: { key: 'greet-you', expirationSeconds: 60 },
      resultName: 'greeting_2030-01-01',
      startBy: millis(BEGIN + 9_000),
    };
    expect(given(scheduled('t1', terms))).toMatchObject({
      compensates: 2,
      cacheKey: 'greet-you',
      resultName: 'greeting_2030-01-01',
      startBy: at(9),
    });
  });

  it('keeps its attempt open when that was deferred, until it is scheduled again', () => {
    const deferred = finished('t1', { status: 'deferred', until: millis(BEGIN + 60_000) });
    const record = given(scheduled('t1'), deferred);
    expect(record).toMatchObject({
      status: 'pending',
      attempt: 1,
      startedAt: null,
      deferredUntil: at(60),
    });
    const again = fold(record, inRun(3, scheduled('t1', { startBy: millis(BEGIN + 70_000) })));
    expect(again).toMatchObject({ status: 'pending', attempt: 1, deferredUntil: null, startBy: at(70) });
    expect(again?.attempts).toHaveLength(1);
    expect(fold(again, inRun(4, finished('t1', done)))).toMatchObject({ status: 'success', attempt: 1 });
  });

  it('is cancelled though it was deferred', () => {
    const deferred = finished('t1', { status: 'deferred', until: millis(BEGIN + 60_000) });
    expect(given(scheduled('t1'), deferred, cancelled('t1'))).toMatchObject({
      status: 'cancelled',
      deferredUntil: null,
    });
  });

  it('is running once its one claim is taken, unless that was taken so that nobody begins', () => {
    const claim = (holder: string) =>
      ({ type: 'TaskClaimed', taskRunId: taskRunId('t1'), attempt: 1, holder, nonce: 'n' }) as const;
    expect(given(scheduled('t1'), claim('greeter-1'))?.status).toBe('running');
    expect(given(scheduled('t1'), claim('orchestrator'))?.status).toBe('pending');
  });

  it('ignores an event that it has taken in before', () => {
    const record = given(scheduled('t1'), finished('t1', done));
    expect(
      foldTaskRun(record, inRun(2, finished('t1', { status: 'failed', error: failure })), 't1', null),
    ).toBeNull();
  });

  it('does not come to be for tasks that keep no record', () => {
    expect(given(scheduled('t1', { createTaskrun: false }))).toBeNull();
    expect(foldTaskRun(null, inRun(2, finished('t1', done)), 't1', null)).toBeNull();
  });

  it('keeps a note in the place of an input that is too large', () => {
    const record = given(scheduled('t1', { input: { text: 'x'.repeat(300_000) } }));
    expect(JSON.parse(record?.inputDump ?? '')).toEqual({ tooLargeToKeep: true, bytes: 300_011 });
    expect(record?.flowRunId).toBe(flowRunId('run-1'));
  });
});

describe('the record of a task of which nobody knows whether it took effect', () => {
  const unknown = finished('t1', {
    status: 'failed',
    error: { code: 'operation/ambiguous', message: 'its claim has no outcome', disposition: 'halt' },
  });
  const begun = [scheduled('t1'), unknown] as const;

  it('succeeds by the word of a person, whose name it keeps, and its attempt keeps the error', () => {
    expect(given(...begun, resumed({ as: 'succeeded', result: 1 }))).toMatchObject({
      status: 'success',
      errorCode: null,
      errorMessage: null,
      finishedAt: at(4),
      resolution: { as: 'succeeded', by: { userId: 'ann', channel: 'ui' }, at: at(3), message: null },
      attempts: [{ error: { code: 'operation/ambiguous' }, resolution: { as: 'succeeded' } }],
    });
  });

  it('fails by the word of a person, who says why', () => {
    expect(given(...begun, resumed({ as: 'failed', message: 'the post office has it not' }))).toMatchObject({
      status: 'failed',
      errorMessage: 'the post office has it not',
      errorCode: 'operation/ambiguous',
      resolution: { as: 'failed', message: 'the post office has it not' },
    });
  });

  it('is tried again by the word of a person', () => {
    const record = given(
      ...begun,
      resumed({ as: 'retry' }),
      scheduled('t1', { attempt: 2 }),
      finished('t1', done, { attempt: 2 }),
    );
    expect(record).toMatchObject({
      status: 'success',
      attempt: 2,
      resolution: { as: 'retry' },
      attempts: [{ resolution: { as: 'retry' } }, { resolution: null, error: null }],
    });
  });

  it('asks for another word when the next attempt is as unclear', () => {
    const again = { ...unknown, attempt: 2 };
    const record = given(...begun, resumed({ as: 'retry' }), scheduled('t1', { attempt: 2 }), again);
    expect(record).toMatchObject({ status: 'failed', attempt: 2 });
    expect(fold(record, inRun(6, resumed({ as: 'succeeded', result: 1 })))).toMatchObject({
      status: 'success',
      attempts: [{ resolution: { as: 'retry' } }, { resolution: { as: 'succeeded' } }],
    });
  });

  it('hears the first word only', () => {
    const record = given(...begun, resumed({ as: 'failed' }));
    expect(fold(record, inRun(4, resumed({ as: 'succeeded', result: 1 })))).toBe(record);
  });

  it('is one of which no outcome has come at all, where the halt says so', () => {
    const lost = { ...cancelled('t1'), reason: 'no outcome came within 90 s' };
    const record = given(scheduled('t1'), lost, inDoubt('t1'));
    expect(record).toMatchObject({
      status: 'failed',
      errorCode: 'flow/ambiguous-outcome',
      errorMessage: 'no outcome came within 90 s',
      attempts: [{ error: { message: 'no outcome came within 90 s', disposition: 'halt' } }],
    });
    expect(fold(record, inRun(4, finished('t1', done)))).toBe(record);
    expect(fold(record, inRun(4, resumed({ as: 'succeeded', result: 1 })))).toMatchObject({
      status: 'success',
      attempts: [{ resolution: { as: 'succeeded' } }],
    });
  });

  it('stays as it was by a halt that only says again what its outcome has said', () => {
    const record = given(...begun);
    expect(fold(record, inRun(3, inDoubt('t1')))).toBe(record);
  });

  it('is not one that is still open: a word on that counts for nothing', () => {
    const record = given(scheduled('t1'));
    expect(fold(record, inRun(2, resumed({ as: 'succeeded', result: 1 })))).toBe(record);
  });

  it('is the only one that a word can change', () => {
    const failed = given(scheduled('t1'), finished('t1', { status: 'failed', error: failure }));
    expect(fold(failed, inRun(3, resumed({ as: 'succeeded', result: 1 })))).toBe(failed);
    const other = given(...begun);
    const word = { ...resumed({ as: 'retry' }), resolutions: [{ taskRunId: taskRunId('t2'), as: 'retry' }] };
    expect(fold(other, inRun(3, word as TaskEvent))).toBe(other);
  });
});

it('a record that was made before tasks had terms reads as one without', () => {
  const { attempts, resultRefs: _, ...rest } = given(scheduled('t1')) as TaskRunRecord;
  const [{ resolution: __, ...attempt }] = attempts as [StoredAttempt];
  const { compensates, cacheKey, resultName, startBy, deferredUntil, resolution, ...earlier } = rest;
  expect([compensates, cacheKey, resultName, startBy, deferredUntil, resolution]).toEqual(
    Array(6).fill(null),
  );
  expect(completeTaskRun({ ...earlier, resultRefs: [], attempts: [attempt] })).toEqual(
    given(scheduled('t1')),
  );
});
