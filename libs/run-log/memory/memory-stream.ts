import { millis } from '../ids.js';
import type { Outgoing } from '../envelopes.js';
import type { RawMessage } from '../inbound.js';
import type { HeaderRecord } from '../headers.js';
import type { StreamName } from '../run-log.js';
import { matches } from '../subjects.js';
import type { Clock } from './clock.js';

export interface MemoryMessage extends RawMessage {
  readonly headers: HeaderRecord;
}

export interface Expectation {
  /** May hold wildcards. */
  readonly subject: string;
  /** Sequence of the last message under it; 0 for none. */
  readonly seq: number;
}

export type Append = { readonly seq: number; readonly duplicate: boolean } | 'refused';

const DUPLICATE_WINDOW_MS = 120_000;

/** A stream as the broker keeps it, as far as the log sees it. */
export class MemoryStream {
  private messages: MemoryMessage[] = [];
  private readonly ids = new Map<string, { readonly seq: number; readonly at: number }>();
  private readonly listeners = new Set<() => void>();
  lastSeq = 0;

  constructor(
    readonly name: StreamName,
    readonly epoch: string,
    private readonly clock: Clock,
  ) {}

  get firstSeq(): number {
    return this.messages[0]?.seq ?? this.lastSeq + 1;
  }

  get size(): { readonly messages: number; readonly bytes: number } {
    const bytes = this.messages.reduce((sum, { body, subject }) => sum + body.length + subject.length, 0);
    return { messages: this.messages.length, bytes };
  }

  append(message: Outgoing, messageId?: string, expectation?: Expectation): Append {
    const time = this.clock.now();
    if (expectation && (this.last(expectation.subject)?.seq ?? 0) !== expectation.seq) return 'refused';
    const known = messageId === undefined ? undefined : this.ids.get(messageId);
    if (known && time - known.at < DUPLICATE_WINDOW_MS) return { seq: known.seq, duplicate: true };
    const seq = ++this.lastSeq;
    if (messageId !== undefined) this.ids.set(messageId, { seq, at: time });
    const headers = { ...message.headers };
    const read = (name: string): string | undefined => headers[name];
    this.messages.push({
      subject: message.subject,
      headers,
      read,
      body: message.body,
      seq,
      time: millis(time),
    });
    for (const listener of [...this.listeners]) listener();
    return { seq, duplicate: false };
  }

  last(filter: string): MemoryMessage | undefined {
    return this.messages.findLast(({ subject }) => matches(filter, subject));
  }

  /** Finds the first message from a sequence on that falls under the filter. */
  next(fromSeq: number, filter = '>'): MemoryMessage | undefined {
    for (let i = this.indexOf(fromSeq); i < this.messages.length; i++) {
      const message = this.messages[i]!;
      if (matches(filter, message.subject)) return message;
    }
    return undefined;
  }

  all(filter: string): MemoryMessage[] {
    return this.messages.filter(({ subject }) => matches(filter, subject));
  }

  purge(filter: string, upTo = Infinity): void {
    this.messages = this.messages.filter(({ subject, seq }) => seq > upTo || !matches(filter, subject));
  }

  remove(messages: ReadonlySet<MemoryMessage>): void {
    this.messages = this.messages.filter((message) => !messages.has(message));
  }

  has(message: MemoryMessage): boolean {
    return this.messages[this.indexOf(message.seq)] === message;
  }

  /** Calls back after each append; returns how to stop that. */
  onAppend(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private indexOf(fromSeq: number): number {
    let low = 0;
    let high = this.messages.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.messages[middle]!.seq < fromSeq) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
