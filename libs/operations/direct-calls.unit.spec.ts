import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { LogUnavailableError } from '#libs/run-log';
import { DirectCalls } from './direct-calls.js';
import { LocalOperations } from './local-operations.js';
import { OperationClient } from './operation-client.js';
import type { OperationRun } from './operation-run.js';
import { Runner } from './runner.js';
import { defineOperation } from './contract.js';
import { memoryAdmissions } from './testing/memory-admissions.js';
import { OperationTimeoutError } from './stop-reasons.js';
import { RecordingLog } from './testing/recording-log.js';
import { Login, Send, goodInput, workOf } from './testing/sample-contracts.js';
import { SilentLogger } from './testing/silent-logger.js';
import type { Handler } from './work.js';

const sent = { success: true, parcelIds: ['p1'] };
let log: RecordingLog;
let calls: DirectCalls;
let client: OperationClient;
const local = new LocalOperations();
const handler = jest.fn<(input: object, run: OperationRun) => unknown>();

beforeEach(() => {
  log = new RecordingLog();
  handler.mockReset().mockImplementation(() => Promise.resolve(sent));
  const runner = new Runner({
    authorize: () => true,
    stopGraceMs: 100,
    logger: new SilentLogger(),
    surroundings: {
      callFrom: (...args) => client.callFrom(...args),
      publishLive: (_work, event) => void log.live.push(event),
    },
  });
  calls = new DirectCalls(log, runner, 'post@here', 'post', memoryAdmissions(runner));
  client = new OperationClient({
    nats: {} as never, // everything these tests call is hosted here
    log: {
      readAll: () => ({
        [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true, value: undefined }) }),
      }),
    },
    local: { operations: local, calls },
  });
  local.clear();
  local.host(Send, handler as Handler);
});

describe('rule 18: the record of a direct call', () => {
  it('is a claim that goes out before the handler begins, and an outcome that is stored before the answer', async () => {
    handler.mockImplementation(() => {
      log.order.push('begin');
      return sent;
    });
    const { outcome } = await calls.run(
      workOf(Send, { taskRunId: 'task-1', timeoutMs: 5_000 }),
      handler as Handler,
    );
    expect(outcome.status).toBe('success');
    expect(log.calls.map(({ type }) => type)).toEqual(['CallClaimed', 'CallFinished']);
    expect(log.order.at(-1)).toBe('CallFinished');
    const [claim] = log.calls;
    expect(claim).toMatchObject({
      taskRunId: 'task-1',
      operation: 'send_parcel',
      by: 'post@here',
      input: goodInput,
    });
    if (claim?.type === 'CallClaimed') expect(claim.deadline - claim.startedAt).toBe(5_000);
  });

  it('does not make the handler wait for the claim', async () => {
    let storeClaim: () => void = () => undefined;
    const stored = new Promise<void>((resolve) => (storeClaim = resolve));
    log.beforeWrite = (what) => (what === 'CallClaimed' ? stored : undefined);
    handler.mockImplementation(() => {
      storeClaim();
      return sent;
    });
    const { outcome } = await calls.run(workOf(Send), handler as Handler);
    expect(outcome.status).toBe('success');
    expect(log.calls).toHaveLength(2);
  });

  it('does not answer before the outcome is stored', async () => {
    let store: () => void = () => undefined;
    let reached: () => void = () => undefined;
    const storing = new Promise<void>((resolve) => (reached = resolve));
    log.beforeWrite = (what) =>
      what === 'CallFinished'
        ? new Promise<void>((resolve) => {
            store = resolve;
            reached();
          })
        : undefined;
    let answered = false;
    const answer = calls.run(workOf(Send), handler as Handler).then(() => (answered = true));
    await storing;
    expect(answered).toBe(false);
    store();
    await answer;
  });

  it('is made up for when the claim got lost', async () => {
    let failed = false;
    log.beforeWrite = (what) => {
      if (what !== 'CallClaimed' || failed) return;
      failed = true;
      throw new LogUnavailableError('claim');
    };
    await calls.run(workOf(Send), handler as Handler);
    expect(log.calls.map(({ type }) => type)).toEqual(['CallFinished', 'CallClaimed']);
  });

  it('is left by refusals too', async () => {
    await calls.run(workOf(Send, { input: {} }), handler as Handler);
    expect(log.calls[1]).toMatchObject({
      type: 'CallFinished',
      outcome: { status: 'failed', error: { code: 'operation/invalid-input', fields: expect.any(Array) } },
    });
  });

  it('is not left where the contract wants none', async () => {
    const Peek = defineOperation({ ...Send, name: 'peek', createTaskrun: false });
    const { outcome } = await calls.run(workOf(Peek), handler as Handler);
    expect(outcome.status).toBe('success');
    expect(log.calls).toEqual([]);
  });

  it('holds no sensitive value, while the caller gets it', async () => {
    handler.mockImplementation(() => ({ said: 'hello', token: 't0p-s3cret' }));
    const work = workOf(Login, { input: { name: 'anna', password: 'battery staple' } });
    const { outcome, storedAt } = await calls.run(work, handler as Handler);
    expect(outcome).toMatchObject({ result: { token: 't0p-s3cret' } });
    expect(storedAt).toBeUndefined();
    expect(JSON.stringify(log.calls)).not.toMatch(/battery|t0p/);
  });

  it('tells that the outcome could not be stored', async () => {
    log.beforeWrite = () => {
      throw new LogUnavailableError('call');
    };
    jest.useFakeTimers();
    const answer = calls.run(workOf(Send, { timeoutMs: 100 }), handler as Handler);
    await jest.advanceTimersByTimeAsync(5_000);
    jest.useRealTimers();
    expect((await answer).outcome).toMatchObject({
      status: 'failed',
      error: { code: 'operation/gave-up', cause: { code: 'run-log/unavailable' } },
    });
  });
});

