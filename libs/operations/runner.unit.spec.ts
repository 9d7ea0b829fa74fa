import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { ForbiddenException, NotFoundException, ServiceUnavailableException } from '@nestjs/common';
import { RpcException } from '@nestjs/microservices';
import { of } from 'rxjs';
import type { LiveEvent } from '#libs/run-log';
import type { Authorize } from './authorize.js';
import type { OperationRun } from './operation-run.js';
import { currentRun } from './run-context.js';
import { Runner } from './runner.js';
import { CancelledError, ShuttingDownError } from './stop-reasons.js';
import { RetryableError, TerminalError } from './errors.js';
import { Login, Send, SendOnce, workOf } from './testing/sample-contracts.js';
import { SilentLogger } from './testing/silent-logger.js';
import type { Ended, Handler, Work } from './work.js';

const live: LiveEvent[] = [];
const logger = new SilentLogger();

function runnerWith(authorize: Authorize = () => true): Runner {
  return new Runner({
    authorize,
    stopGraceMs: 2_000,
    logger,
    surroundings: {
      callFrom: () => Promise.reject(new TypeError('no nested calls here')),
      publishLive: (_work, event) => void live.push(event),
    },
  });
}

const sent = { success: true, parcelIds: ['p1', 'p2'] };
type Told = (input: { copies: number; query: { words: string[] } }, run: OperationRun) => unknown;

const run = (tell: Told, work: Work = workOf(Send), runner = runnerWith()): Promise<Ended> =>
  runner.run(work, tell as Handler);

function errorOf({ outcome }: Ended) {
  if (outcome.status !== 'failed') throw new TypeError(`expected a failure, got ${outcome.status}`);
  return outcome.error;
}

afterEach(() => {
  jest.useRealTimers();
  live.length = 0;
  logger.lines.length = 0;
});

describe('what goes in and comes out', () => {
  it('hands the handler a checked DTO with defaults', async () => {
    let seen: unknown;
    await run(
      (input) => {
        seen = { copies: input.copies, kind: input.constructor.name };
        return sent;
      },
      workOf(Send, { input: { query: { words: ['red'] } } }),
    );
    expect(seen).toEqual({ copies: 1, kind: 'SendInput' });
  });

  it('refuses an input with the path, the value and what was expected, and does not run', async () => {
    const tell = jest.fn<Told>();
    const input = { query: { words: ['red', 'blue', 7] }, copies: 11, colour: 'green' };
    const error = errorOf(await run(tell, workOf(Send, { input })));
    expect(tell).not.toHaveBeenCalled();
    expect(error).toMatchObject({ code: 'operation/invalid-input', disposition: 'terminal' });
    expect(error.fields).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ field: 'query.words[2]', value: 7 }),
        { field: 'copies', value: 11, message: 'copies must not be greater than 10' },
        { field: 'colour', value: 'green', message: 'unknown field; expected one of query, copies, userId' },
      ]),
    );
  });

  it('refuses an output that does not fit the contract', async () => {
    const error = errorOf(await run(() => ({ success: true, parcelIds: 'p1' })));
    expect(error).toMatchObject({ code: 'operation/invalid-output', disposition: 'terminal' });
    expect(error.fields?.[0]).toMatchObject({ field: 'parcelIds', value: 'p1' });
  });

  it('checks an output as it will be recorded: as JSON', async () => {
    const ended = await run(() => ({ ...sent, parcelIds: [{ toJSON: () => 'p9' }] }));
    expect(ended.outcome).toMatchObject({ status: 'success', result: { parcelIds: ['p9'] } });
  });

  it('writes the task run id into an output that has a field for it', async () => {
    const work = workOf(Send, { taskRunId: 'task-7' });
    expect((await run(() => sent, work)).outcome).toMatchObject({ result: { taskRunId: 'task-7' } });
  });

  it('takes the last value of an observable', async () => {
    expect((await run(() => of({ success: false }, sent))).outcome.status).toBe('success');
  });

  it('collects result references from the contract and from the run, each once', async () => {
    const ended = await run((_input, context) => {
      context.addResultRef({ collection: 'Stamp', documentId: 's1' });
      context.addResultRef({ collection: 'Parcel', documentId: 'p1' });
      return sent;
    });
    expect(ended.outcome.resultRefs).toEqual([
      { collection: 'Stamp', documentId: 's1' },
      { collection: 'Parcel', documentId: 'p1' },
      { collection: 'Parcel', documentId: 'p2' },
    ]);
  });

  it('keeps what went wrong with single items while the whole succeeds', async () => {
    const ended = await run((_input, context) => {
      context.itemError({ item: 'p3', message: 'no address' });
      return sent;
    });
    expect(ended.outcome).toMatchObject({
      status: 'success',
      itemErrors: [{ item: 'p3', message: 'no address' }],
    });
  });

  it('records an answer with success: false as failed and keeps the answer', async () => {
    const ended = await run(() => ({ success: false, parcelIds: [], message: 'the post is closed' }));
    expect(ended.outcome).toMatchObject({
      status: 'failed',
      result: { success: false },
      error: { code: 'operation/unsuccessful', message: 'the post is closed', disposition: 'terminal' },
    });
  });
});

