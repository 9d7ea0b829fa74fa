import type { NatsConnection } from '@nats-io/transport-node';
import { BODY_LIMITS } from '../claim-check.js';
import { encodeBody, eventHeaders } from '../codec.js';
import { BodyTooLargeError, LogUnavailableError, NotPermittedError } from '../errors.js';
import type { CallEvent, DecisionEvent, FactEvent, LiveEvent, RequestEvent } from '../events.js';
import { millis, streamSeq } from '../ids.js';
import type { FlowRunId, Millis, StreamSeq } from '../ids.js';
import type {
  Delivery,
  Forgotten,
  PartitionHolder,
  RunHistory,
  RunLog,
  ServiceReader,
  StoredInRun,
  StartRequested,
  StoredOf,
  StreamName,
  Subscription,
  TaskScheduled,
  TraceContext,
  Trigger,
} from '../run-log.js';
import type { Undecodable } from '../undecodable.js';
import { CALLS_AGE_MS } from '../streams.js';
import { filters, partitionOf, runFilter, runSubjects } from '../subjects.js';
import { DecisionAppender } from './append-decisions.js';
import { FactAppender } from './append-facts.js';
import { Consumers } from './consumers.js';
import { Envelopes } from '../envelopes.js';
import { forgetRun } from './forget-run.js';
import { History } from './history.js';
import { Lease } from './lease.js';
import { ObjectBodies } from './object-bodies.js';
import { DEFAULTS } from './options.js';
import type { JetStreamOptions } from './options.js';
import { orchestrate } from './partition-reader.js';
import { project } from './projector.js';
import { Publisher } from './publisher.js';
import { purgeRun } from './purge-run.js';
import type { ReaderParts } from './readers.js';
import { RollCall } from './roll-call.js';
import { serve } from './service-reader.js';
import { isSettled } from './settled.js';
import { storageOf } from './storage.js';
import type { LogStorage } from './storage.js';
import { Streams } from './set-up.js';
import { StoredMessages } from './stored-messages.js';
import { Timers } from './timers.js';
import { watch } from './viewer.js';
import { within } from './within.js';

/** A member that is taken for dead too soon costs more than a partition that moves too late. */
const SHORTEST_LIFE_MS = 1_000;

/** The run log on NATS JetStream. Made by connectRunLog. */
export class JetStreamRunLog implements RunLog {
  private readonly publisher: Publisher;
  private readonly decisions: DecisionAppender;
  private readonly facts: FactAppender;
  private readonly timers: Timers;
  private readonly history: History;
  private readonly streams: Streams;
  private readonly parts: ReaderParts;
  private readonly open = new Set<Subscription>();

  constructor(
    /** For request and reply beside the log. */
    readonly connection: NatsConnection,
    private readonly options: JetStreamOptions,
  ) {
    const limits = options.bodyLimits ?? BODY_LIMITS;
    const patience = {
      attemptMs: options.attemptMs ?? DEFAULTS.attemptMs,
      giveUpMs: options.unavailableAfterMs ?? DEFAULTS.unavailableAfterMs,
    };
    this.publisher = new Publisher(connection, patience, (error) =>
      options.onReaderTrouble?.(error instanceof NotPermittedError ? 'permissions' : 'outbox', error),
    );
    this.streams = new Streams(this.publisher, options);
    const replicas = (): number => this.streams.replicas;
    const runBodies = new ObjectBodies(this.publisher, 'RUN_BODIES', replicas);
    const callsAgeMs = options.callsAgeMs ?? CALLS_AGE_MS;
    const callBodies = new ObjectBodies(this.publisher, 'CALL_BODIES', replicas, callsAgeMs);
    this.parts = {
      connection,
      link: this.publisher.link,
      outbox: this.publisher.outbox,
      streams: this.streams,
      consumers: new Consumers(this.publisher, this.streams),
      bodies: { RUN: runBodies, CALLS: callBodies, LIVE: runBodies },
      reports: options,
    };
    const stored = new StoredMessages(this.publisher, 'RUN');
    const envelopes = new Envelopes(runBodies, limits);
    this.decisions = new DecisionAppender(this.publisher, envelopes, stored);
    this.facts = new FactAppender(this.publisher, envelopes, stored, new Envelopes(callBodies, limits));
    this.timers = new Timers(this.publisher);
    this.history = new History(this.parts, this.publisher, stored);
  }

