import { afterEach, describe, expect, it } from '@jest/globals';
import { InMemorySpanExporter } from '@opentelemetry/sdk-trace';
import { LogLevelError, logLevelFrom } from './log-level.js';
import { createLogger } from './logger.js';
import type { Logger, LoggerOptions } from './logger.js';
import { asService } from './service-scope.js';
import { inSpan } from './spans.js';
import { startTelemetry } from './start-telemetry.js';

function capturing(options: Partial<LoggerOptions> = {}): {
  log: Logger;
  lines: string[];
  last: () => unknown;
} {
  const lines: string[] = [];
  const log = createLogger({
    service: 'main',
    level: 'info',
    pretty: false,
    destination: { write: (line) => void lines.push(line) },
    ...options,
  });
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? 'null') as unknown };
}

describe('a line', () => {
  it('is JSON with level, time, service and message', () => {
    const { log, last } = capturing();
    log.info('ready');
    expect(last()).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      service: 'main',
      msg: 'ready',
    });
  });

  it('carries the ids that its logger is bound to, and the unbound logger stays free of them', () => {
    const { log, last } = capturing();
    log.with({ flowRunId: 'f1' }).with({ taskRunId: 't1', traceId: 'abc' }).warn('slow');
    expect(last()).toMatchObject({ level: 'warn', flowRunId: 'f1', taskRunId: 't1', traceId: 'abc' });
    log.warn('slow');
    expect(last()).not.toHaveProperty('flowRunId');
  });

  it('carries the fields that follow its message', () => {
    const { log, last } = capturing();
    log.info('stored', { documents: 3 });
    expect(last()).toMatchObject({ msg: 'stored', documents: 3 });
  });

  it('carries an error with stack and cause', () => {
    const { log, last } = capturing();
    log.error('store failed', new Error('no space', { cause: new Error('disk full') }));
    expect(last()).toMatchObject({
      level: 'error',
      msg: 'store failed',
      err: {
        type: 'Error',
        message: expect.stringContaining('disk full'),
        stack: expect.stringContaining('at '),
      },
    });
    log.error(new Error('no space'));
    expect(last()).toMatchObject({ msg: 'no space', err: { message: 'no space' } });
  });

  it('understands the stack and the context that Nest puts after a message', () => {
    const { log, last } = capturing();
    log.log('Mapped route', 'RouterExplorer');
    expect(last()).toMatchObject({ level: 'info', msg: 'Mapped route', context: 'RouterExplorer' });
    log.error('failed', 'Error: failed\n    at place (file.js:1:1)', 'ExceptionsHandler');
    expect(last()).toMatchObject({ msg: 'failed', stack: expect.any(String), context: 'ExceptionsHandler' });
  });

  it('carries the id of the active trace', async () => {
    const telemetry = await startTelemetry({ service: 'main', exporter: new InMemorySpanExporter() });
    try {
      const { log, last } = capturing();
      inSpan('work', {}, (active) => {
        log.info('working');
        expect(last()).toMatchObject({ traceId: active.trace.traceparent?.split('-')[1] });
      });
    } finally {
      await telemetry.shutdown();
    }
  });

  it('names the service whose code runs where a process hosts several, whoever made the logger', async () => {
    const { log, last } = capturing();
    await asService('other', async () => {
      await Promise.resolve();
      log.info('ready');
    });
    expect(last()).toMatchObject({ service: 'other' });
    log.info('ready');
    expect(last()).toMatchObject({ service: 'main' });
  });

  it('is one readable line for people', () => {
    const { log, lines } = capturing({ pretty: true });
    log.info('stored', { documents: 3 });
    expect(lines).toEqual([
      expect.stringMatching(/^\[\d\d:\d\d:\d\d\.\d{3}\] INFO: main stored \{"documents":3\}\n$/),
    ]);
  });

  it('below the level is not written', () => {
    const { log, lines } = capturing({ level: 'warn' });
    log.info('ready');
    log.debug('detail');
    log.verbose('more detail');
    expect(lines).toEqual([]);
  });
});

describe('LOG_LEVEL', () => {
  const before = process.env['LOG_LEVEL'];
  afterEach(() => {
    if (before === undefined) delete process.env['LOG_LEVEL'];
    else process.env['LOG_LEVEL'] = before;
  });

  it('decides when the caller does not', () => {
    process.env['LOG_LEVEL'] = 'DEBUG';
    const { log, lines } = capturing({ level: undefined });
    log.debug('detail');
    expect(lines).toHaveLength(1);
  });

  it.each([{}, { LOG_LEVEL: '' }])('is info when it says nothing: %j', (env) => {
    expect(logLevelFrom(env)).toBe('info');
  });

  it('that there is not is refused in one sentence', () => {
    expect(() => logLevelFrom({ LOG_LEVEL: 'loud' })).toThrow(LogLevelError);
    expect(() => logLevelFrom({ LOG_LEVEL: 'loud' })).toThrow(
      'LOG_LEVEL is "loud"; use one of trace, debug, info, warn, error, fatal, silent',
    );
  });
});
