import { createHash, randomUUID } from 'node:crypto';
import { nanos, provideStream, setTrace, type Publisher, type StreamSettings } from '#libs/run-log';
import type { HeaderRecord, TraceContext } from '#libs/run-log';
import { EVENT_ROOT, EventHeader } from './read-event.js';
import type { SaidEvent } from './said-event.js';

export const EVENTS = 'EVENTS';
export const KEPT_SECONDS = 7 * 86_400;

const settings = (replicas: number): StreamSettings<typeof EVENTS> => ({
  name: EVENTS,
  subjects: [`${EVENT_ROOT}.>`],
  retention: 'limits',
  storage: 'file',
  discard: 'old',
  allow_direct: true,
  num_replicas: replicas,
  max_msgs: -1,
  max_bytes: -1,
  max_age: nanos(KEPT_SECONDS * 1_000),
  max_msgs_per_subject: -1,
  duplicate_window: nanos(120_000),
  allow_rollup_hdrs: false,
  allow_msg_schedules: false,
  allow_msg_ttl: false,
});

/** Events in their stream. Writes wait until the broker has stored them; all methods throw LogUnavailableError and LogFullError. */
export class EventStream {
  private drawn = '';

  constructor(
    private readonly publisher: Publisher,
    private readonly replicas: number,
  ) {}

  /** Tells this stream from one that was made after it was lost. */
  get epoch(): string {
    return this.drawn;
  }

  /** Makes the stream where it is missing. Throws UnfitBrokerError where the broker does not keep its settings. */
  async setUp(): Promise<void> {
    const { config } = await provideStream(this.publisher, settings(this.replicas));
    this.drawn = config.metadata?.['epoch'] ?? '';
  }

  /** Stores an event that only deployments of a user hear, and gives its id. */
  async store(event: SaidEvent, userId: string, at: number, trace?: TraceContext): Promise<string> {
    const { type, data, id = randomUUID(), source = `user/${userId}` } = event;
    const headers: HeaderRecord = {
      [EventHeader.version]: '1.0',
      [EventHeader.type]: type,
      [EventHeader.id]: id,
      [EventHeader.source]: source,
      [EventHeader.time]: new Date(at).toISOString(),
      [EventHeader.contentType]: 'application/json',
      [EventHeader.user]: userId,
      // Only for repetitions of this very request: whose event it is, and of what type, counts too.
      'Nats-Msg-Id': createHash('sha256').update([userId, type, source, id].join('\0')).digest('hex'),
    };
    setTrace(headers, trace);
    const body = Buffer.from(JSON.stringify(data ?? null));
    await this.publisher.store({ subject: `${EVENT_ROOT}.${type}`, headers, body }, 'storing an event');
    return id;
  }
}
