import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DeadLetterDto, TaskRunDto } from '#libs/contracts';
import type { CallEvent } from '#libs/run-log';
import { streamSeq } from '#libs/run-log';
import { TestGateway } from '../testing/test-gateway.js';

let at: TestGateway;

beforeAll(async () => {
  at = await TestGateway.start();
});
afterAll(() => at.close());

/** Keeps the record of an execution that has ended. */
function keep(id: string, over: Partial<TaskRunDto> = {}): string {
  const at_ = '2026-11-21T10:00:00.000Z';
  at.records.taskRuns.set(id, {
    id,
    operationName: 'echo',
    service: 'echo',
    replayOf: null,
    taskName: null,
    step: null,
    compensates: null,
    cacheKey: null,
    resultName: null,
    startBy: null,
    deferredUntil: null,
    resolution: null,
    status: 'failed',
    actor: { userId: 'ann', channel: 'api' },
    attempt: 1,
    attempts: [],
    idempotencyKey: `key-${id}`,
    orchestrated: false,
    flowRunId: null,
    parentTaskRunId: null,
    deploymentId: null,
    inputDump: { text: 'ho', times: 2 },
    resultRefs: [],
    errorMessage: null,
    errorCode: null,
    errorTraceback: null,
    errorList: [],
    logEntries: [],
    logsRef: `task_logs/${id}`,
    tags: ['evening'],
    metadata: { dryRun: false, testMode: true, verbose: false, executionTime: 1 },
    progress: null,
    traceId: null,
    startedAt: at_,
    finishedAt: at_,
    durationMs: 1,
    createdAt: at_,
    updatedAt: at_,
    lastSeq: 1,
    ...over,
  });
  return id;
}

async function claimOf(taskRunId: string): Promise<Extract<CallEvent, { type: 'CallClaimed' }>> {
  for await (const { event } of at.log.readAll('CALLS', streamSeq(1)))
    if (event.type === 'CallClaimed' && event.taskRunId === taskRunId) return event;
  throw new Error(`nobody claimed ${taskRunId}`);
}

describe('replaying a task run', () => {
  it('runs the operation with the same input, for the same user, linked to the first', async () => {
    const id = keep('t1');
    const { status, body } = await at.post(`/task-runs/${id}/replay`, {});
    expect(status).toBe(200);
    expect(body).toMatchObject({
      operation: 'echo',
      status: 'success',
      replayOf: 't1',
      result: { text: 'hoho', userId: 'ann', dryRun: false },
    });
    const { actor, flags, tags, idempotencyKey, replayOf } = await claimOf(body.taskRunId);
    expect({ flags, tags, replayOf }).toEqual({
      flags: { dryRun: false, testMode: true, verbose: false },
      tags: ['evening'],
      replayOf: 't1',
    });
    expect(actor).toMatchObject({ userId: 'ann', by: 'local' });
    expect(idempotencyKey).not.toBe('key-t1');
  });

  it('runs it dry where that is asked for, and where it was run so', async () => {
    keep('t1');
    const dry = await at.post('/task-runs/t1/replay', { dryRun: true });
    expect(dry.body.result.dryRun).toBe(true);
    keep('t2', { metadata: { dryRun: true, testMode: false, verbose: false, executionTime: 1 } });
    expect((await at.post('/task-runs/t2/replay', {})).body.result.dryRun).toBe(true);
    expect((await at.post('/task-runs/t2/replay', { dryRun: false })).body.result.dryRun).toBe(false);
  });

  it('answers with what went wrong this time', async () => {
    keep('t1', { inputDump: { text: 'ho', end: 'unsuccessful' } });
    expect((await at.post('/task-runs/t1/replay', {})).body).toMatchObject({
      status: 'failed',
      replayOf: 't1',
    });
    keep('t1', { inputDump: { text: 7 } });
    expect((await at.post('/task-runs/t1/replay', {})).body).toMatchObject({
      code: 'operation/invalid-input',
    });
  });

  it('needs a word where the operation takes effect at most once', async () => {
    keep('t1', { operationName: 'ring', status: 'success' });
    const refused = await at.post('/task-runs/t1/replay', {});
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({
      code: 'gateway/force-needed',
      detail: expect.stringContaining('ring takes effect at most once, and t1 may have taken effect'),
    });
    expect((await at.post('/task-runs/t1/replay', { force: true })).body).toMatchObject({
      status: 'success',
    });
  });

  it.each([
    [
      { inputDump: { login: { password: '[redacted]' }, keys: ['[redacted]'] } },
      'sensitive fields of its input were not kept: login.password, keys[0]',
      ['input.login.password', 'input.keys[0]'],
    ],
    [{ inputDump: { tooLargeToKeep: true, bytes: 1e6 } }, 'too large to be kept', undefined],
    [{ inputDump: null }, 'holds no input', undefined],
  ])('is refused where the input was not kept: %j', async (over, why, fields) => {
    keep('t1', over);
    const { status, body } = await at.post('/task-runs/t1/replay', {});
    expect(status).toBe(409);
    expect(body).toMatchObject({ code: 'gateway/input-not-kept', detail: expect.stringContaining(why) });
    expect(body.errors?.map(({ field }) => field)).toEqual(fields);
  });

  it('is refused of what is not there, has not ended, or has no service any more', async () => {
    expect((await at.post('/task-runs/none/replay', {})).status).toBe(404);
    keep('t1', { status: 'running' });
    expect((await at.post('/task-runs/t1/replay', {})).body).toMatchObject({
      status: 409,
      code: 'gateway/still-running',
    });
    keep('t1', { operationName: 'sing' });
    expect((await at.post('/task-runs/t1/replay', {})).body).toMatchObject({ code: 'operation/unknown' });
    expect((await at.post('/task-runs/t1/replay', { forced: true })).body).toMatchObject({
      status: 422,
      errors: [{ field: 'forced' }],
    });
  });
});

