export { startTelemetry } from './start-telemetry.js';
export type { Telemetry, TelemetryOptions } from './sdk.js';
export { AlreadyStartedError } from './already-started.js';
export { asService } from './service-scope.js';
export {
  currentTrace,
  currentTraceId,
  flowSpanKey,
  inSpan,
  newTrace,
  plannedSpan,
  recordSpan,
  taskSpanKey,
} from './spans.js';
export type { ActiveSpan, SpanOptions } from './spans.js';
export { scopeLines } from './line-scope.js';
export type { Scope } from './line-scope.js';
export { traceIdOf } from './trace-context.js';
export { sendLogsTo } from './log-destination.js';
export { METRICS_TYPE, serveHealth } from './health/health-endpoint.js';
export type { HealthEndpoint, HealthEndpointOptions } from './health/health-endpoint.js';
export { ProcessHealth } from './health/process-health.js';
export { checksUnder, readinessOf } from './health/readiness.js';
export type { Check, CheckResult, Checks, Readiness } from './health/readiness.js';
export { counter, histogram } from './metrics/instruments.js';
export type { Counter, Histogram, InstrumentOptions, Labels } from './metrics/instruments.js';
export { gauge, observe, observedCounter } from './metrics/observed.js';
export type { Observed, Observer, Tell } from './metrics/observed.js';
export { currentMetrics, metricsWanted, startMetrics } from './metrics/start-metrics.js';
export type { Metrics } from './metrics/metrics-sdk.js';
export { MetricsStartedError } from './metrics/metrics-started.js';
export { createLogger } from './logger.js';
export type { LogBindings, Logger, LoggerOptions } from './logger.js';
export { LOG_LEVELS, LogLevelError, logLevelFrom } from './log-level.js';
export type { LogLevel } from './log-level.js';
export { runProcess } from './run-process.js';
export type { Hosted, ProcessOptions } from './run-process.js';
