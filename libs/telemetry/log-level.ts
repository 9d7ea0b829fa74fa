export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A log level that there is not. */
export class LogLevelError extends Error {
  readonly code = 'telemetry/log-level';
  readonly disposition = 'halt';
  constructor(readonly level: string) {
    super(`LOG_LEVEL is ${JSON.stringify(level)}; use one of ${LOG_LEVELS.join(', ')}`);
    this.name = new.target.name;
  }
}

/** Reads LOG_LEVEL; `info` where it is absent or empty. Throws LogLevelError. */
export function logLevelFrom(env: NodeJS.ProcessEnv): LogLevel {
  const wanted = env['LOG_LEVEL'];
  if (wanted === undefined || wanted === '') return 'info';
  const level = LOG_LEVELS.find((known) => known === wanted.toLowerCase());
  if (level === undefined) throw new LogLevelError(wanted);
  return level;
}
