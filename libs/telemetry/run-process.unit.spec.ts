import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { runProcess } from './run-process.js';

const environment = process.env;
const listeners = { SIGTERM: process.listeners('SIGTERM'), SIGINT: process.listeners('SIGINT') };
/** Resolves with the code that the process ends with, and what it has said by then. */
let ended: Promise<{ code: unknown; told: string }>;
let said: string;

beforeEach(() => {
  process.env = { ...environment, METRICS: 'off', HEALTH_PORT: '' };
  said = '';
  ended = new Promise((resolve) => {
    jest.spyOn(process, 'exit').mockImplementation((code) => {
      resolve({ code, told: said });
      return new Promise(() => undefined) as never;
    });
  });
  for (const stream of [process.stdout, process.stderr])
    jest.spyOn(stream, 'write').mockImplementation((text) => {
      said += String(text);
      return true;
    });
});
afterEach(() => {
  jest.restoreAllMocks();
  process.env = environment;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.removeAllListeners(signal);
    for (const listener of listeners[signal]) process.on(signal, listener);
  }
});

describe('a process', () => {
  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('that gets %s before its service has started ends at once', async (signal, code) => {
    void runProcess({ service: 'mailer', start: () => new Promise(() => undefined) });
    process.emit(signal);
    expect(await ended).toEqual({ code, told: `mailer was told to end (${signal}) before it had started\n` });
  });

  it('closes its service when it is told to end', async () => {
    const done: string[] = [];
    await runProcess({
      service: 'mailer',
      start: async () => ({
        stopping: () => void done.push('stopping'),
        close: async () => void done.push('closed'),
      }),
    });
    expect(said).toBe('mailer is ready\n');
    process.emit('SIGTERM');
    expect(await ended).toMatchObject({ code: 0 });
    expect(done).toEqual(['stopping', 'closed']);
  });

  it.each([
    [{ METRICS: 'maybe' }, 'METRICS is "maybe"; use on or off'],
    [
      { OTEL_TRACES_SAMPLER: 'some', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' },
      'OTEL_TRACES_SAMPLER is "some"; use always_on, always_off or traceidratio, alone or after parentbased_',
    ],
  ])('says in one sentence what it cannot be started with: %j', async (env, sentence) => {
    process.env = { ...process.env, ...env };
    void runProcess({ service: 'mailer', start: () => new Promise(() => undefined) });
    expect(await ended).toEqual({ code: 1, told: `mailer did not start: ${sentence}\n` });
  });
});