  /** Copies of RUN as the broker keeps them: what hangs together with the log is to be as safe. */
  get replicas(): number {
    return this.streams.replicas;
  }

  /** Makes the streams where they are missing; connectRunLog has done it already. */
  setUp(): Promise<void> {
    return this.streams.setUp();
  }

  start(runId: FlowRunId, event: StartRequested, trace?: TraceContext): Promise<StreamSeq> {
    return this.facts.start(runId, event, trace);
  }

  request(
    runId: FlowRunId,
    event: Exclude<RequestEvent, StartRequested>,
    messageId: string,
    trace?: TraceContext,
  ): Promise<{ seq: StreamSeq; duplicate: boolean }> {
    return this.facts.request(runId, event, messageId, trace);
  }

  decide(
    runId: FlowRunId,
    expected: StreamSeq,
    decisions: readonly DecisionEvent[],
    trace?: TraceContext,
  ): Promise<StreamSeq> {
    return this.decisions.append(runId, expected, decisions, trace);
  }

  claim(
    runId: FlowRunId,
    claim: Extract<FactEvent, { type: 'TaskClaimed' }>,
    trace?: TraceContext,
  ): Promise<StreamSeq> {
    return this.facts.claim(runId, claim, trace);
  }

  outcome(
    runId: FlowRunId,
    fact: Extract<FactEvent, { type: 'TaskFinished' }>,
    trace?: TraceContext,
  ): Promise<StreamSeq> {
    return this.facts.outcome(runId, fact, trace);
  }

  publishLive(runId: FlowRunId, event: LiveEvent, trace?: TraceContext): void {
    if (this.connection.isClosed()) return;
    const body = encodeBody(event);
    const { inline } = this.options.bodyLimits ?? BODY_LIMITS;
    if (body.length > inline) {
      // What is only for watching is not worth an object, nor an error in the middle of somebody's work.
      this.options.onReaderTrouble?.('live', new BodyTooLargeError(event.type, body.length, inline));
      return;
    }
    const headers = eventHeaders(event, trace);
    this.publisher.requester.send({ subject: runSubjects.live(runId), headers, body });
  }

  call(event: CallEvent, trace?: TraceContext): Promise<StreamSeq> {
    return this.facts.call(event, trace);
  }

  setTimer(runId: FlowRunId, timerId: string, dueAt: Millis, trace?: TraceContext): Promise<void> {
    return this.timers.set(runId, timerId, dueAt, trace);
  }

  clearTimers(runId: FlowRunId, timerId?: string): Promise<void> {
    return this.timers.clear(runId, timerId);
  }

  discard(runId: FlowRunId, upTo: StreamSeq): Promise<void> {
    return purgeRun(
      this.publisher,
      { filter: runSubjects.all(runId), seq: upTo + 1 },
      `discarding run ${runId}`,
    );
  }

  forget(runId: FlowRunId, what: Forgotten): Promise<void> {
    return forgetRun(this.publisher, this.parts.bodies.RUN, runId, what);
  }

  /** Tells whether orchestrators have settled whatever was said to a run's partition up to and with a message. */
  isSettled(runId: FlowRunId, upTo: StreamSeq): Promise<boolean> {
    return isSettled(this.publisher, partitionOf(runId), upTo);
  }

  /** Tells what all streams of the account weigh on disk, in bytes, and how much they may where the account is limited. */
  storage(): Promise<LogStorage> {
    return storageOf(this.publisher);
  }

  readRun(runId: FlowRunId): Promise<RunHistory> {
    return this.history.readRun(runId);
  }