describe('who may run it', () => {
  it('refuses before the input is looked at', async () => {
    const error = errorOf(
      await run(
        () => sent,
        workOf(Send, { input: 'nonsense' }),
        runnerWith(() => false),
      ),
    );
    expect(error).toMatchObject({ code: 'operation/forbidden', disposition: 'terminal' });
  });

  it('asks with the contract and the actor', async () => {
    const authorize = jest.fn<Authorize>(() => true);
    await run(() => sent, workOf(Send, { actor: { userId: 'anna', channel: 'api' } }), runnerWith(authorize));
    expect(authorize).toHaveBeenCalledWith({ contract: Send, actor: { userId: 'anna', channel: 'api' } });
  });

  it('answers unsupported, to be tried again, for a version that it does not know', async () => {
    const error = errorOf(await run(() => sent, workOf(Send, { contractVersion: 2 })));
    expect(error).toMatchObject({ code: 'operation/unsupported', disposition: 'retry' });
  });
});

describe('what the handler knows of itself', () => {
  it('is found by whatever the handler awaits', async () => {
    let found: OperationRun | undefined;
    await run(async (_input, context) => {
      await Promise.resolve();
      found = currentRun();
      expect(found).toBe(context);
      return sent;
    });
    expect(found?.contract).toBe(Send);
    expect(currentRun()).toBeUndefined();
  });

  it('has actor, flags, key and deadline', async () => {
    let context: OperationRun | undefined;
    const work = workOf(Send, { flags: { dryRun: true }, idempotencyKey: 'k', timeoutMs: 1_000 });
    const before = Date.now();
    await run((_input, it) => {
      context = it;
      return sent;
    }, work);
    expect(context).toMatchObject({
      actor: { userId: 'anonymous', channel: 'nats' },
      flags: { dryRun: true, testMode: false, verbose: false },
      idempotencyKey: 'k',
      attempt: 1,
      flowRunId: null,
    });
    expect(context?.deadline).toBeGreaterThanOrEqual(before + 1_000);
  });

  it('shows progress and each log line live, and writes each line to the logger', async () => {
    await run((_input, context) => {
      context.progress(1, 2, 'half');
      context.log.warn('slow', { ms: 5 });
      return sent;
    });
    expect(live).toEqual([
      expect.objectContaining({ type: 'TaskProgressed', done: 1, total: 2, message: 'half' }),
      expect.objectContaining({
        type: 'LogEmitted',
        entry: expect.objectContaining({ level: 'warn', message: 'slow', fields: { ms: 5 } }),
      }),
    ]);
    expect(logger.lines).toEqual([
      {
        level: 'warn',
        message: 'slow',
        fields: expect.objectContaining({ ms: 5, operation: 'send_parcel' }),
      },
    ]);
  });

  it('keeps log lines in the outcome only when the run is verbose, at most 200', async () => {
    const chatty: Told = (_input, context) => {
      for (let line = 0; line < 300; line++) context.log.info(`line ${line}`);
      return sent;
    };
    expect((await run(chatty)).outcome.logEntries).toBeUndefined();
    const lines = (await run(chatty, workOf(Send, { flags: { verbose: true } }))).outcome.logEntries ?? [];
    expect(lines).toHaveLength(200);
    expect(lines.at(-1)?.message).toBe('101 further lines were left out');
  });

  it('takes log fields that JSON cannot hold', async () => {
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    const ended = await run(
      (_input, context) => {
        context.log.info('odd', circular);
        context.log.info('big', { count: 10n, error: new RangeError('far') });
        return sent;
      },
      workOf(Send, { flags: { verbose: true } }),
    );
    expect(ended.outcome.logEntries?.[1]?.fields).toEqual({
      count: '10',
      error: { name: 'RangeError', message: 'far' },
    });
  });
});

