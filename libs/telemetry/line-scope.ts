import type { TraceContext } from '#libs/run-log';
import { currentSpan } from './spans.js';
import { spanContextOf } from './trace-context.js';

/** What code that runs at present works on. */
export interface Scope {
  readonly flowRunId?: string | null;
  readonly taskRunId?: string;
  readonly operation?: string;
  readonly attempt?: number;
  /** Of the work; an active span takes its place. */
  readonly trace?: TraceContext | undefined;
}

const finders = new Set<() => Scope | undefined>();

/**
 * Lets every line that is written carry what the code works on that writes it, as whoever runs work can tell. The
 * finder is asked for each line and must be cheap. Returns what ends it.
 */
export function scopeLines(find: () => Scope | undefined): () => void {
  const finder = (): Scope | undefined => find();
  finders.add(finder);
  return () => void finders.delete(finder);
}

/** Gives the fields that a line written here and now carries. */
export function lineScope(): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const find of finders) {
    const { trace, ...ids } = find() ?? {};
    for (const [name, value] of Object.entries(ids))
      if (value !== undefined && value !== null) fields[name] = value;
    const span = trace && spanContextOf(trace);
    if (span) Object.assign(fields, { traceId: span.traceId, spanId: span.spanId });
  }
  const active = currentSpan();
  if (active) Object.assign(fields, active);
  return fields;
}
