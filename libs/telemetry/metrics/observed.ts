import type { BatchObservableResult, Meter, Observable } from '@opentelemetry/api';
import { currentMeter, onMeterChange } from './current-meter.js';
import { exposedName } from './exposed-name.js';
import type { InstrumentOptions, Labels } from './instruments.js';

/** A figure that is looked up when somebody asks for it. */
export interface Observed {
  readonly name: string;
  readonly kind: 'gauge' | 'counter';
  readonly options: InstrumentOptions;
}

export type Tell = (figure: Observed, value: number, labels?: Labels) => void;

/** Looks figures up. What it does not tell is not exposed this time. */
export type Observer = (tell: Tell) => void | Promise<void>;

const declared: Observed[] = [];
const observers = new Set<Observer>();
let unbind = (): void => {};

onMeterChange(bind);

/** Declares a figure that rises and falls. */
export const gauge = (name: string, options: InstrumentOptions): Observed =>
  declare({ name, kind: 'gauge', options });

/** Declares a count that somebody else keeps. */
export const observedCounter = (name: string, options: InstrumentOptions): Observed =>
  declare({ name, kind: 'counter', options });

/**
 * Lets an observer be asked each time the figures are collected, until the returned function is called. A process may
 * host several of a kind: what they tell of one figure under the same labels is added up. One that throws tells nothing.
 */
export function observe(observer: Observer): () => void {
  observers.add(observer);
  return () => void observers.delete(observer);
}

function declare(figure: Observed): Observed {
  declared.push(figure);
  bind();
  return figure;
}

/** The SDK wants to know beforehand what a callback may tell of, and modules are loaded one after the other. */
function bind(): void {
  unbind();
  unbind = (): void => {};
  const meter = currentMeter();
  if (!meter) return;
  const made = new Map(declared.map((figure) => [figure, make(meter, figure)]));
  const collect = (result: BatchObservableResult): Promise<void> => tellAll(made, result);
  meter.addBatchObservableCallback(collect, [...made.values()]);
  unbind = () => meter.removeBatchObservableCallback(collect, [...made.values()]);
}

function make(meter: Meter, { name, kind, options }: Observed): Observable {
  const exposed = exposedName(name, options.unit);
  return kind === 'gauge'
    ? meter.createObservableGauge(exposed, options)
    : meter.createObservableCounter(exposed, options);
}

async function tellAll(
  made: ReadonlyMap<Observed, Observable>,
  result: BatchObservableResult,
): Promise<void> {
  const sums = new Map<string, { figure: Observed; labels: Labels | undefined; value: number }>();
  const tell: Tell = (figure, value, labels) => {
    const key = JSON.stringify([figure.name, labels]);
    const sum = sums.get(key);
    if (sum) sum.value += value;
    else sums.set(key, { figure, labels, value });
  };
  await Promise.allSettled([...observers].map(async (observer) => observer(tell)));
  for (const { figure, labels, value } of sums.values()) {
    const observable = made.get(figure);
    if (observable) result.observe(observable, value, labels);
  }
}
