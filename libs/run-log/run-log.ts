import type { UndecodableEventError, UnknownEventError } from './errors.js';
import type { CallEvent, DecisionEvent, FactEvent, LiveEvent, RequestEvent, RunEvent } from './events.js';
import type { FlowRunId, Millis, StreamSeq } from './ids.js';
import type { Position } from './position.js';
import type { Undecodable } from './undecodable.js';

export type { Position };

/** W3C trace context, as it travels in headers. */
export interface TraceContext {
  readonly traceparent?: string;
  readonly tracestate?: string;
}

/** An event as its stream holds it. */
export interface Stored<E> {
  readonly event: E;
  readonly position: Position;
  /** The stream's own time of storing, in milliseconds. */
  readonly time: Millis;
  readonly trace: TraceContext;
}

/** An event of a run. */
export interface StoredInRun<E> extends Stored<E> {
  readonly runId: FlowRunId;
}

/** A message handed to a durable reader, to be settled once. */
export interface Delivery<E> extends StoredInRun<E> {
  /** From 1. */
  readonly deliveries: number;
  /** Rises by one with each message of this consumer, redeliveries included; a gap means another reader took some. */
  readonly deliverySeq: number;
  /** True where the message is older than the durable that delivers it: it may have been handled under an earlier one. */
  readonly olderThanReader: boolean;
  ack(): void;
  /** Tells the broker that work goes on, so that it does not hand the message out again. */
  working(): void;
  /** Asks for the message again after `delayMs`. It keeps its slot meanwhile: never use it for waiting at a limit. */
  retry(delayMs: Millis): void;
}

export interface RunHistory {
  readonly runId: FlowRunId;
  /** In stream order, up to the run's last message as the stream's leader names it; without what cannot be read. */
  readonly events: readonly StoredInRun<RunEvent>[];
  /** Says of the first event that this build cannot read where it lies and what it is; absent where all were read. */
  readonly unreadable?: UnknownEventError | UndecodableEventError;
  /** Names of the objects that hold bodies of its events; absent where there are none. */
  readonly bodies?: readonly string[];
  /** Sequence of the last decision; 0 when there is none. */
  readonly lastDecision: StreamSeq;
  /** Sequence of the last message of any kind; 0 for an unknown run. */
  readonly last: StreamSeq;
}

/** What of a run is deleted. */
export interface Forgotten {
  readonly upTo: StreamSeq;
  /**
   * `ends` leaves its start and its last decision: they refuse another start under its id, and tell whoever reads the
   * run that it has ended. Its other decisions on the flow go first, so that who still sees them has seen all.
   */
  readonly keep: 'ends' | 'nothing';
  /** As the run's history names them. */
  readonly bodies: readonly string[];
}

export interface Subscription {
  /** Stops taking messages, waits for handlers that run, and closes. */
  close(): Promise<void>;
  /** Settles when the subscription has ended by itself, with the reason. */
  readonly closed: Promise<Error | undefined>;
}

export interface ServiceReader {
  readonly service: string;
  readonly operation: string;
  readonly lane: 'normal' | 'urgent';
  /** Limit over all processes together; the consumer's `max_ack_pending`. */
  readonly globalConcurrency: number;
  /** How many this process works on at once; it never pulls more than it has free slots. */
  readonly slots: number;
  /** Without `working()` for so long, the broker hands the message to another process. */
  readonly ackWaitMs: Millis;
}

/** What a process does with the partitions that fall to it. */
export interface PartitionHolder {
  /** Begins to work on a partition. Where it throws, it is called again later. */
  take(partition: number): Promise<void>;
  /** Settles what is in hand of a partition and lets go. The next one begins when this has resolved. */
  handOver(partition: number): Promise<void>;
  /** Lets go at once, whatever is in hand: others take this process for dead and may have begun already. */
  lose(partition: number): void;
  /** Called well within the time after which triggers in hand are handed out again: says that work on them goes on. */
  keepAlive(): void;
}

export type TaskScheduled = Extract<DecisionEvent, { type: 'TaskScheduled' }>;
export type StartRequested = Extract<RequestEvent, { type: 'StartRequested' }>;
export type Trigger = RequestEvent | Extract<FactEvent, { type: 'TaskFinished' }>;

/**
 * The one source of truth. Whoever wants to know something folds it.
 *
 * Every method that writes resolves after the broker has stored the message, but for `publishLive`, and throws
 * LogUnavailableError, LogFullError or BodyTooLargeError where it could not.
 */
export interface RunLog {
  /** Appends a start with expectation 0. Throws RunExistsError when the run was started before. */
  start(runId: FlowRunId, event: StartRequested, trace?: TraceContext): Promise<StreamSeq>;

  /** Appends any other request. `messageId` stops quick repeats; true in the answer's `duplicate` says it did. */
  request(
    runId: FlowRunId,
    event: Exclude<RequestEvent, { type: 'StartRequested' }>,
    messageId: string,
    trace?: TraceContext,
  ): Promise<{ seq: StreamSeq; duplicate: boolean }>;