describe('what goes wrong', () => {
  it('keeps code, disposition and retry time of an error and adds its trace and cause', async () => {
    const error = errorOf(
      await run(() => {
        throw new RetryableError('post/busy', 'too many', 3_000, { cause: new Error('socket hang up') });
      }),
    );
    expect(error).toMatchObject({
      code: 'post/busy',
      message: 'too many',
      disposition: 'retry',
      retryAfterMs: 3_000,
      cause: { code: 'operation/failed', message: 'socket hang up' },
    });
    expect(error.traceback).toContain('runner.unit.spec');
  });

  it('counts an unknown error as one that another try may survive', async () => {
    const error = errorOf(await run(() => Promise.reject(new Error('odd'))));
    expect(error).toMatchObject({ code: 'operation/failed', message: 'odd', disposition: 'retry' });
  });

  it.each([
    ['a text', 'no more stamps', 'no more stamps'],
    ['a number', 42, '42'],
    ['an object', { message: 'bare' }, 'bare'],
    ['nothing', undefined, 'undefined'],
  ])('records %s that was thrown', async (_what, thrown, message) => {
    const throwing = (function* () {})();
    const error = errorOf(await run(() => throwing.throw(thrown)));
    expect(error).toMatchObject({ code: 'operation/failed', message, disposition: 'retry' });
    expect(error.traceback).toContain('not an Error');
  });

  it.each([
    ['the refusal of a guard', 'operation/forbidden', 'terminal', new RpcException('Forbidden resource')],
    ["Nest's 403", 'operation/forbidden', 'terminal', new ForbiddenException()],
    ["Nest's 404", 'operation/rejected', 'terminal', new NotFoundException()],
    ["Nest's 503", 'operation/failed', 'retry', new ServiceUnavailableException()],
    [
      'an exception that carries a code',
      'post/lost',
      'halt',
      new RpcException({ code: 'post/lost', disposition: 'halt', message: 'lost' }),
    ],
  ])('reads %s as %s, %s', async (_what, code, disposition, thrown) => {
    expect(errorOf(await run(() => Promise.reject(thrown)))).toMatchObject({ code, disposition });
  });
});

describe('when it is told to stop', () => {
  const untilStopped: Told = (_input, context) =>
    new Promise((_resolve, reject) =>
      context.signal.addEventListener('abort', () => reject(context.signal.reason as Error)),
    );

  it('aborts at the deadline and fails with a time-out that may be tried again', async () => {
    jest.useFakeTimers();
    const running = run(untilStopped, workOf(Send, { timeoutMs: 500 }));
    await jest.advanceTimersByTimeAsync(500);
    expect(errorOf(await running)).toMatchObject({ code: 'operation/timeout', disposition: 'retry' });
  });

  it('frees the slot of a handler that ignores the signal once the grace is over', async () => {
    jest.useFakeTimers();
    let settled = false;
    const running = run(() => new Promise(() => undefined), workOf(Send, { timeoutMs: 500 })).then(
      (ended) => {
        settled = true;
        return ended;
      },
    );
    await jest.advanceTimersByTimeAsync(2_499);
    expect(settled).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    expect(errorOf(await running).code).toBe('operation/timeout');
  });

  it('is cancelled with the reason', async () => {
    const work = workOf(Send);
    const running = run(untilStopped, work);
    work.stop.abort(new CancelledError('changed my mind'));
    expect((await running).outcome).toEqual({ status: 'cancelled', reason: 'changed my mind' });
  });

  it('does not begin what was called off before', async () => {
    const work = workOf(Send);
    work.stop.abort(new CancelledError('too late'));
    const tell = jest.fn<Told>();
    expect((await run(tell, work)).outcome.status).toBe('cancelled');
    expect(tell).not.toHaveBeenCalled();
  });

  it('keeps a result that still comes while the process shuts down', async () => {
    const work = workOf(Send);
    let begin = (): void => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const running = run((_input, context) => {
      begin();
      return new Promise((resolve) => context.signal.addEventListener('abort', () => resolve(sent)));
    }, work);
    await begun;
    work.stop.abort(new ShuttingDownError('post'));
    const ended = await running;
    expect(ended.outcome.status).toBe('success');
    expect(ended.stopped).toBeUndefined();
  });

  it('is in no doubt of what may run only once where it was stopped before it began', async () => {
    const cancelled = workOf(SendOnce);
    cancelled.stop.abort(new CancelledError('no more'));
    expect((await run(untilStopped, cancelled)).outcome).toEqual({ status: 'cancelled', reason: 'no more' });
    const closing = workOf(SendOnce);
    closing.stop.abort(new ShuttingDownError('post'));
    expect(errorOf(await run(untilStopped, closing))).toMatchObject({
      code: 'operation/shutting-down',
      disposition: 'retry',
    });
  });

  it('leaves a time-out of what may run only once to a person', async () => {
    jest.useFakeTimers();
    const running = run(untilStopped, workOf(SendOnce, { timeoutMs: 500 }));
    await jest.advanceTimersByTimeAsync(500);
    expect(errorOf(await running)).toMatchObject({ code: 'operation/ambiguous', disposition: 'halt' });
  });

  it('keeps a late success of what may run only once: it did take effect', async () => {
    jest.useFakeTimers();
    const running = run(
      (_input, context) =>
        new Promise((resolve) => context.signal.addEventListener('abort', () => resolve(sent))),
      workOf(SendOnce, { timeoutMs: 500 }),
    );
    await jest.advanceTimersByTimeAsync(500);
    expect((await running).outcome.status).toBe('success');
  });
});

