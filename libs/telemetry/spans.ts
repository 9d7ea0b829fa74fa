import { types } from 'node:util';
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Attributes, Context, Link, Span } from '@opentelemetry/api';
import type { TraceContext } from '#libs/run-log';
import { NO_TRACE, randomTrace, spanContextOf, spanIdFor, traceOf } from './trace-context.js';
import { withPlannedId } from './planned-id.js';
import { recording, tracer } from './tracer.js';

const KINDS = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

export interface SpanOptions {
  /**
   * The headers of the message that caused this work. Given but empty, the span begins a trace of its own;
   * absent, it is the child of the active span.
   */
  readonly parent?: TraceContext;
  readonly kind?: keyof typeof KINDS;
  readonly attributes?: Attributes;
  /** Other work that this span stands in relation to, as with a message that continues an earlier run. */
  readonly links?: readonly TraceContext[];
}

/** The span that work runs in. */
export interface ActiveSpan {
  /** What to put into the headers of messages that this work sends. Without an SDK: the parent's headers, unchanged. */
  readonly trace: TraceContext;
  set(attributes: Attributes): void;
  /** Marks the span as failed where no exception tells so. */
  fail(message: string): void;
}

/** Names the active span, for headers. A shared empty object when there is none, as always without an SDK. */
export function currentTrace(): TraceContext {
  const active = trace.getSpanContext(context.active());
  return active === undefined ? NO_TRACE : traceOf(active);
}

/** Names the active trace: 32 hexadecimal digits, or undefined without an SDK and outside of spans. */
export function currentTraceId(): string | undefined {
  return trace.getSpanContext(context.active())?.traceId;
}

/** Names the active span and its trace: undefined without an SDK and outside of spans. */
export function currentSpan(): { readonly traceId: string; readonly spanId: string } | undefined {
  const active = trace.getSpanContext(context.active());
  return active && { traceId: active.traceId, spanId: active.spanId };
}

/**
 * Makes up a trace for work that comes without one, so that its records share a trace id even where no SDK runs.
 * Sampled where an SDK records, unsampled otherwise. No span has the id that it names as parent.
 */
export function newTrace(): TraceContext {
  return randomTrace(recording());
}

/**
 * Runs `work` inside a span and ends the span when `work` has returned or its promise has settled; gives back what
 * `work` gives, synchronous or not. An exception is recorded, sets the status to error and is thrown on.
 *
 * Without an SDK it only calls `work`, with `options.parent` as its trace.
 */
export function inSpan<T>(name: string, options: SpanOptions, work: (span: ActiveSpan) => T): T {
  if (!recording()) return work(new Unrecorded(options.parent ?? NO_TRACE));

  const base = baseContext(options.parent);
  const span = tracer().startSpan(name, spanOptions(options), base);
  return context.with(trace.setSpan(base, span), () => endingWith(span, () => work(new Recorded(span))));
}

/**
 * Settles the headers of a span that will be recorded only when it is over, perhaps by another process: its id
 * follows from `key`. For work that outlives the process that began it, as a flow run does. Messages that the work
 * causes carry these headers. Where nothing will be recorded, for want of an SDK or of a sampled parent, the parent is
 * given back.
 */
export function plannedSpan(parent: TraceContext, key: string): TraceContext {
  if (!recording()) return parent;
  const from = spanContextOf(parent);
  if (from === undefined || (from.traceFlags & 1) === 0) return parent;
  return traceOf({ ...from, spanId: spanIdFor(key) });
}

/** The span of a flow run, recorded when it has ended. Decisions carry it. */
export const flowSpanKey = (runId: string): string => `flow ${runId}`;

/** The span of a task with all its attempts: child of the flow's, parent of each attempt's operation. */
export const taskSpanKey = (taskRunId: string): string => `task ${taskRunId}`;

/**
 * Records a span that is over, under the id that `plannedSpan(parent, key)` settled. Times are milliseconds of Unix
 * time. Recording it twice, as after a crash, yields the same span twice. Does nothing without an SDK.
 */
export function recordSpan(
  name: string,
  span: SpanOptions & {
    readonly parent: TraceContext;
    readonly key: string;
    readonly startedAt: number;
    readonly finishedAt: number;
    /** Set where the work failed. */
    readonly error?: string;
  },
): void {
  if (!recording()) return;
  // As dates: a small number would be taken for an offset from the start of the process.
  const made = withPlannedId(spanIdFor(span.key), () =>
    tracer().startSpan(
      name,
      { ...spanOptions(span), startTime: new Date(span.startedAt) },
      baseContext(span.parent),
    ),
  );
  if (span.error !== undefined) made.setStatus({ code: SpanStatusCode.ERROR, message: span.error });
  made.end(new Date(span.finishedAt));
}

class Unrecorded implements ActiveSpan {
  constructor(readonly trace: TraceContext) {}
  set(): void {}
  fail(): void {}
}

class Recorded implements ActiveSpan {
  constructor(private readonly span: Span) {}
  get trace(): TraceContext {
    return traceOf(this.span.spanContext());
  }
  set(attributes: Attributes): void {
    this.span.setAttributes(attributes);
  }
  fail(message: string): void {
    this.span.setStatus({ code: SpanStatusCode.ERROR, message });
  }
}

function baseContext(parent: TraceContext | undefined): Context {
  const active = context.active();
  if (parent === undefined) return active;
  const remote = spanContextOf(parent);
  return remote === undefined ? trace.deleteSpan(active) : trace.setSpanContext(active, remote);
}

function spanOptions(options: SpanOptions) {
  const links: Link[] = [];
  for (const link of options.links ?? []) {
    const to = spanContextOf(link);
    if (to !== undefined) links.push({ context: to });
  }
  return { kind: KINDS[options.kind ?? 'internal'], attributes: options.attributes, links };
}

function endingWith<T>(span: Span, work: () => T): T {
  let result: T;
  try {
    result = work();
  } catch (error) {
    throw failed(span, error);
  }
  if (types.isPromise(result)) {
    return result.then(
      (value: unknown) => {
        span.end();
        return value;
      },
      (error: unknown) => {
        throw failed(span, error);
      },
    ) as T;
  }
  span.end();
  return result;
}

function failed(span: Span, error: unknown): unknown {
  const cause = error instanceof Error ? error : new Error(String(error));
  span.recordException(cause);
  span.setStatus({ code: SpanStatusCode.ERROR, message: cause.message });
  span.end();
  return error;
}
