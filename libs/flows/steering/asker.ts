import { headers, RequestError, TimeoutError, type NatsConnection } from '@nats-io/transport-node';
import type { Actor, TraceContext } from '#libs/run-log';
import { fromErrorRecord, RetryableError } from '#libs/operations';
import { TooLargeError } from './errors.js';
import { REQUEST_HEADERS, REQUEST_ROOT, type Refused } from './requests.js';

/** Longer than an orchestrator itself waits for the log, so that no answer is rarely something done all the same. */
const ANSWER_MS = 20_000;
/** What the headers of a request take at most, beside its body. */
const HEADER_ROOM = 8 * 1024;

/** One request to whichever orchestrator answers. */
export interface Ask {
  readonly verb: string;
  /** The run's id or the flow's name. */
  readonly of: string;
  readonly body: unknown;
  readonly actor: Actor;
  readonly trace?: TraceContext;
  /** Further headers. */
  readonly meta?: Readonly<Record<string, string>>;
  /** What was not done where nobody answers, and what is not known where no answer came in time. */
  readonly doing: string;
  readonly doubt: string;
}

/** Asks orchestrators over plain NATS requests. */
export class Asker {
  constructor(private readonly connection: NatsConnection) {}

  /** Throws what the orchestrator refused with, `flow/no-orchestrator` and `flow/too-large`. */
  async ask<T>(request: Ask): Promise<T> {
    const body = Buffer.from(JSON.stringify(request.body));
    // Past its limit the broker would close the connection on everybody who shares it.
    const limit = (this.connection.info?.max_payload ?? Infinity) - HEADER_ROOM;
    if (body.length > limit) throw new TooLargeError(`what is said to ${request.of}`, body.length, limit);
    const reply = await this.send<T>(request, body);
    if (isRefused(reply)) throw fromErrorRecord(reply.error);
    return reply;
  }

  private async send<T>({ doing, doubt, ...request }: Ask, body: Uint8Array): Promise<T | Refused> {
    const subject = `${REQUEST_ROOT}.${request.verb}.${request.of}`;
    try {
      const message = await this.connection.request(subject, body, {
        headers: headersOf(request),
        timeout: ANSWER_MS,
      });
      return message.json<T | Refused>();
    } catch (cause) {
      const nobody = cause instanceof RequestError && cause.isNoResponders();
      if (!nobody && !(cause instanceof TimeoutError)) throw cause;
      const message = nobody
        ? `${doing}: no orchestrator is running`
        : `no orchestrator answered within ${ANSWER_MS / 1_000} s; ${doubt}`;
      throw new RetryableError('flow/no-orchestrator', message, 1_000, { cause });
    }
  }
}

function headersOf({ actor, trace, meta = {} }: Pick<Ask, 'actor' | 'trace' | 'meta'>) {
  const all = headers();
  all.set(REQUEST_HEADERS.userId, actor.userId);
  all.set(REQUEST_HEADERS.channel, actor.channel);
  if (actor.grants) all.set(REQUEST_HEADERS.grants, actor.grants.join(','));
  if (actor.by !== undefined) all.set(REQUEST_HEADERS.by, actor.by);
  if (actor.key !== undefined) all.set(REQUEST_HEADERS.key, actor.key);
  for (const [name, value] of Object.entries(meta)) all.set(name, value);
  if (trace?.traceparent) all.set('traceparent', trace.traceparent);
  if (trace?.tracestate) all.set('tracestate', trace.tracestate);
  return all;
}

const isRefused = (reply: unknown): reply is Refused =>
  typeof reply === 'object' && reply !== null && 'error' in reply;
