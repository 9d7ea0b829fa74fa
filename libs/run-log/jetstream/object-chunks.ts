import { LogUnavailableError } from '../errors.js';
import { BrokerHeader } from '../headers.js';
import { readPage } from './direct-pages.js';
import type { Publisher } from './publisher.js';
import { NoAnswerError } from './requester.js';
import type { StoredMessages } from './stored-messages.js';

const CHUNK_BYTES = 128 * 1024;

/** What a stream holds under the subject of an object's chunks. */
interface Held {
  readonly bytes: Buffer;
  /** Sequence of the last chunk; 0 where there is none. */
  readonly last: number;
}

/** The chunks of objects, each object's under a subject of its own, in their order. */
export class ObjectChunks {
  constructor(
    private readonly publisher: Publisher,
    private readonly stream: string,
    private readonly stored: StoredMessages,
  ) {}

  /**
   * Writes what is missing of `bytes` under a subject, and resolves with the number of chunks of a whole writing. Each
   * chunk expects the one before it, so that any number of writers of the same bytes, those among them whose answers
   * got lost, together write them once.
   */
  async write(subject: string, bytes: Uint8Array): Promise<number> {
    for (let done = 0, last = 0; done < bytes.length;) {
      const body = bytes.subarray(done, done + CHUNK_BYTES);
      const headers = { [BrokerHeader.expectedSubjectSeq]: String(last) };
      const settled = await this.publisher.store({ subject, headers, body }, `storing under ${subject}`);
      if ('seq' in settled) {
        last = settled.seq;
        done += body.length;
        continue;
      }
      const held = await this.read(subject);
      if (!held.bytes.equals(bytes.subarray(0, held.bytes.length)))
        throw new Error(`${subject} holds other bytes than those that are to be written there`);
      ({ last } = held);
      done = held.bytes.length;
    }
    return Math.ceil(bytes.length / CHUNK_BYTES);
  }

  /** Reads all that the stream's leader holds under a subject. Any replica is read, once it has caught up. */
  async read(subject: string): Promise<Held> {
    const { patience, link } = this.publisher;
    const giveUpAt = performance.now() + patience.giveUpMs;
    const parts: Uint8Array[] = [];
    let last = 0;
    for (let tries = 1; ;) {
      const wanted = (await this.stored.last(subject))?.seq ?? 0;
      const page = last < wanted ? await this.page(subject, last + 1) : [];
      for (const { seq, body } of page) {
        parts.push(body);
        last = seq;
      }
      if (last >= wanted) return { bytes: Buffer.concat(parts), last };
      if (page.length > 0) continue;
      const left = giveUpAt - performance.now();
      if (left <= 0) throw new LogUnavailableError(`reading ${subject}`);
      await link.pauseBeforeRetry(tries++, left);
    }
  }

  /** The next chunks, or none where none came in time. */
  private async page(subject: string, fromSeq: number) {
    const { publisher, stream } = this;
    try {
      return await readPage(publisher, stream, subject, fromSeq, publisher.patience.attemptMs, (raw) => raw);
    } catch (cause) {
      if (!(cause instanceof NoAnswerError)) throw cause;
      if (cause.reason === 'closed') throw new LogUnavailableError(`reading ${subject}`, { cause });
      return [];
    }
  }
}