describe('a task that says itself how often it may take effect, whatever its operation says', () => {
  const lateSuccess: Told = (_input, context) =>
    new Promise((resolve) => context.signal.addEventListener('abort', () => resolve(sent)));
  const untilStopped: Told = (_input, context) =>
    new Promise((_resolve, reject) =>
      context.signal.addEventListener('abort', () => reject(context.signal.reason as Error)),
    );
  const timedOut = async (tell: Told, contract: typeof Send, guarantee: Work['guarantee']) => {
    jest.useFakeTimers();
    const running = run(tell, { ...workOf(contract, { timeoutMs: 500 }), guarantee: guarantee! });
    await jest.advanceTimersByTimeAsync(500);
    return running;
  };

  it('leaves the time-out of a task that may run only once to a person', async () => {
    const ended = await timedOut(untilStopped, Send, 'at-most-once');
    expect(errorOf(ended)).toMatchObject({ code: 'operation/ambiguous', disposition: 'halt' });
  });

  it('keeps the late success of a task that may run only once', async () => {
    expect((await timedOut(lateSuccess, Send, 'at-most-once')).outcome.status).toBe('success');
  });

  it('may try a task again that may run more than once', async () => {
    for (const tell of [untilStopped, lateSuccess]) {
      const ended = await timedOut(tell, SendOnce, 'at-least-once');
      expect(errorOf(ended)).toMatchObject({ code: 'operation/timeout', disposition: 'retry' });
    }
  });
});

describe('sensitive fields', () => {
  const secret = 'correct horse battery';
  const work = () => workOf(Login, { input: { name: 'anna', password: secret }, flags: { verbose: true } });
  const text = (value: unknown): string => JSON.stringify(value);

  it('reach the handler and the caller, and no record, log line or live event', async () => {
    let seen: unknown;
    const ended = await run((input, context) => {
      seen = input;
      context.log.info(`logging in with ${secret}`, { password: secret });
      context.progress(1, 1, secret);
      context.itemError({ item: 'x', message: secret });
      return { said: `you said ${secret}`, token: 't0p-s3cret' };
    }, work());
    expect(text(seen)).toContain(secret);
    expect(ended.outcome).toMatchObject({ result: { token: 't0p-s3cret' } });
    for (const kept of [ended.recorded, live, logger.lines]) {
      expect(text(kept)).not.toContain(secret);
      expect(text(kept)).not.toContain('t0p-s3cret');
    }
  });

  it('are struck out of errors and their traces', async () => {
    const ended = await run(() => {
      throw new TerminalError('post/no', `wrong password ${secret}`);
    }, work());
    expect(text(ended.recorded)).not.toContain(secret);
    expect(ended.recorded).toMatchObject({ error: { message: 'wrong password [redacted]' } });
  });

  it('are struck out of the error of the field that was refused', async () => {
    const ended = await run(() => sent, workOf(Login, { input: { name: 'anna', password: 77_123 } }));
    expect(errorOf(ended).fields).toEqual([
      { field: 'password', value: '[redacted]', message: 'password must be a string' },
    ]);
  });
});
