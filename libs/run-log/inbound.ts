import { checkOut } from './claim-check.js';
import type { BodyStore } from './claim-check.js';
import { decodeEvent } from './codec.js';
import { UndecodableEventError } from './errors.js';
import { BrokerHeader, Header, readTrace } from './headers.js';
import type { ReadHeader } from './headers.js';
import { streamSeq } from './ids.js';
import type { FlowRunId, Millis } from './ids.js';
import type { Stored, StoredOf, StreamName } from './run-log.js';
import { belongsUnder, parseSubject, runSubjects } from './subjects.js';
import type { ParsedSubject } from './subjects.js';
import type { ReaderReports, Undecodable } from './undecodable.js';
import { isUndecodable } from './undecodable.js';

/** A message as any of the broker's ways of reading brings it. */
export interface RawMessage {
  readonly subject: string;
  readonly seq: number;
  readonly time: Millis;
  readonly read: ReadHeader;
  readonly body: Uint8Array;
}

/** Turns raw messages of one stream into events. */
export class Inbound<S extends StreamName> {
  constructor(
    private readonly stream: S,
    private readonly epoch: () => string,
    private readonly bodies: BodyStore,
  ) {}

  /**
   * Decodes at once, or after fetching a body from the store; undefined for what is no event (a timer that waits).
   * Throws UnknownEventError and UndecodableEventError.
   */
  decode(raw: RawMessage): StoredOf<S> | undefined | Promise<StoredOf<S>> {
    const parsed = parseSubject(raw.subject);
    if (parsed?.kind === 'later') return undefined;
    if (!parsed)
      throw new UndecodableEventError(raw.read(Header.eventType) || '(no type)', raw.seq, {
        cause: new Error(`the grammar has no subject like ${raw.subject}`),
      });
    const runId = parsed.kind === 'call' ? undefined : parsed.runId;
    if (runId !== undefined && raw.read(BrokerHeader.scheduler)) refuseForged(raw, runId);
    const name = raw.read(Header.bodyRef);
    if (!name) return this.assemble(raw, parsed, raw.body);
    return checkOut(this.bodies, raw.read, name, raw.seq).then((body) => this.assemble(raw, parsed, body));
  }

  /** Reports a message that a reader leaves out; false when that failed, or the error is of another kind. */
  async report(reports: ReaderReports, reader: string, raw: RawMessage, error: unknown): Promise<boolean> {
    try {
      // Before asking whether anybody listens: an error of another kind must not pass for a message left out.
      const problem = this.problem(reader, raw, error);
      await reports.onUndecodable?.(problem);
      return true;
    } catch (trouble) {
      reports.onReaderTrouble?.(reader, trouble);
      return false;
    }
  }

  private problem(reader: string, raw: RawMessage, error: unknown): Undecodable {
    if (!isUndecodable(error)) throw error;
    const parsed = parseSubject(raw.subject);
    const runId = parsed && parsed.kind !== 'call' ? parsed.runId : undefined;
    const position = { stream: this.stream, epoch: this.epoch(), seq: streamSeq(raw.seq) };
    const isStart = runId !== undefined && raw.subject === runSubjects.request(runId, 'StartRequested');
    return { reader, subject: raw.subject, position, error, isStart, ...(runId ? { runId } : {}) };
  }

  private assemble(raw: RawMessage, parsed: ParsedSubject, body: Uint8Array): StoredOf<S> {
    const event = decodeEvent(this.stream, raw.read, body, raw.seq);
    if (!belongsUnder(raw.subject, parsed, event))
      throw new UndecodableEventError(event.type, raw.seq, {
        cause: new Error(`${event.type} may not stand under ${raw.subject}`),
      });
    const stored: Stored<unknown> & { runId?: FlowRunId } = {
      event,
      position: { stream: this.stream, epoch: this.epoch(), seq: streamSeq(raw.seq) },
      time: raw.time,
      trace: readTrace(raw.read),
    };
    if (parsed.kind !== 'call') stored.runId = parsed.runId;
    return stored as StoredOf<S>;
  }
}

/**
 * The broker asks nobody's permission for the target of a schedule, and timers are all that we let it fire: what else
 * it fires has been put there by somebody who may not say it.
 */
function refuseForged({ subject, read, seq }: RawMessage, runId: FlowRunId): void {
  if (subject === runSubjects.request(runId, 'TimerFired')) return;
  throw new UndecodableEventError(read(Header.eventType) || '(no type)', seq, {
    cause: new Error(`a schedule has put it on ${subject}, where schedules put timers only`),
  });
}
