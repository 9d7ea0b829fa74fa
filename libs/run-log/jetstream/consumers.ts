import type { StreamName } from '../run-log.js';
import { nanos } from '../streams.js';
import { refused } from './broker-errors.js';
import type { BrokerRefusal } from './broker-errors.js';
import type { Publisher } from './publisher.js';
import type { Streams } from './set-up.js';

export interface DurableOptions {
  readonly stream: StreamName;
  readonly name: string;
  readonly filter?: string;
  readonly ackPolicy: 'explicit' | 'all';
  readonly ackWaitMs: number;
  readonly maxAckPending: number;
}

interface ConsumerAnswer {
  readonly config: Readonly<Record<string, unknown>> & { readonly metadata?: Record<string, string> };
  readonly error?: BrokerRefusal;
}

const NOT_FOUND = 10014;
const EXISTS = new Set([10013, 10105, 10148]);
/** The stream's last sequence when the durable was made: what is not behind it may have been handled before. */
const MADE_AT = 'made_at_seq';

/** Makes durable pull consumers where they are missing, from any number of processes at once. */
export class Consumers {
  constructor(
    private readonly publisher: Publisher,
    private readonly streams: Streams,
  ) {}

  /** Returns the sequence up to which messages are older than the durable. */
  async ensure(options: DurableOptions): Promise<number> {
    const wanted = settingsOf(options);
    const found = await this.ask('INFO', options, {});
    if (found.error && found.error.err_code !== NOT_FOUND) throw refused(found.error);
    if (found.error) return this.make(options, wanted);
    const stale = Object.entries(wanted).some(([key, value]) => !same(found.config[key], value));
    if (stale) {
      const config = { ...found.config, ...wanted };
      const updated = await this.ask('CREATE', options, {
        stream_name: options.stream,
        config,
        action: 'update',
      });
      if (updated.error) throw refused(updated.error);
    }
    return madeAt(found);
  }

  /** Starts delivery over from the ack floor, for a reader that takes over from another. */
  async reset(options: DurableOptions): Promise<void> {
    const answer = await this.ask('RESET', options, {});
    if (answer.error) throw refused(answer.error);
  }

  /** Makes a consumer that has no name and goes by itself when nobody listens to it any more. */
  async add(stream: StreamName, config: Readonly<Record<string, unknown>>): Promise<void> {
    const made = await this.publisher.ask<ConsumerAnswer>(
      `$JS.API.CONSUMER.CREATE.${stream}`,
      { stream_name: stream, config },
      `following ${stream}`,
    );
    if (made.error) throw refused(made.error);
  }

  private async make(options: DurableOptions, wanted: Readonly<Record<string, unknown>>): Promise<number> {
    const { state } = await this.streams.info(options.stream);
    const config = { ...wanted, metadata: { [MADE_AT]: String(state.last_seq) } };
    const made = await this.ask('CREATE', options, { stream_name: options.stream, config, action: 'create' });
    if (!made.error) return madeAt(made);
    if (!EXISTS.has(made.error.err_code)) throw refused(made.error);
    return this.ensure(options);
  }

  /** The filter is part of what is asked where a consumer is made, so that permissions can tell what may be read. */
  private ask(
    verb: 'INFO' | 'CREATE' | 'RESET',
    { stream, name, filter }: DurableOptions,
    query: object,
  ): Promise<ConsumerAnswer> {
    const what = verb === 'CREATE' && filter !== undefined ? `${name}.${filter}` : name;
    return this.publisher.ask<ConsumerAnswer>(
      `$JS.API.CONSUMER.${verb}.${stream}.${what}`,
      query,
      `setting up the reader ${name}`,
    );
  }
}

const settingsOf = (options: DurableOptions): Readonly<Record<string, unknown>> => ({
  durable_name: options.name,
  deliver_policy: 'all',
  ack_policy: options.ackPolicy,
  ack_wait: nanos(options.ackWaitMs),
  max_deliver: -1,
  max_ack_pending: options.maxAckPending,
  replay_policy: 'instant',
  ...(options.filter === undefined ? {} : { filter_subject: options.filter }),
});

const same = (found: unknown, wanted: unknown): boolean => JSON.stringify(found) === JSON.stringify(wanted);
const madeAt = (answer: ConsumerAnswer): number => Number(answer.config.metadata?.[MADE_AT] ?? 0);
