import { createInbox } from '@nats-io/transport-node';
import type { Msg, NatsConnection } from '@nats-io/transport-node';

/** What the broker says of a stream in a snapshot; handed back as it is when the stream is restored. */
export interface StreamShape {
  readonly config: Readonly<Record<string, unknown>> & {
    readonly name: string;
    readonly metadata?: Readonly<Record<string, string>>;
  };
  readonly state: Readonly<Record<string, unknown>>;
}

interface Refusal {
  readonly error?: { readonly code: number; readonly description: string };
}

/** The broker refuses to give or to take a stream. */
export class StreamSnapshotError extends Error {
  readonly code = 'audit/backup-failed';
  readonly disposition = 'terminal';
  constructor(stream: string, why: string, options?: ErrorOptions) {
    super(`stream ${stream}: ${why}`, options);
  }
}

const CHUNK_BYTES = 128 * 1024;
const TIMEOUT_MS = 30_000;
/** Without a chunk for so long, the broker has given up. */
const SILENCE_MS = 60_000;

/** Lists the streams of the account, key-value buckets and object stores among them. */
export async function streamNames(nats: NatsConnection): Promise<string[]> {
  const names: string[] = [];
  for (;;) {
    const answer = await ask<Refusal & { readonly streams?: string[] | null; readonly total: number }>(
      nats,
      '$JS.API.STREAM.NAMES',
      { offset: names.length },
    );
    if (answer.error) throw new StreamSnapshotError('*', answer.error.description);
    const page = answer.streams ?? [];
    names.push(...page);
    if (page.length === 0 || names.length >= answer.total) return names.sort();
  }
}

/**
 * Reads a stream whole, as it is at one moment, with its durables and with every message at its own sequence. The next
 * chunk is sent when this one was taken. Source: NATS ADR-1 and the JetStream API, `STREAM.SNAPSHOT`.
 */
export async function snapshotStream(
  nats: NatsConnection,
  stream: string,
  take: (chunk: Uint8Array) => Promise<void>,
): Promise<StreamShape> {
  const inbox = createInbox();
  const chunks = nats.subscribe(inbox);
  try {
    const answer = await ask<StreamShape & Refusal>(nats, `$JS.API.STREAM.SNAPSHOT.${stream}`, {
      deliver_subject: inbox,
      no_consumers: false,
      chunk_size: CHUNK_BYTES,
      jsck: false,
    });
    if (answer.error) throw new StreamSnapshotError(stream, answer.error.description);
    const next = chunks[Symbol.asyncIterator]() as AsyncIterator<Msg, undefined>;
    for (;;) {
      const { value: message } = await within(next.next(), stream);
      if (!message) throw new StreamSnapshotError(stream, 'the connection was closed');
      const status = message.headers?.code ?? 0;
      if (message.data.length === 0) {
        if (status >= 400)
          throw new StreamSnapshotError(stream, message.headers?.description ?? 'it broke off');
        break;
      }
      await take(message.data);
      message.respond();
    }
    const { config, state } = answer;
    return { config, state };
  } finally {
    chunks.unsubscribe();
  }
}

/** Makes a stream out of a snapshot; there may be none of its name. Throws StreamSnapshotError. */
export async function restoreStream(
  nats: NatsConnection,
  { config, state }: StreamShape,
  chunks: AsyncIterable<Uint8Array>,
): Promise<void> {
  const { name } = config;
  const begun = await ask<Refusal & { readonly deliver_subject?: string }>(
    nats,
    `$JS.API.STREAM.RESTORE.${name}`,
    {
      config,
      state,
    },
  );
  if (begun.error || !begun.deliver_subject)
    throw new StreamSnapshotError(name, begun.error?.description ?? 'the broker does not take it');
  for await (const whole of chunks)
    for (let from = 0; from < whole.length; from += CHUNK_BYTES) {
      const taken = await nats.request(begun.deliver_subject, whole.subarray(from, from + CHUNK_BYTES), {
        timeout: TIMEOUT_MS,
      });
      refuse(name, taken);
    }
  refuse(name, await nats.request(begun.deliver_subject, '', { timeout: SILENCE_MS }));
}

function refuse(stream: string, { data }: Msg): void {
  if (data.length === 0) return;
  const text = new TextDecoder().decode(data);
  const { error } = JSON.parse(text) as Refusal;
  if (error) throw new StreamSnapshotError(stream, error.description);
}

async function ask<T>(nats: NatsConnection, subject: string, body: object): Promise<T> {
  return (await nats.request(subject, JSON.stringify(body), { timeout: TIMEOUT_MS })).json<T>();
}

async function within<T>(promise: Promise<T>, stream: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new StreamSnapshotError(stream, 'the broker fell silent')), SILENCE_MS);
  });
  try {
    return await Promise.race([promise, silence]);
  } finally {
    clearTimeout(timer);
  }
}
