import { context, diag, DiagLogLevel, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { BatchSpanProcessor, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import type { SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace';
import { collectorComplaints } from './collector-complaints.js';
import { samplerFrom } from './sampler.js';
import { ServiceTracers } from './service-tracers.js';
import { AlreadyStartedError } from './already-started.js';
import type { ServiceName } from './service-tracers.js';
import { recording } from './tracer.js';

export interface TelemetryOptions extends ServiceName {
  /** Takes the place of OTLP and hands spans over one by one as they end. For tests; patches no library. */
  readonly exporter?: SpanExporter;
}

export interface Telemetry {
  /** Sends what is still waiting, for at most five seconds, and switches tracing off. Safe to call twice. */
  shutdown(): Promise<void>;
}

const SHUTDOWN_LIMIT_MS = 5_000;

/** Registers the SDK with the API. Loaded only where tracing is on. */
export async function startSdk(options: TelemetryOptions): Promise<Telemetry> {
  if (recording()) throw new AlreadyStartedError();
  const processor: SpanProcessor = options.exporter
    ? new SimpleSpanProcessor({ exporter: options.exporter })
    : new BatchSpanProcessor({
        exporter: new OTLPTraceExporter(),
        maxQueueSize: 16_384,
        scheduledDelayMillis: 1_000,
      });
  const tracers = new ServiceTracers(options, processor, samplerFrom(process.env));

  trace.setGlobalTracerProvider(tracers);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  diag.setLogger(
    collectorComplaints((line) => process.stderr.write(`${line}\n`)),
    {
      logLevel: DiagLogLevel.WARN,
      suppressOverrideMessage: true,
    },
  );

  let unpatch = (): void => {};
  if (options.exporter === undefined) {
    const { patchLibraries } = await import('./patch-libraries.js');
    unpatch = patchLibraries(tracers);
  }

  let stopped: Promise<void> | undefined;
  return {
    shutdown: () =>
      (stopped ??= (async () => {
        unpatch();
        await within(SHUTDOWN_LIMIT_MS, processor.shutdown());
        trace.disable();
        context.disable();
        propagation.disable();
        diag.disable();
      })()),
  };
}

/** A collector that does not answer must not keep a process from ending. */
async function within(limitMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      diag.warn(`the trace collector did not take the last spans within ${limitMs} ms; they are lost`);
      resolve();
    }, limitMs);
  });
  try {
    await Promise.race([work, limit]);
  } catch (error) {
    diag.warn('the last spans are lost', error);
  } finally {
    clearTimeout(timer);
  }
}
