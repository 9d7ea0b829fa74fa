import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  InstrumentType,
  MeterProvider,
  MetricReader,
} from '@opentelemetry/sdk-metrics';
import { currentMeter, useMeter } from './current-meter.js';
import { MetricsStartedError } from './metrics-started.js';
import { observeProcess } from './process-figures.js';
import type { ServiceName } from '../service-tracers.js';

export interface Metrics {
  /** Collects all figures and writes them in the text format of Prometheus. */
  scrape(): Promise<string>;
  /** Collects nothing any more. Safe to call twice. */
  shutdown(): Promise<void>;
}

/** A figure that is looked up elsewhere must not hold up the others, in milliseconds. */
const COLLECT_LIMIT_MS = 8_000;

/** Registers the SDK. Loaded only where figures are wanted. */
export function startMetricsSdk({ service, version }: ServiceName): Metrics {
  if (currentMeter()) throw new MetricsStartedError();
  const reader = new OnRequest();
  const provider = new MeterProvider({
    resource: resourceFromAttributes({
      'service.name': service,
      ...(version === undefined ? {} : { 'service.version': version }),
    }),
    readers: [reader],
  });
  const meter = provider.getMeter('platform');
  useMeter(meter);
  const unobserve = observeProcess();
  // Two of one name would be one figure twice; everything here comes from one scope.
  const serializer = new PrometheusSerializer('', false, undefined, false, true);
  let stopped: Promise<void> | undefined;
  return {
    async scrape() {
      const { resourceMetrics } = await reader.collect({ timeoutMillis: COLLECT_LIMIT_MS });
      return serializer.serialize(resourceMetrics);
    },
    shutdown: () =>
      (stopped ??= (async () => {
        unobserve();
        if (currentMeter() === meter) useMeter(undefined);
        await provider.shutdown();
      })()),
  };
}

/** Is read by whoever asks, and by nobody else. */
class OnRequest extends MetricReader {
  constructor() {
    // A cumulative gauge would show the last value for good, though nobody tells of it any more.
    const { CUMULATIVE, DELTA } = AggregationTemporality;
    super({
      aggregationTemporalitySelector: (kind) =>
        kind === InstrumentType.OBSERVABLE_GAUGE ? DELTA : CUMULATIVE,
    });
  }

  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}
