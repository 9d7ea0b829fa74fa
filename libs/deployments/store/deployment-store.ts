import { randomUUID } from 'node:crypto';
import {
  BrokerHeader,
  provideStream,
  Publisher,
  refusedBy,
  StoredMessages,
  type BrokerRefusal,
  type FlowRunId,
  type TraceContext,
  type HeaderRecord,
  type RawStored,
  type RunLog,
} from '#libs/run-log';
import type { NatsConnection } from '@nats-io/transport-node';
import { NOTHING_DONE, type DeploymentState } from '../state.js';
import { filters, subjects } from '../subjects.js';
import type { StoredFiring, TriggeredFiring } from '../triggers/triggered-firing.js';
import {
  isTombstone,
  readSpec,
  readState,
  type DeploymentRecord,
  type StoredSpec,
  type Tombstone,
} from './deployment-record.js';
import { eventMessage, firingOf } from './event-message.js';
import { ENDED_SECONDS, REMOVED_SECONDS, STREAM, streamSettings } from './stream-settings.js';

const PATIENCE = { attemptMs: 2_000, giveUpMs: 15_000 };
const encode = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

/** A run log whose broker keeps the deployments too. */
export type BrokerRunLog = RunLog & {
  readonly connection: NatsConnection;
  /** Copies that it keeps of what it holds. */
  readonly replicas?: number;
};

export interface StoreOptions {
  /** Copies of the stream in a cluster; as many as the run log has unless told otherwise. */
  readonly replicas?: number;
  readonly onTrouble?: (error: unknown) => void;
}

/**
 * Deployments in their stream. Every write waits until the broker has stored it, and is repeated where no answer came;
 * all methods throw LogUnavailableError and LogFullError.
 */
export class DeploymentStore {
  readonly publisher: Publisher;
  private readonly stored: StoredMessages;

  constructor(
    private readonly log: BrokerRunLog,
    private readonly options: StoreOptions = {},
  ) {
    this.publisher = new Publisher(log.connection, PATIENCE, options.onTrouble);
    this.stored = new StoredMessages(this.publisher, STREAM);
  }

  /** Makes the stream where it is missing. Throws UnfitBrokerError where the broker does not keep its settings. */
  async setUp(): Promise<void> {
    await provideStream(this.publisher, streamSettings(this.options.replicas ?? this.log.replicas ?? 1));
  }

  /** Reads a deployment as the stream's leader holds it. */
  async read(id: string): Promise<DeploymentRecord | undefined> {
    return (await this.look(id)).record;
  }

  /** The same, and the sequence that a write of its specification expects: also of one that was removed. */
  async look(
    id: string,
  ): Promise<{ readonly record?: DeploymentRecord | undefined; readonly revision: number }> {
    const [specMessage, stateMessage] = await Promise.all([
      this.stored.last(subjects.spec(id)),
      this.stored.last(subjects.state(id)),
    ]);
    if (!specMessage) return { revision: 0 };
    const { seq: revision, body } = specMessage;
    const spec = readSpec(body);
    if (isTombstone(spec)) return { revision };
    const state = stateMessage ? readState(stateMessage.body) : NOTHING_DONE;
    return { record: { spec, revision, state, stateSeq: stateMessage?.seq ?? 0 }, revision };
  }

  /** The sequence of the last message under a filter; 0 where there is none. */
  async lastSeq(filter: string): Promise<number> {
    return (await this.stored.last(filter))?.seq ?? 0;
  }

  /** Reads the first specification or state from a sequence on. */
  nextRecord(fromSeq: number): Promise<RawStored | undefined> {
    return this.stored.next(filters.records, fromSeq);
  }

  /** Writes a specification over the one of this revision, 0 for none; undefined where another stands there. */
  async writeSpec(spec: StoredSpec, expected: number): Promise<number | undefined> {
    return this.fenced(subjects.spec(spec.id), subjects.spec(spec.id), expected, spec, 'DeploymentPut');
  }

  /** Leaves a mark where a deployment was; undefined where another revision stands there. */
  async removeSpec(id: string, expected: number): Promise<number | undefined> {
    const tombstone: Tombstone = { id, removed: true };
    const subject = subjects.spec(id);
    return this.fenced(subject, subject, expected, tombstone, 'DeploymentRemoved', {
      'Nats-TTL': `${REMOVED_SECONDS}s`,
    });
  }

  /** Writes a state; undefined where somebody has written either the specification or the state meanwhile. */
  async writeState(
    id: string,
    state: Omit<DeploymentState, 'stamp'>,
    expected: number,
  ): Promise<{ readonly seq: number; readonly state: DeploymentState } | undefined> {
    const stamped = { ...state, stamp: randomUUID() };
    const seq = await this.fenced(
      subjects.state(id),
      subjects.both(id),
      expected,
      stamped,
      'DeploymentState',
    );
    return seq === undefined ? undefined : { seq, state: stamped };
  }

