import { LogUnavailableError } from '../errors.js';
import { Header } from '../headers.js';
import { streamSeq } from '../ids.js';
import type { FlowRunId, StreamSeq } from '../ids.js';
import type { RunEvent } from '../events.js';
import type { RunHistory, StoredInRun, StoredOf, StreamName } from '../run-log.js';
import { parseSubject, runSubjects } from '../subjects.js';
import { readPage } from './direct-pages.js';
import { NoAnswerError } from './requester.js';
import type { Inbound, RawMessage } from '../inbound.js';
import type { Publisher } from './publisher.js';
import { inbound } from './readers.js';
import type { ReaderParts } from './readers.js';
import { isUndecodable } from '../undecodable.js';
import { StoredMessages } from './stored-messages.js';

type Read = StoredInRun<RunEvent> | NonNullable<RunHistory['unreadable']> | undefined;

interface ReadMessage {
  readonly seq: number;
  readonly isDecision: boolean;
  readonly body: string | undefined;
  readonly stored: Read | Promise<Read>;
}

/** Reads what is stored already. */
export class History {
  private readonly runs: Inbound<'RUN'>;

  constructor(
    private readonly parts: ReaderParts,
    private readonly publisher: Publisher,
    private readonly stored: StoredMessages,
  ) {
    this.runs = inbound(parts, 'RUN');
  }

  /**
   * Reads a run by pages from any replica, until the last message that the leader names is among them. The leader is
   * asked beside the first page, so that a short run costs one round trip.
   */
  async readRun(runId: FlowRunId): Promise<RunHistory> {
    const subject = runSubjects.all(runId);
    const events: StoredInRun<RunEvent>[] = [];
    const bodies: string[] = [];
    let unreadable: RunHistory['unreadable'];
    let reached = 0;
    let lastDecision = 0;
    const giveUpAt = performance.now() + this.publisher.patience.giveUpMs;
    let named = this.stored.last(subject);
    for (let tries = 1; ;) {
      const [last, page] = await Promise.all([
        named,
        this.page('RUN', subject, reached + 1, (raw) => this.runRead(raw)),
      ]);
      for (const { seq, isDecision, body, stored } of page) {
        reached = seq;
        if (body) bodies.push(body);
        if (isDecision) lastDecision = seq;
        const event = stored instanceof Promise ? await stored : stored;
        if (isUndecodable(event)) unreadable ??= event;
        else if (event) events.push(event);
      }
      if (reached >= (last?.seq ?? 0))
        return {
          runId,
          events,
          ...(unreadable ? { unreadable } : {}),
          ...(bodies.length > 0 ? { bodies } : {}),
          lastDecision: streamSeq(lastDecision),
          last: streamSeq(Math.max(reached, last?.seq ?? 0)),
        };
      if (page.length > 0) continue;
      // The replica lags, or the last message was a timer that is gone by now: ask the leader again.
      if (performance.now() >= giveUpAt) throw new LogUnavailableError(`reading run ${runId}`);
      await this.parts.link.pauseBeforeRetry(tries++, giveUpAt - performance.now());
      named = this.stored.last(subject);
    }
  }

  /** Reads a whole stream up to the end it had when reading began. */
  async *readAll<S extends StreamName>(stream: S, fromSeq: StreamSeq): AsyncIterable<StoredOf<S>> {
    const decoder = inbound(this.parts, stream);
    const { state } = await this.parts.streams.info(stream);
    let from = Math.max(1, fromSeq, state.first_seq);
    while (from <= state.last_seq) {
      const page = await this.pageUpTo(stream, from, state.last_seq);
      if (page.length === 0) return;
      for (const raw of page) {
        if (raw.seq > state.last_seq) return;
        let stored: StoredOf<S> | undefined;
        try {
          stored = await decoder.decode(raw);
        } catch (error) {
          await decoder.report(this.parts.reports, 'rebuild', raw, error);
        }
        if (stored) yield stored;
      }
      from = (page.at(-1)?.seq ?? from) + 1;
    }
  }

  /** Reads the next page of a stream; an empty one says that nothing is left up to `end`, not that a replica lags. */
  private async pageUpTo(stream: StreamName, from: number, end: number): Promise<RawMessage[]> {
    const leader = new StoredMessages(this.publisher, stream);
    const giveUpAt = performance.now() + this.publisher.patience.giveUpMs;
    for (let tries = 1; ; tries++) {
      const page = await this.page(stream, '>', from, (raw) => raw);
      if (page.length > 0) return page;
      const next = await leader.next('>', from);
      if (!next || next.seq > end) return [];
      if (performance.now() >= giveUpAt) throw new LogUnavailableError(`reading ${stream}`);
      await this.parts.link.pauseBeforeRetry(tries, giveUpAt - performance.now());
    }
  }

  /** Decodes at once, and gives the error in place of what cannot be decoded: what comes after it is read all the same. */
  private runRead(raw: RawMessage): ReadMessage {
    const isDecision = parseSubject(raw.subject)?.kind === 'decision';
    const body = raw.read(Header.bodyRef) || undefined;
    const undecodable = (error: unknown): NonNullable<RunHistory['unreadable']> => {
      if (isUndecodable(error)) return error;
      throw error;
    };
    try {
      const decoded = this.runs.decode(raw);
      if (!(decoded instanceof Promise)) return { seq: raw.seq, isDecision, body, stored: decoded };
      const stored = decoded.catch(undecodable);
      stored.catch(() => undefined); // Thrown to whoever awaits it; the page may not be complete yet.
      return { seq: raw.seq, isDecision, body, stored };
    } catch (error) {
      return { seq: raw.seq, isDecision, body, stored: undecodable(error) };
    }
  }

  private async page<T>(
    stream: StreamName,
    subject: string,
    from: number,
    taken: (raw: RawMessage) => T,
  ): Promise<T[]> {
    const { attemptMs, giveUpMs } = this.publisher.patience;
    const giveUpAt = performance.now() + giveUpMs;
    for (let tries = 1; ; tries++) {
      try {
        return await readPage(this.parts, stream, subject, from, attemptMs, taken);
      } catch (cause) {
        if (!(cause instanceof NoAnswerError)) throw cause;
        const left = giveUpAt - performance.now();
        if (left <= 0 || cause.reason === 'closed')
          throw new LogUnavailableError(`reading ${stream}`, { cause });
        await this.parts.link.pauseBeforeRetry(tries, left);
      }
    }
  }
}
