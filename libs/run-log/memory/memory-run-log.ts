import { BODY_LIMITS } from '../claim-check.js';
import type { BodyLimits } from '../claim-check.js';
import { encodeBody, eventHeaders } from '../codec.js';
import { partitionDurable, serviceDurable } from '../durables.js';
import { Envelopes } from '../envelopes.js';
import { BodyTooLargeError, LogUnavailableError } from '../errors.js';
import { Header } from '../headers.js';
import type { CallEvent, DecisionEvent, FactEvent, LiveEvent, RequestEvent, RunEvent } from '../events.js';
import { streamSeq } from '../ids.js';
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
import { filters, parseSubject, runFilter, runSubjects } from '../subjects.js';
import { alsoTo, isUndecodable } from '../undecodable.js';
import type { ReaderReports, Undecodable } from '../undecodable.js';
import { ManualClock } from './clock.js';
import type { Clock } from './clock.js';
import { MemoryBroker } from './memory-broker.js';
import { projectInMemory } from './memory-projector.js';
import { shareInMemory } from './memory-members.js';
import { follow, memoryInbound, takeInOrder, takeWork } from './memory-readers.js';
import type { MemoryMessage, MemoryStream } from './memory-stream.js';
import { MemoryWrites } from './memory-writes.js';

export interface MemoryOptions extends ReaderReports {
  /** Time as the log sees it; one that stands still until `advance` unless given. */
  readonly clock?: Clock;
  /** Where the log's own clock begins, in milliseconds since the epoch of Unix. */
  readonly startAt?: number;
  readonly epoch?: string;
  readonly partitionAckWaitMs?: number;
  readonly bodyLimits?: BodyLimits;
}

const START_AT = Date.UTC(2026, 0, 1);
const PARTITION_ACK_WAIT_MS = 10_000;
const IN_HAND = 1_024;

/** Makes a run log in memory, with the semantics of the real one and a clock that goes on by `advance` only. */
export function createMemoryRunLog(options: MemoryOptions = {}): MemoryRunLog {
  const clock = options.clock ?? new ManualClock(options.startAt ?? START_AT);
  return new MemoryRunLog(new MemoryBroker(clock, options.epoch ?? 'memory'), options);
}

/** The run log in memory. Made by createMemoryRunLog. */
export class MemoryRunLog implements RunLog {
  private readonly writes: MemoryWrites;
  private readonly open = new Set<Subscription>();
  private closed = false;

  constructor(
    private readonly broker: MemoryBroker,
    private readonly options: MemoryOptions,
  ) {
    this.writes = new MemoryWrites(broker, new Envelopes(broker.bodies, options.bodyLimits ?? BODY_LIMITS));
  }

  /** Makes another handle on the same log, as another process would have. */
  peer(reports: ReaderReports = {}): MemoryRunLog {
    const { onUndecodable: _, onReaderTrouble: __, ...rest } = this.options;
    return new MemoryRunLog(this.broker, { ...rest, ...reports });
  }

  /** Tells the time by the log's clock. */
  now(): Millis {
    return this.broker.clock.now() as Millis;
  }

  /** Lets time go on; what falls due on the way happens at its moment. Only with the log's own clock. */
  async advance(ms: number): Promise<void> {
    const { clock } = this.broker;
    if (!(clock instanceof ManualClock)) throw new Error('this log was given a clock; advance that one');
    await clock.advance(ms);
  }

  async start(runId: FlowRunId, event: StartRequested, trace?: TraceContext): Promise<StreamSeq> {
    this.stand('appending StartRequested');
    return this.writes.start(runId, event, trace);
  }

  async request(
    runId: FlowRunId,
    event: Exclude<RequestEvent, StartRequested>,
    messageId: string,
    trace?: TraceContext,
  ): Promise<{ seq: StreamSeq; duplicate: boolean }> {
    this.stand(`appending ${event.type}`);
    return this.writes.request(runId, event, messageId, trace);
  }

  async decide(
    runId: FlowRunId,
    expected: StreamSeq,
    decisions: readonly DecisionEvent[],
    trace?: TraceContext,
  ): Promise<StreamSeq> {
    this.stand('appending decisions');
    return this.writes.decide(runId, expected, decisions, trace);
  }