  /**
   * Lets the broker say that an instant has come, in place of any other instant. False where the specification is no
   * longer of this revision: the instant of an old schedule must not stand in the place of a new one's. What it says
   * when it comes: that the runs have begun which the state of `begun` decided on.
   */
  async setLater(id: string, instant: number, revision: number, begun: number): Promise<boolean> {
    const settled = await this.publisher.store(
      {
        subject: subjects.later(id),
        headers: {
          ...typeOf('DeploymentDue'),
          'Nats-Schedule': `@at ${new Date(instant).toISOString()}`,
          'Nats-Schedule-Target': subjects.fire(id),
          'Nats-Rollup': 'sub',
          [BrokerHeader.expectedSubjectSeq]: String(revision),
          [BrokerHeader.expectedSubjectSeqSubject]: subjects.spec(id),
        },
        body: encode({ instant: new Date(instant).toISOString(), begun } satisfies Due),
      },
      'setting the next instant of a deployment',
    );
    return 'seq' in settled;
  }

  /** Forgets what a removed deployment has done, unless it was created anew meanwhile. */
  async forget(id: string): Promise<void> {
    const state = await this.stored.last(subjects.state(id));
    // What is set for later stays: it says nothing to nobody, and one of a new deployment must not go with it.
    if (state && !(await this.read(id))) await this.purge(subjects.state(id), state.seq + 1);
  }

  /** Says that a run of a deployment has ended. */
  async tellEnd(id: string, runId: FlowRunId, status: string): Promise<void> {
    await this.publisher.store(
      {
        subject: subjects.ended(id, runId),
        headers: { ...typeOf('DeploymentRunEnded'), 'Nats-TTL': `${ENDED_SECONDS}s` },
        body: encode({ runId, status }),
      },
      'telling a deployment of the end of a run',
    );
  }

  /** Tells a deployment of an event that a trigger of it waits for, unless it was told before. */
  async tellEvent(id: string, key: string, firing: TriggeredFiring, trace: TraceContext): Promise<void> {
    await this.publisher.store(eventMessage(id, key, firing, trace), 'telling a deployment of an event');
  }

  /** Reads what a deployment was told of an event; undefined where that is kept no more. */
  async readEvent(id: string, key: string): Promise<StoredFiring | undefined> {
    const message = await this.stored.last(subjects.event(id, key));
    return message && firingOf(message);
  }

  /** Reads the events that a deployment was told of behind a sequence, in their order. */
  async readEvents(
    id: string,
    { after, upTo, most }: { readonly after: number; readonly upTo: number; readonly most: number },
  ): Promise<readonly StoredFiring[]> {
    const events: StoredFiring[] = [];
    for (let from = after + 1; from <= upTo && events.length < most;) {
      const message = await this.stored.next(subjects.events(id), from);
      if (!message) break;
      events.push(firingOf(message));
      from = message.seq + 1;
    }
    return events;
  }

  close(): void {
    this.publisher.close();
  }

  /** Stores one message behind a fence; undefined where the fence refused it. */
  private async fenced(
    subject: string,
    fence: string,
    expected: number,
    value: object,
    type: string,
    more: HeaderRecord = {},
  ): Promise<number | undefined> {
    const body = encode(value);
    const headers = {
      ...typeOf(type),
      ...more,
      [BrokerHeader.expectedSubjectSeq]: String(expected),
      [BrokerHeader.expectedSubjectSeqSubject]: fence,
    };
    const settled = await this.publisher.store({ subject, headers, body }, 'writing a deployment');
    if ('seq' in settled) return settled.seq;
    if (settled.tries === 1) return undefined;
    // An earlier try whose answer was lost may have been stored: then the very same bytes stand there.
    const last = await this.stored.last(subject);
    return last && Buffer.compare(last.body, body) === 0 ? last.seq : undefined;
  }

  private async purge(filter: string, seq: number): Promise<void> {
    const answer = await this.publisher.ask<{ error?: BrokerRefusal }>(
      `$JS.API.STREAM.PURGE.${STREAM}`,
      { filter, seq },
      'clearing a deployment',
    );
    if (answer.error) throw refusedBy(answer.error);
  }
}

/** What the broker says when an instant has come. */
export interface Due {
  /** ISO. */
  readonly instant: string;
  /** Sequence of the state whose runs had begun when it was set. */
  readonly begun: number;
}

const typeOf = (type: string): HeaderRecord => ({ 'Event-Type': type, 'Event-Version': '1' });