  /**
   * Appends an activation's decisions as a prefix: up to eight as fenced messages, more as one atomic batch.
   * `expected` is the sequence of the run's last decision, 0 before the first. Returns the new last one.
   * Throws FencedOutError when another writer has appended.
   */
  decide(
    runId: FlowRunId,
    expected: StreamSeq,
    decisions: readonly DecisionEvent[],
    trace?: TraceContext,
  ): Promise<StreamSeq>;

  /** Takes the one claim of an attempt. Throws ClaimTakenError when another holds it. Safe to repeat with the same nonce. */
  claim(
    runId: FlowRunId,
    claim: Extract<FactEvent, { type: 'TaskClaimed' }>,
    trace?: TraceContext,
  ): Promise<StreamSeq>;

  /** Publishes how an attempt ended; a repeat within the broker's window is stored once. */
  outcome(
    runId: FlowRunId,
    fact: Extract<FactEvent, { type: 'TaskFinished' }>,
    trace?: TraceContext,
  ): Promise<StreamSeq>;

  /** Publishes something to watch, without waiting. */
  publishLive(runId: FlowRunId, event: LiveEvent, trace?: TraceContext): void;

  /** Appends to the calls. Shares no subject with runs. */
  call(event: CallEvent, trace?: TraceContext): Promise<StreamSeq>;

  /** Lets the broker publish TimerFired for this run at `dueAt`. The same `timerId` again replaces it. */
  setTimer(runId: FlowRunId, timerId: string, dueAt: Millis, trace?: TraceContext): Promise<void>;

  /** Takes a timer back; one that is gone already is no error. */
  clearTimers(runId: FlowRunId, timerId?: string): Promise<void>;

  /**
   * Deletes what was said to a run that was never started, up to and with a message. What comes later stays, so that
   * a start that is on its way is not lost.
   */
  discard(runId: FlowRunId, upTo: StreamSeq): Promise<void>;

  /**
   * Deletes what a run that has ended has said up to and with a message, and the objects named; nothing there is no
   * error. What came later stays. Safe to repeat.
   */
  forget(runId: FlowRunId, what: Forgotten): Promise<void>;

  /** Reads a run whole; see `unreadable`. An unknown run has no events. */
  readRun(runId: FlowRunId): Promise<RunHistory>;

  /** Pulls a service's work. The handler settles each delivery itself. */
  serve(
    reader: ServiceReader,
    handler: (delivery: Delivery<TaskScheduled>) => Promise<void>,
  ): Promise<Subscription>;

  /** Follows what cancels tasks, from now on. */
  watchCancels(handler: (stored: StoredInRun<DecisionEvent>) => void): Promise<Subscription>;

  /**
   * Shares the partitions evenly with all other processes that do so; they move when one comes or goes. Resolves when
   * those that fall to this process at first are taken. Closing hands everything over. Two may hold the same partition
   * for a moment, and each is safe from the other by the fence of `decide`.
   */
  sharePartitions(holder: PartitionHolder): Promise<Subscription>;

  /**
   * Pulls the triggers of one partition, in stream order. The handler settles each delivery itself. Once closed, it
   * has handed over everything that was on its way. A message that this build cannot read is told to `onUnreadable`,
   * beside the reports, and acknowledged once that has resolved.
   */
  orchestrate(
    partition: number,
    handler: (delivery: Delivery<Trigger>) => void,
    onUnreadable?: (problem: Undecodable) => Promise<void>,
  ): Promise<Subscription>;

  /** Follows a whole stream in order by a named durable, in batches of at most `batch`; a batch is settled when the handler's promise is. */
  project<S extends StreamName>(
    name: string,
    stream: S,
    batch: number,
    handler: (events: readonly StoredOf<S>[]) => Promise<void>,
  ): Promise<Subscription>;

  /** Follows a stream without a durable, from a sequence (or from now), for viewers. */
  watch<S extends StreamName>(
    stream: S,
    options: { readonly fromSeq?: StreamSeq; readonly runId?: FlowRunId },
    handler: (stored: StoredOf<S>) => void,
  ): Promise<Subscription>;

  /** Reads a stream from a sequence to its present end, for a rebuild. */
  readAll<S extends StreamName>(stream: S, fromSeq: StreamSeq): AsyncIterable<StoredOf<S>>;

  /** Tells how far a stream reaches and what it weighs. */
  info(
    stream: StreamName,
  ): Promise<{ epoch: string; firstSeq: StreamSeq; lastSeq: StreamSeq; messages: number; bytes: number }>;

  close(): Promise<void>;
}

export type StreamName = 'RUN' | 'CALLS' | 'LIVE';
/** What a message of the stream reads as. */
export type StoredOf<S extends StreamName> = S extends 'CALLS' ? Stored<CallEvent> : StoredInRun<EventOf<S>>;
export type EventOf<S extends StreamName> = S extends 'RUN'
  ? RunEvent
  : S extends 'CALLS'
    ? CallEvent
    : LiveEvent;