describe('dead letters', () => {
  const put = (id: string, over: Partial<DeadLetterDto> = {}): void =>
    void at.records.deadLetters.set(id, {
      id,
      ofTaskRun: id.split('.')[0] ?? '',
      attempt: 1,
      operationName: 'echo',
      service: 'echo',
      flowRunId: 'run-1',
      actor: { userId: 'ann', channel: 'flow' },
      input: { text: 'ho' },
      deliveries: 5,
      error: { code: 'operation/delivery-exhausted', message: 'handed out 5 times', disposition: 'terminal' },
      idempotencyKey: 'work-1',
      flags: { dryRun: true, testMode: false, verbose: false },
      tags: [],
      status: 'open',
      settledBy: null,
      settledAt: null,
      reason: null,
      retryTaskRunId: null,
      traceId: null,
      createdAt: '2026-11-21T10:00:00.000Z',
      ...over,
    });
  const letter = async (id: string) => (await at.ask<DeadLetterDto>(`/dead-letters/${id}`)).body;

  it('are listed with where they lie', async () => {
    put('d1.1');
    expect((await at.ask('/dead-letters?status=open&operation=echo')).body).toMatchObject({
      items: [
        {
          id: 'd1.1',
          links: { self: '/dead-letters/d1.1', taskRun: '/task-runs/d1', flowRun: '/flow-runs/run-1' },
        },
      ],
    });
    expect(at.records.asked.at(-1)).toMatchObject({ status: 'open', operation: 'echo' });
    expect((await at.ask('/dead-letters/none.1')).status).toBe(404);
  });

  it('are retried as the same piece of work, noted before it is done', async () => {
    put('d1.1');
    const { body } = await at.post('/dead-letters/d1.1/retry', { reason: 'more memory' });
    expect(body).toMatchObject({
      status: 'success',
      replayOf: 'd1',
      result: { dryRun: true, userId: 'ann' },
    });
    expect(await letter('d1.1')).toMatchObject({
      status: 'retried',
      retryTaskRunId: body.taskRunId,
      reason: 'more memory',
      settledBy: { userId: 'local' },
    });
    expect((await claimOf(body.taskRunId)).idempotencyKey).toBe('work-1');
  });

  it('are retried again only where the retry came to nothing, or never came to a service', async () => {
    put('d1.1', { status: 'retried', retryTaskRunId: keep('r1', { status: 'success' }) });
    const refused = await at.post('/dead-letters/d1.1/retry', {});
    expect(refused.body).toMatchObject({
      status: 409,
      code: 'audit/settled',
      detail: expect.stringContaining('which is success'),
    });
    keep('r1', { status: 'failed' });
    expect((await at.post('/dead-letters/d1.1/retry', {})).body).toMatchObject({ status: 'success' });
    put('d1.1', { status: 'retried', retryTaskRunId: 'begun', settledAt: new Date().toISOString() });
    expect((await at.post('/dead-letters/d1.1/retry', {})).body).toMatchObject({
      code: 'audit/settled',
      detail: expect.stringContaining('a moment ago'),
    });
    put('d1.1', { status: 'retried', retryTaskRunId: 'never-claimed' });
    expect((await at.post('/dead-letters/d1.1/retry', {})).body).toMatchObject({ status: 'success' });
    put('d1.1', { status: 'dropped' });
    expect((await at.post('/dead-letters/d1.1/retry', {})).body).toMatchObject({ code: 'audit/settled' });
  });

  it('are not noted as retried where they cannot be', async () => {
    put('d1.1', { input: { text: '[redacted]' } });
    expect((await at.post('/dead-letters/d1.1/retry', {})).body).toMatchObject({
      code: 'gateway/input-not-kept',
    });
    put('d2.1', { operationName: 'ring' });
    expect((await at.post('/dead-letters/d2.1/retry', {})).body).toMatchObject({
      code: 'gateway/force-needed',
    });
    expect([(await letter('d1.1')).status, (await letter('d2.1')).status]).toEqual(['open', 'open']);
    expect((await at.post('/dead-letters/d2.1/retry', { force: true })).body).toMatchObject({
      status: 'success',
    });
  });

  it('are dropped for a reason, and kept', async () => {
    put('d1.1');
    expect((await at.post('/dead-letters/d1.1/drop', {})).body).toMatchObject({
      status: 422,
      errors: [{ field: 'reason' }],
    });
    await at.post('/dead-letters/d1.1/drop', { reason: 'the posting is gone' });
    expect(await letter('d1.1')).toMatchObject({ status: 'dropped', reason: 'the posting is gone' });
    expect((await at.post('/dead-letters/d1.1/drop', { reason: 'again' })).status).toBe(409);
  });
});

