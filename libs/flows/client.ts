import { headers, RequestError, TimeoutError, type NatsConnection } from '@nats-io/transport-node';
import type { Actor, ErrorRecord, FlowRunId, RunFlags, RunLog, StreamSeq, TraceContext } from '#libs/run-log';
import { RetryableError, TerminalError } from '#libs/operations';
import { START_HEADERS, START_SUBJECT, type StartReply } from './orchestrator/start-endpoint.js';
import type { StartedRun } from './orchestrator/start-run.js';

export interface StartOptions {
  readonly actor: Actor;
  readonly flags?: RunFlags;
  readonly tags?: readonly string[];
  readonly idempotencyKey?: string;
  readonly trace?: TraceContext;
}

/** Longer than an orchestrator itself waits for the log, so that no answer is rarely a start all the same. */
const ANSWER_MS = 20_000;

/** Starts and steers flow runs from anywhere that reaches the broker. */
export class FlowClient {
  constructor(
    private readonly connection: NatsConnection,
    private readonly log: RunLog,
  ) {}

  /**
   * Starts a flow; answered once the request is stored. Throws TerminalError with code `flow/unknown`,
   * `flow/invalid-input` (with fields) or `flow/idempotency-conflict`, and RetryableError with code
   * `flow/no-orchestrator` when none answers.
   */
  async start(flow: string, input: unknown, options: StartOptions): Promise<StartedRun> {
    if (!/^[A-Za-z0-9_-]{1,128}$/.test(flow)) throw unknownName(flow);
    const reply = await this.ask(
      `${START_SUBJECT}.${flow}`,
      JSON.stringify(input ?? {}),
      startHeaders(options),
    );
    if ('error' in reply) throw thrown(reply.error);
    return reply;
  }

  /** Asks a run to end. One that has ended already stays as it is. */
  async cancel(
    runId: FlowRunId,
    options: { readonly actor: Actor; readonly reason?: string },
  ): Promise<StreamSeq> {
    const { seq } = await this.log.request(runId, { type: 'CancelRequested', ...options }, 'cancel');
    return seq;
  }

  private async ask(subject: string, body: string, meta: ReturnType<typeof headers>): Promise<StartReply> {
    try {
      const message = await this.connection.request(subject, body, { headers: meta, timeout: ANSWER_MS });
      return message.json<StartReply>();
    } catch (cause) {
      const nobody = cause instanceof RequestError && cause.isNoResponders();
      if (!nobody && !(cause instanceof TimeoutError)) throw cause;
      const message = nobody
        ? 'the flow was not started: no orchestrator is running'
        : `no orchestrator answered within ${ANSWER_MS / 1_000} s; whether the flow was started is not known (with an idempotency key it is safe to ask again)`;
      throw new RetryableError('flow/no-orchestrator', message, 1_000, { cause });
    }
  }
}

function startHeaders({ actor, flags = {}, tags = [], idempotencyKey, trace }: StartOptions) {
  const meta = headers();
  meta.set(START_HEADERS.userId, actor.userId);
  meta.set(START_HEADERS.channel, actor.channel);
  if (tags.length > 0) meta.set(START_HEADERS.tags, tags.join(','));
  if (idempotencyKey !== undefined) meta.set(START_HEADERS.idempotencyKey, idempotencyKey);
  for (const flag of ['dryRun', 'testMode', 'verbose'] as const) {
    if (flags[flag] !== undefined) meta.set(START_HEADERS[flag], String(flags[flag]));
  }
  if (trace?.traceparent) meta.set('traceparent', trace.traceparent);
  if (trace?.tracestate) meta.set('tracestate', trace.tracestate);
  return meta;
}

const unknownName = (flow: string): TerminalError =>
  new TerminalError('flow/unknown', `flow ${JSON.stringify(flow)} is not known`, [
    { field: 'flow', value: flow, message: 'expected the name of a flow' },
  ]);

function thrown(record: ErrorRecord): Error {
  return record.disposition === 'retry'
    ? new RetryableError(record.code, record.message, record.retryAfterMs)
    : new TerminalError(record.code, record.message, record.fields);
}
