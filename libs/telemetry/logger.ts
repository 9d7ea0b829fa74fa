import type { LoggerService } from '@nestjs/common';
import { pino } from 'pino';
import type { DestinationStream, Logger as Pino } from 'pino';
import { prettyFactory } from 'pino-pretty';
import { logDestination } from './log-destination.js';
import { lineScope } from './line-scope.js';
import { logLevelFrom } from './log-level.js';
import type { LogLevel } from './log-level.js';
import { currentService } from './service-scope.js';
import { strikeInFields, strikeInText } from './strike-secrets.js';

export interface LoggerOptions {
  readonly service: string;
  /** By default what LOG_LEVEL says, else `info`. */
  readonly level?: LogLevel;
  /** Lines for people instead of JSON; by default where they go to a terminal. */
  readonly pretty?: boolean;
  /** Takes the lines; by default what `sendLogsTo` named, else standard output. */
  readonly destination?: DestinationStream;
}

/** What every line of a bound logger carries. */
export interface LogBindings {
  readonly flowRunId?: string | null;
  readonly taskRunId?: string;
  /** For work whose trace is known while no span is active. */
  readonly traceId?: string;
}

type Write = (message: unknown, ...rest: unknown[]) => void;

/**
 * Writes one line an entry, for Nest and for everyone else. A line carries `service`, the bound ids, what the code
 * works on that writes it (see scopeLines), and the ids of its trace and span. What looks like a secret is struck out.
 * After the message come fields as an object, an Error or, as Nest has it, a stack and a context.
 */
export interface Logger extends LoggerService {
  readonly trace: Write;
  readonly debug: Write;
  readonly info: Write;
  readonly warn: Write;
  readonly error: Write;
  readonly fatal: Write;
  /** Nest's name for `info`. */
  readonly log: Write;
  /** Nest's name for `trace`. */
  readonly verbose: Write;
  /** Makes a logger with more bindings; this one stays as it is. */
  with(bindings: LogBindings): Logger;
}

/** Makes a service's logger. Throws LogLevelError where LOG_LEVEL is none. */
export function createLogger(options: LoggerOptions): Logger {
  const destination = options.destination ?? logDestination();
  const toTerminal = destination === process.stdout && process.stdout.isTTY;
  const settings = {
    level: options.level ?? logLevelFrom(process.env),
    base: {},
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (level: string) => ({ level }) },
    // Where a process hosts several services, Nest's own lines all go to the logger that was made last.
    mixin: () => ({ service: currentService() ?? options.service }),
    serializers: { err: (error: unknown) => strikeInFields(pino.stdSerializers.err(error as Error)) },
  };
  return loggerOver(
    pino(settings, (options.pretty ?? toTerminal) ? forPeople(destination) : destination),
    {},
  );
}

function loggerOver(lines: Pino, bound: LogBindings): Logger {
  const at =
    (level: Exclude<LogLevel, 'silent'>): Write =>
    (message, ...rest) => {
      if (!lines.isLevelEnabled(level)) return;
      // Later ones count: what the line says, what its logger is bound to, what it is written in the midst of.
      const fields = { ...lineScope(), ...bound, ...strikeInFields(fieldsOf(message, rest)) };
      lines[level](fields, textOf(message));
    };
  return {
    trace: at('trace'),
    verbose: at('trace'),
    debug: at('debug'),
    info: at('info'),
    log: at('info'),
    warn: at('warn'),
    error: at('error'),
    fatal: at('fatal'),
    with: (bindings) => loggerOver(lines, { ...bound, ...bindings }),
  };
}

function textOf(message: unknown): string | undefined {
  if (typeof message === 'string') return strikeInText(message);
  return message instanceof Error ? strikeInText(message.message) : undefined;
}

/** Sorts out what follows a message: objects are fields, and of strings the last is Nest's context, one before it a stack. */
function fieldsOf(message: unknown, rest: readonly unknown[]): Record<string, unknown> {
  const strings = rest.filter((part) => typeof part === 'string');
  const stack = strings.find(isStack);
  const context = strings.findLast((text) => text !== stack);
  const fields: Record<string, unknown> = {};
  for (const part of [message, ...rest]) {
    if (part instanceof Error) fields['err'] = part;
    else if (typeof part === 'object' && part !== null) Object.assign(fields, part);
  }
  if (stack !== undefined) fields['stack'] = stack;
  if (context !== undefined) fields['context'] = context;
  return fields;
}

function isStack(text: string): boolean {
  return /\n\s+at /.test(text);
}

function forPeople(destination: DestinationStream): DestinationStream {
  const format = prettyFactory({
    colorize: process.stdout.isTTY && !process.env['NO_COLOR'],
    singleLine: true,
    translateTime: 'SYS:HH:MM:ss.l',
    ignore: 'service,context',
    messageFormat: '{service} {msg}',
  });
  return { write: (line) => void destination.write(format(line)) };
}