describe('lineage', () => {
  it('is asked for by run and by document', async () => {
    expect((await at.ask('/lineage/runs/run-1?collection=jobs&limit=5')).body).toMatchObject({
      truncated: false,
    });
    expect(at.records.asked.at(-1)).toMatchObject({ flowRunId: 'run-1', collection: 'jobs', limit: 5 });
    await at.ask('/lineage/jobs/job_1%2F2?userId=ann');
    expect(at.records.asked.at(-1)).toMatchObject({ collection: 'jobs', documentId: 'job_1/2', user: 'ann' });
    expect((await at.ask('/lineage/runs/run-1?limit=0')).status).toBe(400);
  });
});

describe('an export', () => {
  it('streams records as JSON lines', async () => {
    at.records.taskRuns.clear();
    keep('t1', { flowRunId: 'run-9' });
    keep('t2', { flowRunId: 'run-9' });
    const response = await fetch(`${at.gateway.url}/audit/export/task-runs?flowRunId=run-9`);
    expect(response.headers.get('content-type')).toBe('application/x-ndjson');
    const lines = (await response.text()).trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as TaskRunDto).id)).toEqual(['t1', 't2']);
    expect(at.records.asked.at(-1)).toMatchObject({ sort: 'createdAt' });
  });

  it('refuses a filter before it begins', async () => {
    expect((await at.ask('/audit/export/flow-runs?status=maybe')).status).toBe(400);
  });
});
