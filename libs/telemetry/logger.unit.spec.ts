import { afterEach, describe, expect, it } from '@jest/globals';
import { InMemorySpanExporter } from '@opentelemetry/sdk-trace';
import { LogLevelError, logLevelFrom } from './log-level.js';
import { scopeLines } from './line-scope.js';
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

describe('a line that is written in the midst of some work', () => {
  const undo: (() => void)[] = [];
  afterEach(() => undo.splice(0).forEach((one) => one()));
  const trace = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` };

  it('carries what the work is and its trace, until nobody tells any more', () => {
    const { log, last } = capturing();
    const leave = scopeLines(() => ({
      operation: 'sum',
      taskRunId: 't1',
      flowRunId: 'f1',
      attempt: 2,
      trace,
    }));
    undo.push(leave);
    log.info('adding');
    expect(last()).toMatchObject({
      operation: 'sum',
      taskRunId: 't1',
      flowRunId: 'f1',
      attempt: 2,
      traceId: 'a'.repeat(32),
      spanId: 'b'.repeat(16),
      msg: 'adding',
    });
    leave();
    log.info('idle');
    expect(last()).not.toHaveProperty('taskRunId');
  });

  it('says each thing once: what the line says, then what its logger is bound to, then the work', () => {
    const { log, lines } = capturing();
    undo.push(scopeLines(() => ({ taskRunId: 'of the work', flowRunId: 'of the work' })));
    log.with({ taskRunId: 'bound', flowRunId: 'bound' }).info('x', { flowRunId: 'said' });
    expect(lines.at(-1)?.match(/RunId/g)).toHaveLength(2);
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ taskRunId: 'bound', flowRunId: 'said' });
  });

  it('leaves out what does not apply', () => {
    const { log, last } = capturing();
    undo.push(
      scopeLines(() => ({ taskRunId: 't1', flowRunId: null })),
      scopeLines(() => undefined),
    );
    log.info('a direct call');
    expect(last()).toMatchObject({ taskRunId: 't1' });
    expect(last()).not.toHaveProperty('flowRunId');
  });
});

describe('a secret', () => {
  it.each([
    ['in an address', 'cannot reach nats://anna:hunter2@host:4222/x', /hunter2|anna/],
    ['in a header', 'sent Authorization: Bearer hunter2hunter2', /hunter2/],
  ])('%s of a message is struck out', (_where, message, secret) => {
    const { log, lines } = capturing();
    log.error(message);
    log.error(new Error(message, { cause: new Error(message) }));
    log.error('failed', new Error(message));
    log.error('failed', { where: [{ address: message }], cause: new Error(message) });
    expect(lines).toHaveLength(4);
    for (const line of lines) expect(line).not.toMatch(secret);
  });

  it('in a field that is named so is struck out, however deep it lies, and no other field is', () => {
    const { log, last } = capturing();
    const hidden = [
      'password',
      'smtpPassword',
      'apiKey',
      'api_key',
      'clientSecret',
      'accessToken',
      'Authorization',
    ];
    const shown = { keyHolder: 'anna', tokens: 3, passed: true, hasPassword: false, key: 'daily' };
    log.info('signed in', {
      deep: [{ settings: { ...Object.fromEntries(hidden.map((name) => [name, 'hunter2'])), ...shown } }],
    });
    const settings = { ...Object.fromEntries(hidden.map((name) => [name, '[redacted]'])), ...shown };
    expect(last()).toMatchObject({ deep: [{ settings }] });
  });

  it('is struck out of what writes itself out, which stands there as it does elsewhere', () => {
    const { log, last } = capturing();
    const own = { toJSON: () => ({ password: 'hunter2', of: [new URL('nats://anna:hunter2@host/x')] }) };
    const broken = {
      toJSON: () => {
        throw new Error('not now');
      },
    };
    log.info('connecting', { to: new URL('mongodb://anna:hunter2@host/x'), at: new Date(0), own, broken });
    expect(last()).toMatchObject({
      to: 'mongodb://***@host/x',
      at: '1970-01-01T00:00:00.000Z',
      own: { password: '[redacted]', of: ['nats://***@host/x'] },
      broken: '[unreadable]',
    });
  });

  it('is looked for once in a text, however often an address begins there', () => {
    const { log, last } = capturing();
    // Looked for anew from each beginning, this would take longer than any test may.
    const text = '://'.repeat(1_000_000);
    log.info(text);
    expect(last()).toMatchObject({ msg: text });
  });

  it('does not keep a line from being written whose fields hold themselves', () => {
    const { log, last } = capturing();
    const self: Record<string, unknown> = { name: 'a' };
    self['self'] = self;
    log.info('odd', { self, at: new Date(0) });
    expect(last()).toMatchObject({ self: { name: 'a', self: '[circular]' }, at: '1970-01-01T00:00:00.000Z' });
  });
});
