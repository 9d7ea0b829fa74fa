import { createHash, randomUUID } from 'node:crypto';
import { createTraceState, isSpanContextValid, TraceFlags } from '@opentelemetry/api';
import type { SpanContext } from '@opentelemetry/api';
import type { TraceContext } from '#libs/run-log';

/** What stands in a header when there is no trace. One object for all, so that asking costs nothing. */
export const NO_TRACE: TraceContext = Object.freeze({});

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-|$)/;

/** Reads W3C headers. Undefined where they are absent or malformed: a bad header starts a new trace, it breaks no work. */
export function spanContextOf(trace: TraceContext): SpanContext | undefined {
  const parts = trace.traceparent === undefined ? null : TRACEPARENT.exec(trace.traceparent);
  if (parts === null) return undefined;
  const [, traceId = '', spanId = '', flags = ''] = parts;
  const parent: SpanContext = {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED,
    isRemote: true,
    ...(trace.tracestate ? { traceState: createTraceState(trace.tracestate) } : {}),
  };
  return isSpanContextValid(parent) ? parent : undefined;
}

/** Writes W3C headers. */
export function traceOf(span: SpanContext): TraceContext {
  const flags = (span.traceFlags & TraceFlags.SAMPLED) === 0 ? '00' : '01';
  const traceparent = `00-${span.traceId}-${span.spanId}-${flags}`;
  const tracestate = span.traceState?.serialize();
  return tracestate ? { traceparent, tracestate } : { traceparent };
}

/** Reads the trace's id: 32 hexadecimal digits, or undefined where the headers hold none. */
export function traceIdOf(trace: TraceContext): string | undefined {
  return spanContextOf(trace)?.traceId;
}

/** Makes up a trace with a random id whose first span nobody records. */
export function randomTrace(sampled: boolean): TraceContext {
  const flags = sampled ? '01' : '00';
  return { traceparent: `00-${randomHex()}-${randomHex().slice(0, 16)}-${flags}` };
}

/** Derives a span's id from a key, so that every process that knows the key names the same span. */
export function spanIdFor(key: string): string {
  return createHash('sha1').update(key).digest('hex').slice(0, 16);
}

/** 32 digits. Node keeps random UUIDs in stock, where random bytes are asked of the system each time. */
const randomHex = (): string => randomUUID().replaceAll('-', '');
