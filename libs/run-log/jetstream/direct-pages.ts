import type { Msg } from '@nats-io/transport-node';
import { millis } from '../ids.js';
import type { RawMessage } from '../inbound.js';
import { newInbox } from './inbox.js';
import { rawHeaders } from './raw-headers.js';
import type { ReaderParts } from './readers.js';
import { NoAnswerError } from './requester.js';

/** What does not fit is left for the next page: the broker ends one that outgrows what it may keep for a client. */
const PAGE = 4_000;

/**
 * Reads one page of a stream's messages under a subject, from a sequence on; an empty page stands for "none". Each
 * message is turned into what is wanted of it as it arrives, while the broker reads the next ones: what is kept raw
 * until the last is there costs the garbage collector more than all the decoding.
 * Any replica may answer, and it may lag behind the leader. Throws NoAnswerError when the answers stop coming.
 * Source: NATS ADR-31, batched direct get.
 */
export function readPage<T>(
  { connection, link, outbox }: Pick<ReaderParts, 'connection' | 'link' | 'outbox'>,
  stream: string,
  subject: string,
  fromSeq: number,
  quietMs: number,
  taken: (raw: RawMessage) => T,
): Promise<T[]> {
  if (!link.isUp) return Promise.reject(new NoAnswerError('disconnected'));
  return new Promise((resolve, reject) => {
    const page: T[] = [];
    const asked = `$JS.API.DIRECT.GET.${stream}`;
    const inbox = newInbox(connection);
    let settled = false;
    const settle = (finish: () => void): void => {
      if (settled) return;
      settled = true;
      clearTimeout(quiet);
      unfollow();
      unheed();
      if (!connection.isClosed()) subscription.unsubscribe();
      finish();
    };
    const fail = (reason: NoAnswerError['reason']) => (): void =>
      settle(() => reject(new NoAnswerError(reason)));
    let heardAt = performance.now();
    // Behind what has arrived: a thread that was blocked finds its timers due first.
    const quiet = setTimeout(() => {
      setImmediate(() => {
        if (settled) return;
        if (performance.now() - heardAt < quietMs) quiet.refresh();
        else fail('timeout')();
      });
    }, quietMs);
    const unfollow = link.onDown(fail('disconnected'));
    const unheed = link.onRefusal((refusal) => {
      if (refusal.subject === asked || refusal.subject === inbox) settle(() => reject(refusal));
    });
    const take = (message: Msg): void => {
      try {
        page.push(taken(toRaw(message)));
      } catch (thrown) {
        settle(() => reject(thrown instanceof Error ? thrown : new Error(String(thrown))));
      }
    };
    const subscription = connection.subscribe(inbox, {
      callback: (error, message) => {
        if (settled) return;
        if (error) return settle(() => reject(error));
        quiet.refresh();
        heardAt = performance.now();
        // Only what the broker itself says has a code, and no body.
        const code = message.data.length > 0 ? 0 : (message.headers?.code ?? 0);
        if (code === 0) take(message);
        else if (code === 503) fail('no responders')();
        else if (code === 204 || code === 404) settle(() => resolve(page));
        else settle(() => reject(new Error(`reading ${stream}: ${message.headers?.status ?? code}`)));
      },
    });
    outbox.put({
      subject: asked,
      body: JSON.stringify({ seq: fromSeq, next_by_subj: subject, batch: PAGE }),
      reply: inbox,
      refuse: (error) =>
        settle(() => reject(connection.isClosed() ? new NoAnswerError('closed') : (error as Error))),
    });
  });
}

function toRaw(message: Msg): RawMessage {
  const read = rawHeaders(message);
  return {
    subject: read('Nats-Subject') ?? '',
    seq: Number(read('Nats-Sequence')),
    time: millis(Date.parse(read('Nats-Time-Stamp') ?? '')),
    read,
    body: message.data,
  };
}
