import type { Telemetry, TelemetryOptions } from './sdk.js';

const OFF: Telemetry = Object.freeze({ shutdown: () => Promise.resolve() });

/**
 * Starts tracing; to be awaited before the app is imported, since libraries are patched as they load:
 *
 *     const telemetry = await startTelemetry({ service: 'audit' });
 *     const { startAudit } = await import('./index.js');
 *
 * Spans go out by OTLP over HTTP where the environment names a collector, by the standard variables
 * OTEL_EXPORTER_OTLP_ENDPOINT or OTEL_EXPORTER_OTLP_TRACES_ENDPOINT (others that are heeded: OTEL_SDK_DISABLED,
 * OTEL_RESOURCE_ATTRIBUTES, OTEL_TRACES_SAMPLER, OTEL_EXPORTER_OTLP_HEADERS and _TIMEOUT). Where it names none,
 * nothing of the SDK is loaded.
 *
 * One process starts it once, however many services it hosts; see `asService`. Throws AlreadyStartedError the second time.
 */
export async function startTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  if (options.exporter === undefined && !wanted(process.env)) return OFF;
  const { startSdk } = await import('./sdk.js');
  return startSdk(options);
}

function wanted(env: NodeJS.ProcessEnv): boolean {
  if (env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true') return false;
  return Boolean(env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']);
}
