import { decodeEvent, EVENT_VERSION, flowRunId, millis, PlatformError, streamSeq } from '#libs/run-log';
import type {
  FlowRunId,
  Millis,
  RunEvent,
  RunHistory,
  RunLog,
  StoredInRun,
  StreamSeq,
  TraceContext,
} from '#libs/run-log';
import { UnknownRunError } from './errors.js';

const FORMAT = 'flow-run-history';
const FORMAT_VERSION = 1;

export interface ExportedEvent {
  readonly seq: StreamSeq;
  /** When the log stored it. */
  readonly time: Millis;
  /** The version of the event's shape; older ones are lifted when they are read. */
  readonly version: number;
  /** The trace that it belongs to; absent where there was none. */
  readonly trace?: TraceContext;
  readonly event: RunEvent;
}

/** The whole history of a run, to be kept in a file and gone over again elsewhere. */
export interface RunExport {
  readonly format: typeof FORMAT;
  readonly version: number;
  readonly runId: FlowRunId;
  readonly flow: string;
  /** Of the stream that the sequences belong to; absent in exports that are older than it. */
  readonly epoch?: string;
  readonly events: readonly ExportedEvent[];
}

/** A text is no export of a run, or of a kind that this build does not know. */
export class UnreadableExportError extends PlatformError {
  readonly code = 'flow/unreadable-export';
  readonly disposition = 'terminal';
  constructor(why: string, options?: ErrorOptions) {
    super(`this is no export of a flow run: ${why}`, options);
  }
}

/** Reads a run out of the log. Throws UnknownRunError, UnknownEventError and UndecodableEventError. */
export async function exportRun(log: RunLog, runId: FlowRunId): Promise<RunExport> {
  return exportOf(await log.readRun(runId));
}

/** Writes a history as an export. Throws what exportRun throws. */
export function exportOf({ runId, events, unreadable }: RunHistory): RunExport {
  if (unreadable) throw unreadable;
  const start = events.map(({ event }) => event).find((event) => event.type === 'StartRequested');
  if (!start) throw new UnknownRunError(runId);
  return {
    format: FORMAT,
    version: FORMAT_VERSION,
    runId,
    flow: start.flow,
    ...(events[0] ? { epoch: events[0].position.epoch } : {}),
    events: events.map(({ event, time, position, trace }) => ({
      seq: position.seq,
      time,
      version: EVENT_VERSION,
      ...(trace.traceparent ? { trace } : {}),
      event,
    })),
  };
}

/**
 * Reads an export back, lifting events to their present shape. Throws UnreadableExportError, which says what is wrong
 * and where, and UnknownEventError, which names the event and its version.
 */
export function readExport(text: string): RunExport {
  const { format, version, runId, flow, epoch, events } = fieldsOf(parse(text), 'it');
  if (format !== FORMAT) throw new UnreadableExportError(`its format is ${JSON.stringify(format)}`);
  if (version !== FORMAT_VERSION)
    throw new UnreadableExportError(
      `its format has version ${JSON.stringify(version)}, and this build reads version ${FORMAT_VERSION}`,
    );
  if (typeof runId !== 'string' || typeof flow !== 'string')
    throw new UnreadableExportError('it does not name its run and its flow');
  if (!Array.isArray(events)) throw new UnreadableExportError('it has no list of events');
  let last = 0;
  const read = events.map((each: unknown, index) => {
    const event = readEvent(each, index);
    if (event.seq <= last)
      throw new UnreadableExportError(`event ${index + 1} (sequence ${event.seq}) is out of order`);
    last = event.seq;
    return event;
  });
  return {
    format: FORMAT,
    version: FORMAT_VERSION,
    runId: runOf(runId),
    flow,
    ...(typeof epoch === 'string' ? { epoch } : {}),
    events: read,
  };
}

/** Gives an export as the history that the log would read. */
export function historyOf({ runId, epoch = 'export', events }: RunExport): RunHistory {
  const stored = events.map(({ event, time, seq, trace = {} }): StoredInRun<RunEvent> => ({
    event,
    runId,
    time,
    position: { stream: 'RUN', epoch, seq },
    trace,
  }));
  const lastDecision = stored.findLast(({ event }) => !SAID_BY_OTHERS.has(event.type));
  return {
    runId,
    events: stored,
    last: stored.at(-1)?.position.seq ?? streamSeq(0),
    lastDecision: lastDecision?.position.seq ?? streamSeq(0),
  };
}

/** Requests and facts; everything else is a decision. */
const SAID_BY_OTHERS: ReadonlySet<RunEvent['type']> = new Set<RunEvent['type']>([
  'StartRequested',
  'CancelRequested',
  'PauseRequested',
  'ResumeRequested',
  'SignalSent',
  'ApprovalAnswered',
  'TimerFired',
  'ChildFinished',
  'ValueLoaded',
  'TaskClaimed',
  'TaskFinished',
]);

function readEvent(raw: unknown, index: number): ExportedEvent {
  const { seq, time, version, trace, event } = fieldsOf(raw, `event ${index + 1}`);
  if (typeof seq !== 'number' || typeof time !== 'number' || typeof version !== 'number')
    throw new UnreadableExportError(`event ${index + 1} lacks its sequence, time or version`);
  const { type } = fieldsOf(event, `event ${index + 1}`);
  const headers: Readonly<Record<string, string>> = {
    'Event-Type': String(type),
    'Event-Version': String(version),
  };
  // By the same reader as the log's own messages, so that an old shape is lifted in one place only.
  const lifted = decodeEvent('RUN', (name) => headers[name], Buffer.from(JSON.stringify(event)), seq);
  return {
    seq: streamSeq(seq),
    time: millis(time),
    version: EVENT_VERSION,
    ...(trace === undefined ? {} : { trace: traceOf(trace, index) }),
    event: lifted as RunEvent,
  };
}

function traceOf(raw: unknown, index: number): TraceContext {
  const { traceparent, tracestate } = fieldsOf(raw, `the trace of event ${index + 1}`);
  return {
    ...(typeof traceparent === 'string' ? { traceparent } : {}),
    ...(typeof tracestate === 'string' ? { tracestate } : {}),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UnreadableExportError(`it is no JSON (${(cause as Error).message})`, { cause });
  }
}

function runOf(runId: string): FlowRunId {
  try {
    return flowRunId(runId);
  } catch (cause) {
    throw new UnreadableExportError((cause as Error).message, { cause });
  }
}

function fieldsOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>;
  throw new UnreadableExportError(`${what} is no JSON object`);
}