  async claim(
    runId: FlowRunId,
    claim: Extract<FactEvent, { type: 'TaskClaimed' }>,
    trace?: TraceContext,
  ): Promise<StreamSeq> {
    this.stand('appending TaskClaimed');
    return this.writes.claim(runId, claim, trace);
  }

  async outcome(
    runId: FlowRunId,
    fact: Extract<FactEvent, { type: 'TaskFinished' }>,
    trace?: TraceContext,
  ): Promise<StreamSeq> {
    this.stand('appending TaskFinished');
    return this.writes.outcome(runId, fact, trace);
  }

  publishLive(runId: FlowRunId, event: LiveEvent, trace?: TraceContext): void {
    if (this.closed) return;
    const body = encodeBody(event);
    const { inline } = this.options.bodyLimits ?? BODY_LIMITS;
    if (body.length > inline) {
      this.options.onReaderTrouble?.('live', new BodyTooLargeError(event.type, body.length, inline));
      return;
    }
    this.broker.streams.LIVE.append({
      subject: runSubjects.live(runId),
      headers: eventHeaders(event, trace),
      body,
    });
  }

  async call(event: CallEvent, trace?: TraceContext): Promise<StreamSeq> {
    this.stand(`appending ${event.type}`);
    return this.writes.call(event, trace);
  }

  async setTimer(runId: FlowRunId, timerId: string, dueAt: Millis, trace?: TraceContext): Promise<void> {
    this.stand('setting a timer');
    this.writes.setTimer(runId, timerId, dueAt, trace);
  }

  async clearTimers(runId: FlowRunId, timerId?: string): Promise<void> {
    this.stand('clearing timers');
    this.broker.unschedule(runId, timerId);
  }

  async discard(runId: FlowRunId, upTo: StreamSeq): Promise<void> {
    this.stand(`discarding run ${runId}`);
    this.broker.streams.RUN.purge(runSubjects.all(runId), upTo);
  }

  async forget(runId: FlowRunId, { upTo, keep, bodies }: Forgotten): Promise<void> {
    this.stand(`forgetting run ${runId}`);
    const { RUN } = this.broker.streams;
    const kept = keep === 'ends' ? endsOf(runId, RUN) : new Set<MemoryMessage>();
    const gone = RUN.all(runSubjects.all(runId)).filter((each) => each.seq <= upTo && !kept.has(each));
    RUN.remove(new Set(gone));
    const named = new Set([...kept].map(({ read }) => read(Header.bodyRef)));
    for (const name of bodies) if (!named.has(name)) await this.broker.bodies.delete(name);
  }

  async readRun(runId: FlowRunId): Promise<RunHistory> {
    this.stand(`reading run ${runId}`);
    const decoder = memoryInbound(this.broker, 'RUN');
    const events: StoredInRun<RunEvent>[] = [];
    let unreadable: RunHistory['unreadable'];
    let lastDecision = 0;
    const messages = this.broker.streams.RUN.all(runSubjects.all(runId));
    const bodies = messages.flatMap(({ read }) => read(Header.bodyRef) ?? []);
    for (const message of messages) {
      if (parseSubject(message.subject)?.kind === 'decision') lastDecision = message.seq;
      try {
        const stored = await decoder.decode(message);
        if (stored) events.push(stored);
      } catch (error) {
        if (!isUndecodable(error)) throw error;
        unreadable ??= error;
      }
    }
    const last = streamSeq(messages.at(-1)?.seq ?? 0);
    return {
      runId,
      events,
      ...(unreadable ? { unreadable } : {}),
      ...(bodies.length > 0 ? { bodies } : {}),
      lastDecision: streamSeq(lastDecision),
      last,
    };
  }

  async *readAll<S extends StreamName>(stream: S, fromSeq: StreamSeq): AsyncIterable<StoredOf<S>> {
    this.stand(`reading ${stream}`);
    const source = this.broker.streams[stream];
    const decoder = memoryInbound(this.broker, stream);
    const end = source.lastSeq;
    let raw = source.next(fromSeq);
    for (; raw && raw.seq <= end; raw = source.next(raw.seq + 1)) {
      let stored: StoredOf<S> | undefined;
      try {
        stored = await decoder.decode(raw);
      } catch (error) {
        await decoder.report(this.options, 'rebuild', raw, error);
      }
      if (stored) yield stored;
    }
  }

