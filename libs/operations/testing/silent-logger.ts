import type { LoggerService } from '@nestjs/common';

/** Keeps log lines in place of printing them. */
export class SilentLogger implements LoggerService {
  readonly lines: { level: string; message: unknown; fields: unknown }[] = [];
  log = (message: unknown, fields?: unknown): void => this.keep('info', message, fields);
  error = (message: unknown, fields?: unknown): void => this.keep('error', message, fields);
  warn = (message: unknown, fields?: unknown): void => this.keep('warn', message, fields);
  debug = (message: unknown, fields?: unknown): void => this.keep('debug', message, fields);

  private keep(level: string, message: unknown, fields: unknown): void {
    this.lines.push({ level, message, fields });
  }
}
