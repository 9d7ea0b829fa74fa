import { context } from '@opentelemetry/api';
import type {
  Context,
  Span,
  SpanOptions,
  Tracer,
  TracerProvider as ApiTracerProvider,
} from '@opentelemetry/api';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import type { Resource } from '@opentelemetry/resources';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import type { Sampler, SpanProcessor } from '@opentelemetry/sdk-trace';
import { PlannedIds } from './planned-ids.js';
import { serviceOf } from './service-scope.js';

export interface ServiceName {
  readonly service: string;
  readonly version?: string;
}

/**
 * Hands out tracers whose spans carry the resource of the service that they are made in. A backend tells services
 * apart by the resource's `service.name`, which belongs to a provider and not to a span; so each service of the
 * process gets a provider of its own, and all of them share one processor and one exporter.
 */
export class ServiceTracers implements ApiTracerProvider {
  private readonly providers = new Map<string, TracerProvider>();
  private readonly ids = new PlannedIds();
  private readonly shared: Resource = defaultResource().merge(detectResources({ detectors: [envDetector] }));

  constructor(
    private readonly main: ServiceName,
    private readonly processor: SpanProcessor,
    private readonly sampler: Sampler,
  ) {}

  getTracer(name: string, version?: string, options?: { schemaUrl?: string }): Tracer {
    return new ServiceTracer((active) => this.providerFor(active).getTracer(name, version, options));
  }

  private providerFor(active: Context): TracerProvider {
    const service = serviceOf(active) ?? this.main.service;
    let provider = this.providers.get(service);
    if (provider === undefined) {
      provider = new TracerProvider({
        resource: this.shared.merge(
          resourceFromAttributes({
            'service.name': service,
            ...(this.main.version === undefined ? {} : { 'service.version': this.main.version }),
          }),
        ),
        spanProcessors: [this.processor],
        sampler: this.sampler,
        idGenerator: this.ids,
      });
      this.providers.set(service, provider);
    }
    return provider;
  }
}

class ServiceTracer implements Tracer {
  constructor(private readonly tracerFor: (active: Context) => Tracer) {}

  startSpan(name: string, options?: SpanOptions, active: Context = context.active()): Span {
    return this.tracerFor(active).startSpan(name, options, active);
  }

  startActiveSpan<F extends (span: Span) => unknown>(name: string, fn: F): ReturnType<F>;
  startActiveSpan<F extends (span: Span) => unknown>(
    name: string,
    options: SpanOptions,
    fn: F,
  ): ReturnType<F>;
  startActiveSpan<F extends (span: Span) => unknown>(
    name: string,
    options: SpanOptions,
    active: Context,
    fn: F,
  ): ReturnType<F>;
  startActiveSpan<F extends (span: Span) => unknown>(
    name: string,
    ...rest: [F] | [SpanOptions, F] | [SpanOptions, Context, F]
  ): ReturnType<F> {
    const [options, active, fn] =
      rest.length === 1
        ? [{}, context.active(), rest[0]]
        : rest.length === 2
          ? [rest[0], context.active(), rest[1]]
          : rest;
    return this.tracerFor(active).startActiveSpan(name, options, active, fn);
  }
}
