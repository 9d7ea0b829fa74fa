import { createInbox } from '@nats-io/transport-node';
import type { Msg } from '@nats-io/transport-node';
import { millis } from '../ids.js';
import type { StreamName } from '../run-log.js';
import type { RawMessage } from '../inbound.js';
import type { ReaderParts } from './readers.js';
import { NoAnswerError } from './requester.js';

const PAGE = 1_000;

/**
 * Reads one page of a stream's messages under a subject, from a sequence on; an empty page stands for "none".
 * Any replica may answer, and it may lag behind the leader. Throws NoAnswerError when the answers stop coming.
 * Source: NATS ADR-31, batched direct get.
 */
export function readPage(
  { connection, link, outbox }: Pick<ReaderParts, 'connection' | 'link' | 'outbox'>,
  stream: StreamName,
  subject: string,
  fromSeq: number,
  quietMs: number,
): Promise<RawMessage[]> {
  if (!link.isUp) return Promise.reject(new NoAnswerError('disconnected'));
  return new Promise((resolve, reject) => {
    const page: RawMessage[] = [];
    const inbox = createInbox();
    const settle = (finish: () => void): void => {
      clearTimeout(quiet);
      unfollow();
      if (!connection.isClosed()) subscription.unsubscribe();
      finish();
    };
    const fail = (reason: NoAnswerError['reason']) => (): void =>
      settle(() => reject(new NoAnswerError(reason)));
    const quiet = setTimeout(fail('timeout'), quietMs);
    const unfollow = link.onDown(fail('disconnected'));
    const subscription = connection.subscribe(inbox, {
      callback: (error, message) => {
        if (error) return settle(() => reject(error));
        quiet.refresh();
        const code = message.headers?.code ?? 0;
        if (code === 0) page.push(toRaw(message));
        else if (code === 503) fail('no responders')();
        else if (code === 204 || code === 404) settle(() => resolve(page));
        else settle(() => reject(new Error(`reading ${stream}: ${message.headers?.status ?? code}`)));
      },
    });
    outbox.put({
      subject: `$JS.API.DIRECT.GET.${stream}`,
      body: JSON.stringify({ seq: fromSeq, next_by_subj: subject, batch: PAGE }),
      reply: inbox,
      refuse: (error) =>
        settle(() => reject(connection.isClosed() ? new NoAnswerError('closed') : (error as Error))),
    });
  });
}

function toRaw(message: Msg): RawMessage {
  const { headers } = message;
  return {
    subject: headers?.get('Nats-Subject') ?? '',
    seq: Number(headers?.get('Nats-Sequence')),
    time: millis(Date.parse(headers?.get('Nats-Time-Stamp') ?? '')),
    read: (name) => headers?.get(name),
    body: message.data,
  };
}
