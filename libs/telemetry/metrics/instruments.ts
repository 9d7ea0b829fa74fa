import type { Attributes, Meter } from '@opentelemetry/api';
import { currentMeter } from './current-meter.js';
import { exposedName } from './exposed-name.js';

/** What a figure is told apart by. Never an id or a user: each value is a series that is kept for good. */
export type Labels = Attributes;

export interface InstrumentOptions {
  readonly description: string;
  /** As OpenTelemetry spells them: `s`, `By`, `1`, or what is counted in braces, as `{run}`. */
  readonly unit: string;
}

export interface Counter {
  add(count: number, labels?: Labels): void;
}

export interface Histogram {
  record(value: number, labels?: Labels): void;
}

/** Declares a count that only rises. It costs next to nothing while nobody collects figures. */
export function counter(name: string, options: InstrumentOptions): Counter {
  const made = lazily((meter) => meter.createCounter(exposedName(name, options.unit), options));
  return { add: (count, labels) => made()?.add(count, labels) };
}

/** Declares a spread of values over buckets, named by their upper bounds in the unit. */
export function histogram(
  name: string,
  { buckets, ...options }: InstrumentOptions & { readonly buckets: readonly number[] },
): Histogram {
  const advice = { explicitBucketBoundaries: [...buckets] };
  const made = lazily((meter) =>
    meter.createHistogram(exposedName(name, options.unit), { ...options, advice }),
  );
  return { record: (value, labels) => made()?.record(value, labels) };
}

/** Declared once, an instrument belongs to whatever meter there is at the time. */
function lazily<T>(make: (meter: Meter) => T): () => T | undefined {
  let of: Meter | undefined;
  let made: T | undefined;
  return () => {
    const meter = currentMeter();
    if (meter !== of) {
      of = meter;
      made = meter && make(meter);
    }
    return made;
  };
}
