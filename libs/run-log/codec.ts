import type { CallEvent, LiveEvent, RunEvent } from './events.js';
import { EVENT_VERSION } from './events.js';
import { UndecodableEventError, UnknownEventError } from './errors.js';
import { Header, setTrace } from './headers.js';
import type { HeaderRecord, ReadHeader } from './headers.js';
import type { TraceContext } from './run-log.js';
import type { StreamName } from './run-log.js';

export type AnyEvent = RunEvent | CallEvent | LiveEvent;
export type Json = { readonly [field: string]: unknown };

/** Lifts the body of one version to the next one's shape; a pure function. */
export type Upcaster = (body: Json) => Json;
/** By event type, then by the version that is lifted. */
export type Upcasters = Readonly<Record<string, Readonly<Record<number, Upcaster>>>>;

/** No shape has changed yet. */
export const upcasters: Upcasters = {};

const STREAM_OF = {
  StartRequested: 'RUN',
  CancelRequested: 'RUN',
  PauseRequested: 'RUN',
  ResumeRequested: 'RUN',
  SignalSent: 'RUN',
  ApprovalAnswered: 'RUN',
  TimerFired: 'RUN',
  ChildFinished: 'RUN',
  ValueLoaded: 'RUN',
  FlowStarted: 'RUN',
  TaskScheduled: 'RUN',
  TimerScheduled: 'RUN',
  FlowRetried: 'RUN',
  ChildScheduled: 'RUN',
  ChildrenCancelled: 'RUN',
  SignalAwaited: 'RUN',
  ApprovalRequested: 'RUN',
  ValueRequested: 'RUN',
  ArtifactRecorded: 'RUN',
  FlowCancelling: 'RUN',
  CompensationStarted: 'RUN',
  RunPaused: 'RUN',
  RunResumed: 'RUN',
  FlowCompleted: 'RUN',
  FlowFailed: 'RUN',
  FlowCancelled: 'RUN',
  FlowContinued: 'RUN',
  RunHalted: 'RUN',
  RunParked: 'RUN',
  TasksCancelled: 'RUN',
  TaskClaimed: 'RUN',
  TaskFinished: 'RUN',
  TaskStarted: 'LIVE',
  TaskProgressed: 'LIVE',
  LogEmitted: 'LIVE',
  CallClaimed: 'CALLS',
  CallFinished: 'CALLS',
  DeadLettered: 'CALLS',
} as const satisfies Record<AnyEvent['type'], StreamName>;

const streamOf = (type: string): StreamName | undefined =>
  Object.hasOwn(STREAM_OF, type) ? STREAM_OF[type as AnyEvent['type']] : undefined;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Writes the headers that every event carries. */
export function eventHeaders(event: AnyEvent, trace?: TraceContext): HeaderRecord {
  const headers: HeaderRecord = {
    [Header.eventType]: event.type,
    [Header.eventVersion]: String(EVENT_VERSION),
  };
  setTrace(headers, trace);
  return headers;
}

/** Writes an event's body as UTF-8 JSON. A Buffer takes its bytes from a pool, where TextEncoder allocates each time. */
export const encodeBody = (event: AnyEvent): Uint8Array => Buffer.from(JSON.stringify(event));

/**
 * Reads an event of a stream, lifted to its current version. Throws UnknownEventError for a type or version
 * that this build does not know, UndecodableEventError for a body that is no UTF-8, no JSON or no object.
 */
export function decodeEvent(
  stream: StreamName,
  read: ReadHeader,
  body: Uint8Array,
  seq: number,
  lifts: Upcasters = upcasters,
): AnyEvent {
  const type = read(Header.eventType) ?? '';
  const version = Number(read(Header.eventVersion) || Number.NaN);
  if (streamOf(type) !== stream) throw new UnknownEventError(type || '(no type)', version, seq);
  let json: Json | undefined;
  try {
    json = JSON.parse(decoder.decode(body)) as Json;
  } catch (cause) {
    throw new UndecodableEventError(type, seq, { cause });
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new UndecodableEventError(type, seq);
  for (let v = version; v !== EVENT_VERSION; v++) {
    const lift = lifts[type]?.[v];
    if (!lift) throw new UnknownEventError(type, version, seq);
    json = lift(json);
  }
  return (json.type === type ? json : { ...json, type }) as AnyEvent;
}
