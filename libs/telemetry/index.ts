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
export { traceIdOf } from './trace-context.js';
export { sendLogsTo } from './log-destination.js';
export { serveHealth } from './health-endpoint.js';
export { createLogger } from './logger.js';
export type { LogBindings, Logger, LoggerOptions } from './logger.js';
export { LOG_LEVELS, LogLevelError, logLevelFrom } from './log-level.js';
export type { LogLevel } from './log-level.js';
export { runProcess } from './run-process.js';
export type { ProcessOptions } from './run-process.js';
