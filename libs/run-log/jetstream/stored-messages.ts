import type { Outgoing } from '../envelopes.js';
import { Header } from '../headers.js';
import { millis } from '../ids.js';
import type { Millis } from '../ids.js';
import type { ReadHeader } from '../headers.js';
import { refused } from './broker-errors.js';
import type { BrokerRefusal } from './broker-errors.js';
import type { Publisher } from './publisher.js';

/** A message as the stream's leader holds it. */
export interface RawStored {
  readonly subject: string;
  readonly seq: number;
  readonly time: Millis;
  readonly read: ReadHeader;
  readonly body: Uint8Array;
}

interface GetAnswer {
  readonly message?: {
    readonly subject: string;
    readonly seq: number;
    readonly time: string;
    readonly hdrs?: string;
    readonly data?: string;
  };
  readonly error?: BrokerRefusal;
}

const NOT_FOUND = 10037;

/** Asks the stream's leader for single messages: a replica that answers direct gets may lag behind it. */
export class StoredMessages {
  constructor(
    private readonly publisher: Publisher,
    private readonly stream: string,
  ) {}

  /** Reads the last message under a subject, which may hold wildcards. */
  last(subject: string): Promise<RawStored | undefined> {
    return this.get({ last_by_subj: subject });
  }

  /** Reads the first message under a subject from a sequence on. */
  next(subject: string, fromSeq: number): Promise<RawStored | undefined> {
    return this.get({ seq: fromSeq, next_by_subj: subject });
  }

  private async get(query: object): Promise<RawStored | undefined> {
    const answer = await this.publisher.ask<GetAnswer>(
      `$JS.API.STREAM.MSG.GET.${this.stream}`,
      query,
      'reading from the leader',
    );
    if (answer.error) {
      if (answer.error.err_code === NOT_FOUND) return undefined;
      throw refused(answer.error);
    }
    const { message } = answer;
    if (!message) return undefined;
    const headers = parseHeaders(Buffer.from(message.hdrs ?? '', 'base64').toString());
    return {
      subject: message.subject,
      seq: message.seq,
      time: millis(Date.parse(message.time)),
      read: (name) => headers.get(name),
      body: Buffer.from(message.data ?? '', 'base64'),
    };
  }
}

/** Tells whether a stored message says the same as one that was to be stored, whoever wrote it and in which trace. */
export const holds = (stored: RawStored, { subject, headers, body }: Outgoing): boolean =>
  stored.subject === subject &&
  stored.read(Header.eventType) === headers[Header.eventType] &&
  stored.read(Header.eventVersion) === headers[Header.eventVersion] &&
  stored.read(Header.bodyRef) === headers[Header.bodyRef] &&
  Buffer.compare(stored.body, body) === 0;

function parseHeaders(text: string): Map<string, string> {
  const headers = new Map<string, string>();
  for (const line of text.split('\r\n').slice(1)) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  return headers;
}