  async serve(
    reader: ServiceReader,
    handler: (delivery: Delivery<TaskScheduled>) => Promise<void>,
  ): Promise<Subscription> {
    const name = serviceDurable(reader);
    this.stand(`setting up the reader ${name}`);
    const filter = filters.work(reader.service, reader.operation, reader.lane);
    const durable = this.broker.durable(name, filter, reader.ackWaitMs, reader.globalConcurrency);
    return this.keep(takeWork(this.broker, this.options, name, durable, reader.slots, handler));
  }

  async watchCancels(handler: (stored: StoredInRun<DecisionEvent>) => void): Promise<Subscription> {
    this.stand('following cancels');
    const from = this.broker.streams.RUN.lastSeq + 1;
    const onCancel = (stored: StoredOf<'RUN'>): void => handler(stored as StoredInRun<DecisionEvent>);
    return this.keep(follow(this.broker, this.options, 'RUN', from, filters.cancels, onCancel));
  }

  async sharePartitions(holder: PartitionHolder): Promise<Subscription> {
    this.stand('sharing the partitions');
    return this.keep(await shareInMemory(this.broker.members, this.broker.clock, this.options, holder));
  }

  async orchestrate(
    partition: number,
    handler: (delivery: Delivery<Trigger>) => void,
    onUnreadable?: (problem: Undecodable) => Promise<void>,
  ): Promise<Subscription> {
    const name = partitionDurable(partition);
    this.stand(`setting up the reader ${name}`);
    const ackWaitMs = this.options.partitionAckWaitMs ?? PARTITION_ACK_WAIT_MS;
    const durable = this.broker.durable(name, filters.triggers(partition), ackWaitMs, IN_HAND);
    const reports = alsoTo(this.options, onUnreadable);
    return this.keep(takeInOrder(this.broker, reports, name, durable, IN_HAND, handler));
  }

  async project<S extends StreamName>(
    name: string,
    stream: S,
    batch: number,
    handler: (events: readonly StoredOf<S>[]) => Promise<void>,
  ): Promise<Subscription> {
    this.stand(`setting up the reader ${name}`);
    return this.keep(projectInMemory(this.broker, this.options, { name, stream, batch }, handler));
  }

  async watch<S extends StreamName>(
    stream: S,
    { fromSeq, runId }: { readonly fromSeq?: StreamSeq; readonly runId?: FlowRunId },
    handler: (stored: StoredOf<S>) => void,
  ): Promise<Subscription> {
    this.stand(`following ${stream}`);
    const from = fromSeq ?? this.broker.streams[stream].lastSeq + 1;
    const filter = runFilter(stream, runId) ?? '>';
    return this.keep(follow(this.broker, this.options, stream, from, filter, handler));
  }

  async info(stream: StreamName): Promise<{
    epoch: string;
    firstSeq: StreamSeq;
    lastSeq: StreamSeq;
    messages: number;
    bytes: number;
  }> {
    this.stand(`asking about ${stream}`);
    const { epoch, firstSeq, lastSeq, size } = this.broker.streams[stream];
    return { epoch, firstSeq: streamSeq(firstSeq), lastSeq: streamSeq(lastSeq), ...size };
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([...this.open].map((subscription) => subscription.close()));
  }

  private keep(subscription: Subscription): Subscription {
    this.open.add(subscription);
    void subscription.closed.then(() => this.open.delete(subscription));
    return subscription;
  }

  private stand(doing: string): void {
    if (this.closed) throw new LogUnavailableError(doing, { cause: new Error('this log is closed') });
  }
}

function endsOf(runId: FlowRunId, stream: MemoryStream): ReadonlySet<MemoryMessage> {
  const { start, flow } = runSubjects.ends(runId);
  return new Set([stream.last(start), stream.last(flow)].flatMap((message) => message ?? []));
}
