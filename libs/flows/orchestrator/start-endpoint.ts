import type { Msg, NatsConnection } from '@nats-io/transport-node';
import type { Actor, ErrorRecord, RunFlags, RunLog, TraceContext } from '#libs/run-log';
import { TerminalError } from '#libs/operations';
import { newTrace } from '#libs/telemetry';
import { toErrorRecord } from '../core/index.js';
import type { FlowRegistry } from './registry.js';
import { startRun, type StartedRun } from './start-run.js';

/** Flows are started by a request on this subject with the flow's name behind it; the body is the flow's input. */
export const START_SUBJECT = 'workflows.start';

/** What stands beside the input, as headers. */
export const START_HEADERS = {
  idempotencyKey: 'Idempotency-Key',
  userId: 'User-Id',
  channel: 'Channel',
  tags: 'Tags',
  dryRun: 'Dry-Run',
  testMode: 'Test-Mode',
  verbose: 'Verbose',
} as const;

/** The answer: the run, or what was wrong. */
export type StartReply = StartedRun | { readonly error: ErrorRecord };

const CHANNELS: readonly string[] = [
  'api',
  'cli',
  'ui',
  'nats',
  'flow',
  'schedule',
] satisfies Actor['channel'][];

/** Answers requests to start a flow, from the moment it resolves. Several orchestrators share the work. */
export async function serveStarts(
  connection: NatsConnection,
  log: RunLog,
  registry: FlowRegistry,
): Promise<{ close(): Promise<void> }> {
  const subscription = connection.subscribe(`${START_SUBJECT}.*`, {
    queue: 'orchestrator',
    callback: (failure, message) => {
      if (!failure) void answer(message, log, registry);
    },
  });
  await connection.flush();
  return { close: () => subscription.drain() };
}

async function answer(message: Msg, log: RunLog, registry: FlowRegistry): Promise<void> {
  let reply: StartReply;
  try {
    reply = await startRun(log, registry, readRequest(message));
  } catch (error) {
    // Stacks are for the log, not for whoever asks.
    const { traceback: _, cause: __, ...record } = toErrorRecord(error);
    reply = { error: record };
  }
  message.respond(JSON.stringify(reply));
}

function readRequest(message: Msg) {
  const header = (name: string): string | undefined => message.headers?.get(name) || undefined;
  const input = readBody(message);
  const channel = header(START_HEADERS.channel) ?? 'nats';
  if (!CHANNELS.includes(channel))
    throw refused(START_HEADERS.channel, channel, `expected one of ${CHANNELS.join(', ')}`);
  const userId =
    header(START_HEADERS.userId) ??
    (typeof input.userId === 'string' && input.userId ? input.userId : 'local');
  return {
    flow: message.subject.slice(START_SUBJECT.length + 1),
    input,
    actor: { userId, channel: channel as Actor['channel'] },
    flags: readFlags(header),
    tags:
      header(START_HEADERS.tags)
        ?.split(',')
        .map((tag) => tag.trim())
        .filter(Boolean) ?? [],
    idempotencyKey: header(START_HEADERS.idempotencyKey),
    trace: readTrace(header),
  };
}

function readBody(message: Msg): Record<string, unknown> {
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

function readFlags(header: (name: string) => string | undefined): RunFlags {
  const flags: Record<string, boolean> = {};
  for (const flag of ['dryRun', 'testMode', 'verbose'] as const) {
    const value = header(START_HEADERS[flag]);
    if (value === undefined) continue;
    if (value !== 'true' && value !== 'false')
      throw refused(START_HEADERS[flag], value, 'expected true or false');
    flags[flag] = value === 'true';
  }
  return flags;
}

function readTrace(header: (name: string) => string | undefined): TraceContext {
  const traceparent = header('traceparent');
  const tracestate = header('tracestate');
  return traceparent ? { traceparent, ...(tracestate ? { tracestate } : {}) } : newTrace();
}

const refused = (field: string, value: unknown, message: string): TerminalError =>
  new TerminalError(
    'flow/invalid-input',
    `header ${field}: ${JSON.stringify(value)} was refused, ${message}`,
    [{ field, value, message }],
  );
