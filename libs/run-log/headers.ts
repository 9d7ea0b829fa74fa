import type { TraceContext } from './run-log.js';

/** Headers of ours, beside the broker's own. */
export const Header = {
  eventType: 'Event-Type',
  eventVersion: 'Event-Version',
  /** Name of the object that holds the body, and how large it is. */
  bodyRef: 'Body-Ref',
  traceparent: 'traceparent',
  tracestate: 'tracestate',
} as const;

/** Headers of the broker that the log depends on. Source: NATS ADR-8, ADR-50 (atomic batch). */
export const BrokerHeader = {
  messageId: 'Nats-Msg-Id',
  expectedSubjectSeq: 'Nats-Expected-Last-Subject-Sequence',
  expectedSubjectSeqSubject: 'Nats-Expected-Last-Subject-Sequence-Subject',
  batchId: 'Nats-Batch-Id',
  batchSequence: 'Nats-Batch-Sequence',
  batchCommit: 'Nats-Batch-Commit',
  /** On what a schedule has put where it is. Source: NATS ADR-51. */
  scheduler: 'Nats-Scheduler',
} as const;

export type HeaderRecord = Record<string, string>;

const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;
const TRACESTATE = /^[\x20-\x7e]{1,512}$/;

/** Adds the trace context, leaving out what W3C Trace Context does not allow: it comes from outside. */
export function setTrace(headers: HeaderRecord, trace: TraceContext | undefined): void {
  if (!trace?.traceparent || !TRACEPARENT.test(trace.traceparent)) return;
  headers[Header.traceparent] = trace.traceparent;
  if (trace.tracestate && TRACESTATE.test(trace.tracestate)) headers[Header.tracestate] = trace.tracestate;
}

/** How a reader asks for one header; absent is undefined or empty. */
export type ReadHeader = (name: string) => string | undefined;

const NO_TRACE: TraceContext = Object.freeze({});

export function readTrace(read: ReadHeader): TraceContext {
  const traceparent = read(Header.traceparent);
  if (!traceparent) return NO_TRACE;
  const tracestate = read(Header.tracestate);
  return tracestate ? { traceparent, tracestate } : { traceparent };
}