describe('the actor', () => {
  it('is who is authenticated, and replaces what the input says', async () => {
    const input = { ...goodInput, userId: 'eve' };
    await calls.run(workOf(Send, { input, actor: { userId: 'anna', channel: 'api' } }), handler as Handler);
    expect(handler.mock.calls[0]?.[0]).toMatchObject({ userId: 'anna' });
    expect(log.calls[0]).toMatchObject({
      actor: { userId: 'anna', channel: 'api' },
      input: { userId: 'anna' },
    });
  });

  it('is who the input names where nobody is authenticated', async () => {
    const input = { ...goodInput, userId: 'anna' };
    await calls.run(workOf(Send, { input, actor: { channel: 'cli' } }), handler as Handler);
    expect(log.calls[0]).toMatchObject({ actor: { userId: 'anna', channel: 'cli' } });
  });
});

describe('a nested call', () => {
  const Inner = defineOperation({ ...Send, name: 'inner' });
  const parent = () =>
    ({
      ...workOf(Send, {
        taskRunId: 'parent',
        flowRunId: 'run-1',
        actor: { userId: 'anna', channel: 'flow' },
        flags: { dryRun: true },
        tags: ['spring'],
        timeoutMs: 10_000,
      }),
      trace: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
    }) as const;
  const claims = () => log.calls.filter((event) => event.type === 'CallClaimed');

  it('takes flow, actor, flags, tags, trace and deadline along and names its parent', async () => {
    local.host(Inner, handler as Handler);
    const outer: Handler = (_input, run) => (run as OperationRun).call(Inner, goodInput);
    await calls.run(parent(), outer);
    const [own, inner] = claims();
    expect(inner).toMatchObject({
      operation: 'inner',
      flowRunId: 'run-1',
      parentTaskRunId: 'parent',
      actor: { userId: 'anna', channel: 'flow' },
      flags: { dryRun: true },
      tags: ['spring'],
    });
    expect(inner?.timeoutMs).toBeLessThanOrEqual(own?.timeoutMs ?? 0);
    expect(new Set(log.traces.map((trace) => trace?.traceparent)).size).toBe(1);
  });

  it('has the same idempotency key in each attempt of its parent, and another for each call', async () => {
    local.host(Inner, handler as Handler);
    const outer: Handler = async (_input, run) => {
      await (run as OperationRun).call(Inner, goodInput);
      return (run as OperationRun).call(Inner, goodInput);
    };
    await calls.run({ ...parent(), execution: { ...parent().execution, idempotencyKey: 'k' } }, outer);
    await calls.run({ ...parent(), execution: { ...parent().execution, idempotencyKey: 'k' } }, outer);
    const keys = claims()
      .filter(({ operation }) => operation === 'inner')
      .map(({ idempotencyKey }) => idempotencyKey);
    expect(keys[0]).toBe(keys[2]);
    expect(keys[1]).toBe(keys[3]);
    expect(keys[0]).not.toBe(keys[1]);
  });

  it('belongs to the operation it is made in when made by the client', async () => {
    local.host(Inner, handler as Handler);
    await calls.run(parent(), () => client.call(Inner, goodInput, { actor: { userId: 'eve' } }));
    expect(claims()[1]).toMatchObject({ parentTaskRunId: 'parent', actor: { userId: 'anna' } });
  });

  it('throws what the other threw', async () => {
    local.host(Inner, () =>
      Promise.reject(
        Object.assign(new Error('busy'), { code: 'post/busy', disposition: 'retry', retryAfterMs: 9 }),
      ),
    );
    const { outcome } = await calls.run(parent(), (_input, run) =>
      (run as OperationRun).call(Inner, goodInput),
    );
    expect(outcome).toMatchObject({ error: { code: 'post/busy', disposition: 'retry', retryAfterMs: 9 } });
  });

  it('gives back an answer that says success: false', async () => {
    local.host(Inner, () => ({ success: false, parcelIds: [], message: 'closed' }));
    let seen: unknown;
    await calls.run(parent(), async (_input, run) => {
      seen = await (run as OperationRun).call(Inner, goodInput);
      return sent;
    });
    expect(seen).toMatchObject({ success: false, message: 'closed' });
  });

  it('ends with its parent', async () => {
    const work = parent();
    local.host(Inner, (_input, run) => {
      const { signal } = run as OperationRun;
      const ended = new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason as Error)),
      );
      work.stop.abort(new OperationTimeoutError('outer', 5));
      return ended;
    });
    await calls.run(work, (_input, run) => (run as OperationRun).call(Inner, goodInput));
    const inner = log.calls.find((event) => event.type === 'CallFinished' && event.operation === 'inner');
    expect(inner).toMatchObject({ outcome: { status: 'failed', error: { code: 'operation/timeout' } } });
  });
});

it('refuses calls once it closes', async () => {
  await calls.close(new AbortController().signal);
  const { outcome } = await calls.run(workOf(Send), handler as Handler);
  expect(outcome).toMatchObject({
    status: 'failed',
    error: { code: 'operation/shutting-down', disposition: 'retry' },
  });
  expect(handler).not.toHaveBeenCalled();
});