  readAll<S extends StreamName>(stream: S, fromSeq: StreamSeq): AsyncIterable<StoredOf<S>> {
    return this.history.readAll(stream, fromSeq);
  }

  serve(
    reader: ServiceReader,
    handler: (delivery: Delivery<TaskScheduled>) => Promise<void>,
  ): Promise<Subscription> {
    return this.keep(serve(this.parts, reader, handler));
  }

  watchCancels(handler: (stored: StoredInRun<DecisionEvent>) => void): Promise<Subscription> {
    const onCancel = (stored: StoredOf<'RUN'>): void => handler(stored as StoredInRun<DecisionEvent>);
    return this.keep(watch(this.parts, 'RUN', { filter: filters.cancels }, onCancel));
  }

  sharePartitions(holder: PartitionHolder): Promise<Subscription> {
    const lifeMs = this.options.memberLifeMs ?? Math.max(SHORTEST_LIFE_MS, this.partitionAckWaitMs);
    const parts = { ...this.parts, requester: this.publisher.requester };
    return this.keep(RollCall.join(parts, this.options, holder, lifeMs));
  }

  orchestrate(
    partition: number,
    handler: (delivery: Delivery<Trigger>) => void,
    onUnreadable?: (problem: Undecodable) => Promise<void>,
  ): Promise<Subscription> {
    const ackWaitMs = millis(this.partitionAckWaitMs);
    return this.keep(orchestrate(this.parts, partition, ackWaitMs, handler, onUnreadable));
  }

  async project<S extends StreamName>(
    name: string,
    stream: S,
    batch: number,
    handler: (events: readonly StoredOf<S>[]) => Promise<void>,
  ): Promise<Subscription> {
    const lifeMs = this.options.leaseMs ?? DEFAULTS.leaseMs;
    const key = `projector.${stream}.${name}`;
    const lease = await Lease.open(this.connection, key, lifeMs, this.streams.replicas).catch(
      (cause: unknown) => {
        throw new LogUnavailableError(`setting up the reader ${name}`, { cause });
      },
    );
    return this.keep(project(this.parts, lease, { name, stream, batch }, handler));
  }

  watch<S extends StreamName>(
    stream: S,
    { fromSeq, runId }: { readonly fromSeq?: StreamSeq; readonly runId?: FlowRunId },
    handler: (stored: StoredOf<S>) => void,
  ): Promise<Subscription> {
    const filter = runFilter(stream, runId);
    return this.keep(
      watch(
        this.parts,
        stream,
        { ...(fromSeq === undefined ? {} : { fromSeq }), ...(filter ? { filter } : {}) },
        handler,
      ),
    );
  }

  async info(stream: StreamName): Promise<{
    epoch: string;
    firstSeq: StreamSeq;
    lastSeq: StreamSeq;
    messages: number;
    bytes: number;
  }> {
    const { epoch, state } = await this.streams.info(stream);
    const { first_seq, last_seq, messages, bytes } = state;
    return { epoch, firstSeq: streamSeq(first_seq), lastSeq: streamSeq(last_seq), messages, bytes };
  }

  /** Closes what was subscribed, and the connection unless it was handed in. */
  async close(): Promise<void> {
    await Promise.all([...this.open].map((subscription) => subscription.close()));
    this.publisher.close();
    if (!this.options.connection && !this.connection.isClosed()) {
      // Acks on their way; a broken connection has lost them, and a broker that does not answer is not waited for.
      await within(this.connection.flush(), this.publisher.patience.attemptMs);
      await this.connection.close();
    }
  }

  private get partitionAckWaitMs(): number {
    return this.options.partitionAckWaitMs ?? DEFAULTS.partitionAckWaitMs;
  }

  private async keep(opening: Promise<Subscription>): Promise<Subscription> {
    const subscription = await opening;
    this.open.add(subscription);
    void subscription.closed.then(() => this.open.delete(subscription));
    return subscription;
  }
}
