import { createHash, randomUUID } from 'node:crypto';
import { headers } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import { taskRunId } from '#libs/run-log';
import type {
  Actor,
  ErrorRecord,
  Outcome,
  RunFlags,
  RunLog,
  StreamSeq,
  TaskRunId,
  TraceContext,
} from '#libs/run-log';
import { currentTrace, newTrace } from '#libs/telemetry';
import type { Catalog } from './catalog.js';
import {
  ReplyTooLargeError,
  RequestTooLargeError,
  UnknownOperationError,
  requestFailure,
} from './call-errors.js';
import type { OperationContract } from './contract.js';
import type { DirectCalls } from './direct-calls.js';
import { fromErrorRecord, toErrorRecord } from './error-record.js';
import { TerminalError } from './errors.js';
import type { LocalOperations } from './local-operations.js';
import { currentRun } from './run-context.js';
import { OperationTimeoutError } from './stop-reasons.js';
import type { StopReason } from './stop-reasons.js';
import { toInstance } from './to-instance.js';
import { received, subjectOf } from './wire.js';
import type { CallReply, CallRequest } from './wire.js';
import type { Work } from './work.js';
import { Stop } from './stop.js';

/** How an operation is to be called. */
export interface CallOptions {
  /** Leave `userId` out where nobody is authenticated: then the input's `userId` is believed. */
  readonly actor?: Partial<Actor>;
  readonly flags?: RunFlags;
  /** How long the call may take; the contract's own limit at most. */
  readonly timeoutMs?: number;
  readonly tags?: readonly string[];
  /** By default the active trace. */
  readonly trace?: TraceContext;
  readonly idempotencyKey?: string;
  /** Gives the output as plain JSON and no instance of its class: for whoever only passes it on. */
  readonly plain?: boolean;
  /** By which its record is known; drawn where it is left out. */
  readonly taskRunId?: string;
  /** The execution whose input this one is given again. */
  readonly replayOf?: string;
}

/** What a call by name comes to: an outcome, or the reason why there is none. */
export type CallAnswer =
  | { readonly status: 'answered'; readonly taskRunId: TaskRunId; readonly outcome: Outcome }
  /** Codes: `operation/unknown`, `/not-running`, `/no-answer`, `/unreachable`, `/request-too-large`. */
  | { readonly status: 'unanswered'; readonly taskRunId: TaskRunId; readonly error: ErrorRecord };

export interface OperationClientOptions {
  readonly nats: NatsConnection;
  /** Needed to read answers that are too large for a message. */
  readonly log: Pick<RunLog, 'readAll'>;
  readonly catalog?: Catalog;
  readonly local?: { readonly operations: LocalOperations; readonly calls: DirectCalls };
}

/** How much longer than the operation's own time the caller waits, so that the service tells of a time-out itself. */
const REPLY_MARGIN_MS = 5_000;

type Target = Pick<OperationContract, 'service' | 'name' | 'version' | 'timeoutMs' | 'execution'>;

/** Calls operations, in this process where it hosts them and by request and reply where not. */
export class OperationClient {
  constructor(private readonly options: OperationClientOptions) {}

  /**
   * Calls an operation and returns its result; an answer with `success: false` is a result too. Throws
   * RetryableError, TerminalError or HaltError with the code of whatever went wrong. Inside an operation, the call
   * belongs to it: actor, flags, trace and deadline go along.
   */
  async call<I extends object, O extends object>(
    contract: OperationContract<I, O>,
    input: I,
    options: CallOptions = {},
  ): Promise<O> {
    const run = currentRun();
    if (run) return run.call(contract, input);
    const trace = options.trace ?? traceOfCaller();
    const request = requestFor(contract, input, options);
    const outcome = await this.send(contract, request, trace);
    return resultOf(contract, outcome, options.plain);
  }

  /** Calls an operation that the caller has no contract of. Never throws. */
  async callByName(
    service: string | undefined,
    name: string,
    input: unknown,
    options: CallOptions = {},
  ): Promise<CallAnswer> {
    const id = taskRunId(options.taskRunId ?? randomUUID());
    try {
      const target = this.targetOf(service, name);
      const request = { ...requestFor(target, input, options), taskRunId: id };
      const outcome = await this.send(target, request, options.trace ?? traceOfCaller());
      return { status: 'answered', taskRunId: id, outcome };
    } catch (error) {
      return { status: 'unanswered', taskRunId: id, error: toErrorRecord(error) };
    }
  }

