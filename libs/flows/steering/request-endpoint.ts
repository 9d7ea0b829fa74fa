import type { Msg, NatsConnection } from '@nats-io/transport-node';
import type { Actor, TraceContext } from '#libs/run-log';
import {
  areGrants,
  checkDto,
  sentenceOf,
  TerminalError,
  untilAnswered,
  type DtoClass,
} from '#libs/operations';
import { newTrace } from '#libs/telemetry';
import { toErrorRecord } from '../core/index.js';
import { REQUEST_HEADERS, REQUEST_ROOT, type Refused } from './requests.js';

const CHANNELS: readonly string[] = [
  'api',
  'cli',
  'ui',
  'nats',
  'flow',
  'schedule',
] satisfies Actor['channel'][];

/** One request as it came, read as far as every verb does. */
export interface EndpointRequest {
  /** What stands behind the verb: the run's id or the flow's name. */
  readonly of: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly actor: Actor;
  readonly trace: TraceContext;
  /** One header; undefined where it is absent or empty. */
  readonly header: (name: string) => string | undefined;
}

/** Answers a request; what it throws is the answer too. */
export type Answering = (request: EndpointRequest) => Promise<object>;

/** An answer that does not fit in a message. */
class AnswerTooLargeError extends TerminalError {
  constructor(bytes: number, limit: number) {
    super('flow/answer-too-large', `the answer has ${bytes} bytes, and a message takes at most ${limit}`);
  }
}

/**
 * Answers requests on `workflows.<verb>.<of>`, from the moment it resolves; while the broker is away that waits.
 * Orchestrators share the work: each request is answered by one of them. The answer is JSON: what the verb gives, or
 * `{error: ErrorRecord}`.
 */
export async function serveVerbs(
  connection: NatsConnection,
  verbs: Readonly<Record<string, Answering>>,
): Promise<{ close(): Promise<void> }> {
  const subscriptions = Object.entries(verbs).map(([verb, answering]) =>
    connection.subscribe(`${REQUEST_ROOT}.${verb}.*`, {
      queue: 'orchestrator',
      callback: (failure, message) => {
        if (!failure) void answer(connection, message, answering);
      },
    }),
  );
  // Subscriptions outlive a lost connection: the client asks for them again.
  await untilAnswered(connection, () => connection.flush());
  return { close: async () => void (await Promise.all(subscriptions.map((each) => each.drain()))) };
}

/** Checks a body. Throws TerminalError with the fields that were refused. */
export async function readBody<T extends object>(dto: DtoClass<T>, { body }: EndpointRequest): Promise<T> {
  const checked = await checkDto(dto, body);
  if (checked.ok) return checked.value;
  throw new TerminalError('flow/invalid-input', sentenceOf('the request', checked.fields), checked.fields);
}

export const refusedHeader = (field: string, value: unknown, message: string): TerminalError =>
  new TerminalError(
    'flow/invalid-input',
    `header ${field}: ${JSON.stringify(value)} was refused, ${message}`,
    [{ field, value, message }],
  );

async function answer(connection: NatsConnection, message: Msg, answering: Answering): Promise<void> {
  let reply: Buffer;
  try {
    reply = encode(await answering(read(message)));
    const limit = connection.info?.max_payload ?? Infinity;
    if (reply.length > limit) throw new AnswerTooLargeError(reply.length, limit);
  } catch (error) {
    // Stacks are for the log, not for whoever asks.
    const { traceback: _, cause: __, ...record } = toErrorRecord(error);
    reply = encode({ error: record } satisfies Refused);
  }
  message.respond(reply);
}

const encode = (value: object): Buffer => Buffer.from(JSON.stringify(value));

function read(message: Msg): EndpointRequest {
  const header = (name: string): string | undefined => message.headers?.get(name) || undefined;
  const key = REQUEST_HEADERS.idempotencyKey;
  // Whoever names a key means to be safe from asking twice.
  if (message.headers?.has(key) && header(key) === undefined)
    throw refusedHeader(key, '', 'expected a key, or no such header');
  const body = readJson(message);
  const channel = header(REQUEST_HEADERS.channel) ?? 'nats';
  if (!CHANNELS.includes(channel))
    throw refusedHeader(REQUEST_HEADERS.channel, channel, `expected one of ${CHANNELS.join(', ')}`);
  const userId = header(REQUEST_HEADERS.userId) ?? 'local';
  const by = header(REQUEST_HEADERS.by);
  const keyId = header(REQUEST_HEADERS.key);
  return {
    of: message.subject.slice(message.subject.lastIndexOf('.') + 1),
    body,
    actor: {
      userId,
      channel: channel as Actor['channel'],
      ...readGrants(message),
      ...(by === undefined ? {} : { by }),
      ...(keyId === undefined ? {} : { key: keyId }),
    },
    trace: readTrace(header),
    header,
  };
}

/** An empty header is an actor that may do nothing; none at all is one whom nobody asked. */
function readGrants({ headers }: Msg): Pick<Actor, 'grants'> {
  const { grants: name } = REQUEST_HEADERS;
  if (!headers?.has(name)) return {};
  const text = headers.get(name);
  const grants = text === '' ? [] : text.split(',').map((grant) => grant.trim());
  if (!areGrants(grants))
    throw refusedHeader(
      name,
      text.slice(0, 200),
      'expected permissions such as jobs:read or *, with commas between',
    );
  return { grants };
}

function readJson(message: Msg): Record<string, unknown> {
  if (message.data.length === 0) return {};
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(message.data));
  } catch (cause) {
    const why = cause instanceof SyntaxError ? cause.message : 'it is not valid UTF-8';
    throw new TerminalError('flow/invalid-input', `the message's body is no JSON: ${why}`, [
      { field: 'body', message: 'expected a JSON object in UTF-8' },
    ]);
  }
  if (typeof body === 'object' && body !== null && !Array.isArray(body))
    return body as Record<string, unknown>;
  throw new TerminalError('flow/invalid-input', "the message's body is no JSON object", [
    { field: 'body', message: 'expected a JSON object' },
  ]);
}

function readTrace(header: (name: string) => string | undefined): TraceContext {
  const traceparent = header('traceparent');
  const tracestate = header('tracestate');
  return traceparent ? { traceparent, ...(tracestate ? { tracestate } : {}) } : newTrace();
}
