import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { asService } from './service-scope.js';
import { currentTrace, currentTraceId, inSpan, newTrace, plannedSpan, recordSpan } from './spans.js';
import { startTelemetry } from './start-telemetry.js';
import { traceIdOf } from './trace-context.js';

const loaded = jest.fn();
jest.mock('./sdk.js', () => {
  loaded();
  return { startSdk: () => ({ shutdown: () => Promise.resolve() }) };
});

const environment = process.env;
beforeEach(() => {
  process.env = { ...environment };
  for (const name of Object.keys(process.env)) if (name.startsWith('OTEL_')) delete process.env[name];
});
afterEach(() => {
  process.env = environment;
});

describe('without a collector in the environment', () => {
  it.each([
    {},
    { OTEL_EXPORTER_OTLP_ENDPOINT: '' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x', OTEL_SDK_DISABLED: 'true' },
  ])('nothing of the SDK is loaded: %j', async (env) => {
    Object.assign(process.env, env);
    const telemetry = await startTelemetry({ service: 'main' });
    await telemetry.shutdown();
    expect(loaded).not.toHaveBeenCalled();
  });

  it.each(['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'])(
    '%s loads it',
    async (name) => {
      process.env[name] = 'http://127.0.0.1:4318';
      await jest.isolateModulesAsync(async () => {
        const door = await import('./start-telemetry.js');
        await door.startTelemetry({ service: 'main' });
      });
      expect(loaded).toHaveBeenCalled();
      loaded.mockClear();
    },
  );
});

describe('without an SDK', () => {
  it('a span only calls the work and gives back what it gives', async () => {
    expect(inSpan('one', {}, () => 1)).toBe(1);
    await expect(inSpan('one', {}, async () => 2)).resolves.toBe(2);
    expect(() =>
      inSpan('one', {}, () => {
        throw new Error('no luck');
      }),
    ).toThrow('no luck');
  });

  it('the headers that came are the headers that go', () => {
    const parent = newTrace();
    inSpan('one', { parent }, (active) => {
      active.set({ a: 1 });
      active.fail('not really');
      expect(active.trace).toBe(parent);
    });
  });

  it('a span that nobody will record is not announced to others, who would miss it as their parent', () => {
    const parent = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` };
    expect(plannedSpan(parent, 'flow 1')).toBe(parent);
    recordSpan('flow', { key: 'flow 1', parent, startedAt: 1, finishedAt: 2 });
  });

  it('no trace is active, always the same object', () => {
    inSpan('one', { parent: newTrace() }, () => {
      expect(currentTrace()).toEqual({});
      expect(currentTrace()).toBe(currentTrace());
      expect(currentTraceId()).toBeUndefined();
    });
  });

  it('a new trace is valid and unsampled', () => {
    const trace = newTrace();
    expect(trace.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    expect(traceIdOf(trace)).toMatch(/^[0-9a-f]{32}$/);
  });

  it('a service starts as it would anyway', async () => {
    await expect(asService('main', async () => 'started')).resolves.toBe('started');
  });
});