  /** Calls an operation on behalf of a running one. `nth` counts its calls, so that a later attempt makes the same keys. */
  async callFrom<I extends object, O extends object>(
    parent: Work,
    run: { readonly actor: Actor; readonly deadline: number; readonly signal: AbortSignal },
    nth: number,
    contract: OperationContract<I, O>,
    input: I,
  ): Promise<O> {
    run.signal.throwIfAborted();
    const timeoutMs = Math.min(contract.timeoutMs, run.deadline - Date.now());
    if (timeoutMs <= 0) throw new OperationTimeoutError(contract.name, 0);
    const key = `${parent.execution.idempotencyKey}\n${contract.service}.${contract.name}\n${nth}`;
    const request: CallRequest = {
      input,
      taskRunId: randomUUID(),
      actor: run.actor,
      flags: parent.execution.flags,
      tags: parent.execution.tags,
      timeoutMs,
      contractVersion: contract.version,
      idempotencyKey: createHash('sha256').update(key).digest('hex'),
      parentTaskRunId: parent.execution.taskRunId,
      ...(parent.flowRunId ? { flowRunId: parent.flowRunId } : {}),
    };
    const stop = new Stop();
    const pass = (): void => stop.abort(run.signal.reason as StopReason);
    run.signal.addEventListener('abort', pass, { once: true });
    try {
      const active = currentTrace();
      const trace = active.traceparent ? active : parent.trace;
      return resultOf(contract, await this.send(contract, request, trace, stop));
    } finally {
      run.signal.removeEventListener('abort', pass);
    }
  }

  private targetOf(service: string | undefined, name: string): Target {
    const local = service === undefined ? undefined : this.options.local?.operations.find(service, name);
    const target = local?.contract ?? this.options.catalog?.get(name, service);
    if (!target) throw new UnknownOperationError(name, service);
    return target;
  }

  /** Without a stop nothing but its time ends the call. */
  private send(target: Target, request: CallRequest, trace: TraceContext, stop?: Stop): Promise<Outcome> {
    const local = this.options.local?.operations.find(target.service, target.name);
    if (!local || !this.options.local) return this.ask(target, request, trace, stop?.signal);
    // As JSON, for then a call in this process takes and gives just what one over the wire does.
    const input: unknown = request.input === undefined ? {} : JSON.parse(JSON.stringify(request.input));
    const call = received(local.contract, { ...request, input });
    const work: Work = { contract: local.contract, attempt: 1, trace, stop: stop ?? new Stop(), ...call };
    return this.options.local.calls.run(work, local.handler).then(({ outcome }) => outcome);
  }

  private async ask(
    target: Target,
    request: CallRequest,
    trace: TraceContext,
    signal: AbortSignal | undefined,
  ): Promise<Outcome> {
    const { nats } = this.options;
    const body = Buffer.from(JSON.stringify(request));
    const limit = nats.info?.max_payload ?? Infinity;
    if (body.length > limit) throw new RequestTooLargeError(target.name, body.length, limit);
    const waitMs = (request.timeoutMs ?? target.timeoutMs) + REPLY_MARGIN_MS;
    const sent = headers();
    for (const [name, value] of Object.entries(trace)) if (typeof value === 'string') sent.set(name, value);
    const answer = nats
      .request(subjectOf(target), body, { timeout: waitMs, headers: sent })
      .catch((error: unknown) => {
        throw requestFailure(error, target, waitMs);
      });
    const message = await (signal ? unlessAborted(answer, signal) : answer);
    const reply = message.json<CallReply>();
    return 'outcome' in reply ? reply.outcome : this.readStored(target.name, reply);
  }

  /** Reads an outcome that was too large for a reply out of the log, which keeps large bodies aside. */
  private async readStored(
    operation: string,
    reply: { readonly taskRunId: TaskRunId; readonly storedAt: StreamSeq },
  ): Promise<Outcome> {
    for await (const { event, position } of this.options.log.readAll('CALLS', reply.storedAt)) {
      if (event.type === 'CallFinished' && event.taskRunId === reply.taskRunId) return event.outcome;
      if (position.seq > reply.storedAt) break;
    }
    throw new ReplyTooLargeError(operation, 0, this.options.nats.info?.max_payload ?? 0);
  }
}

function requestFor(target: Target, input: unknown, options: CallOptions): CallRequest {
  return {
    input,
    contractVersion: target.version,
    timeoutMs: Math.min(options.timeoutMs ?? target.timeoutMs, target.timeoutMs),
    ...(options.actor ? { actor: options.actor } : {}),
    ...(options.flags ? { flags: options.flags } : {}),
    ...(options.tags ? { tags: options.tags } : {}),
    ...(options.idempotencyKey === undefined ? {} : { idempotencyKey: options.idempotencyKey }),
    ...(options.taskRunId === undefined ? {} : { taskRunId: options.taskRunId }),
    ...(options.replayOf === undefined ? {} : { replayOf: options.replayOf }),
  };
}

function resultOf<O extends object>(
  contract: OperationContract<object, O>,
  outcome: Outcome,
  plain = false,
): O {
  const read = (result: unknown): O => (plain ? (result as O) : toInstance(contract.output, result as O));
  switch (outcome.status) {
    case 'success':
      return read(outcome.result);
    case 'failed':
      if (outcome.result !== undefined) return read(outcome.result);
      throw fromErrorRecord(outcome.error);
    case 'cancelled':
      throw new TerminalError(
        'operation/cancelled',
        `${contract.name} was cancelled: ${outcome.reason ?? ''}`,
      );
    case 'deferred':
      throw new TerminalError('operation/deferred', `${contract.name} has no room before ${outcome.until}`);
  }
}

function traceOfCaller(): TraceContext {
  const trace = currentTrace();
  return trace.traceparent ? trace : newTrace();
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(signal.reason as Error);
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
