import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { InMemorySpanExporter } from '@opentelemetry/sdk-trace';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { TraceContext } from '#libs/run-log';
import { asService } from './service-scope.js';
import { currentTrace, currentTraceId, inSpan, newTrace, plannedSpan, recordSpan } from './spans.js';
import { startTelemetry } from './start-telemetry.js';
import type { Telemetry } from './sdk.js';
import { traceIdOf } from './trace-context.js';

let exporter: InMemorySpanExporter;
let telemetry: Telemetry;

beforeEach(async () => {
  exporter = new InMemorySpanExporter();
  telemetry = await startTelemetry({ service: 'main', version: '1.2.3', exporter });
});
afterEach(async () => {
  await telemetry.shutdown();
});

const finished = (): readonly ReadableSpan[] => exporter.getFinishedSpans();
function span(name: string): ReadableSpan {
  const found = finished().filter((one) => one.name === name);
  expect(found).toHaveLength(1);
  return found[0]!;
}
const parentOf = (name: string) => span(name).parentSpanContext?.spanId;
const idOf = (name: string) => span(name).spanContext().spanId;
const spanIdIn = (headers: TraceContext) => headers.traceparent?.split('-')[2];

describe('a span', () => {
  it('is the child of the active one, over awaits', async () => {
    await inSpan('outer', {}, async () => {
      await Promise.resolve();
      await inSpan('inner', {}, async () => Promise.resolve());
    });
    expect(parentOf('inner')).toBe(idOf('outer'));
    expect(parentOf('outer')).toBeUndefined();
    expect(span('inner').spanContext().traceId).toBe(span('outer').spanContext().traceId);
  });

  it('is the child of the headers that it is handed, and hands on its own', () => {
    const sent = inSpan('sender', { kind: 'producer' }, ({ trace: headers }) => headers);
    inSpan('receiver', { kind: 'consumer', parent: sent }, () => {
      inSpan('work', {}, () => undefined);
    });
    expect(spanIdIn(sent)).toBe(idOf('sender'));
    expect(parentOf('receiver')).toBe(idOf('sender'));
    expect(parentOf('work')).toBe(idOf('receiver'));
    expect(span('sender').kind).toBe(SpanKind.PRODUCER);
    expect(span('receiver').kind).toBe(SpanKind.CONSUMER);
  });

  it('prefers the headers to the active span', () => {
    const elsewhere = newTrace();
    inSpan('outer', {}, () => inSpan('inner', { parent: elsewhere }, () => undefined));
    expect(span('inner').spanContext().traceId).toBe(traceIdOf(elsewhere));
  });

  it.each([
    ['empty', {}],
    ['malformed', { traceparent: 'nonsense' }],
  ])('begins a trace of its own when the headers are %s', (_, parent) => {
    inSpan('outer', {}, () => inSpan('inner', { parent }, () => undefined));
    expect(parentOf('inner')).toBeUndefined();
    expect(span('inner').spanContext().traceId).not.toBe(span('outer').spanContext().traceId);
  });

  it('stays unrecorded when the caller has decided against sampling', () => {
    const parent = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-00` };
    const handedOn = inSpan('silent', { parent }, ({ trace: headers }) => headers);
    expect(finished()).toEqual([]);
    expect(traceIdOf(handedOn)).toBe('a'.repeat(32));
    expect(handedOn.traceparent).toMatch(/-00$/);
  });

  it('carries tracestate on', () => {
    const parent = { ...newTrace(), tracestate: 'vendor=1' };
    expect(inSpan('one', { parent }, ({ trace: headers }) => headers.tracestate)).toBe('vendor=1');
  });

  it('carries attributes and links', () => {
    const other = newTrace();
    inSpan('one', { attributes: { 'flow.name': 'demo' }, links: [other, {}] }, (active) =>
      active.set({ 'task.attempt': 2 }),
    );
    expect(span('one').attributes).toEqual({ 'flow.name': 'demo', 'task.attempt': 2 });
    expect(span('one').links.map((link) => link.context.traceId)).toEqual([traceIdOf(other)]);
  });

  it('gives back what the work gives, in its own manner', async () => {
    expect(inSpan('now', {}, () => 1)).toBe(1);
    const later = inSpan('later', {}, async () => 2);
    expect(later).toBeInstanceOf(Promise);
    await expect(later).resolves.toBe(2);
  });

  it('ends only when the promise of the work has settled', async () => {
    let settle = (): void => {};
    const work = inSpan('slow', {}, () => new Promise<void>((resolve) => (settle = resolve)));
    expect(finished()).toEqual([]);
    settle();
    await work;
    expect(finished().map((one) => one.name)).toEqual(['slow']);
  });

  it.each([
    [
      'thrown',
      () =>
        inSpan('failing', {}, (): never => {
          throw new Error('no luck');
        }),
    ],
    ['rejected', () => inSpan('failing', {}, () => Promise.reject(new Error('no luck')))],
  ])('records an error that is %s, and passes it on', async (_, run) => {
    await expect((async () => run())()).rejects.toThrow('no luck');
    expect(span('failing').status).toEqual({ code: SpanStatusCode.ERROR, message: 'no luck' });
    expect(span('failing').events.map((event) => event.name)).toEqual(['exception']);
  });

  it('tells of a failure that was no exception', () => {
    inSpan('refusing', {}, (active) => active.fail('nothing matched'));
    expect(span('refusing').status).toEqual({ code: SpanStatusCode.ERROR, message: 'nothing matched' });
  });
});

describe('the active trace', () => {
  it('is none outside of spans, always the same object', () => {
    expect(currentTrace()).toEqual({});
    expect(currentTrace()).toBe(currentTrace());
    expect(currentTraceId()).toBeUndefined();
  });

  it('is that of the innermost span', () => {
    inSpan('outer', {}, () =>
      inSpan('inner', {}, (active) => {
        expect(currentTrace()).toEqual(active.trace);
        expect(currentTraceId()).toBe(traceIdOf(active.trace));
      }),
    );
  });

  it('is what libraries inject into headers and extract from them', () => {
    const carrier: Record<string, string> = {};
    inSpan('sender', {}, (active) => {
      propagation.inject(context.active(), carrier);
      expect(carrier['traceparent']).toBe(active.trace.traceparent);
    });
    const extracted = trace.getSpanContext(propagation.extract(ROOT_CONTEXT, carrier));
    expect(extracted?.spanId).toBe(idOf('sender'));
  });
});

describe('a planned span', () => {
  it('is recorded under the id that its messages named before', () => {
    const root = inSpan('request', { kind: 'server' }, (active) => active.trace);
    const flow = plannedSpan(root, 'flow 1');
    const task = plannedSpan(flow, 'task 1');
    inSpan('operation', { kind: 'consumer', parent: task }, () => undefined);
    recordSpan('task', { key: 'task 1', parent: flow, startedAt: 2_000, finishedAt: 3_000 });
    recordSpan('flow', {
      key: 'flow 1',
      parent: root,
      startedAt: 1_000,
      finishedAt: 4_000,
      error: 'no luck',
    });

    expect(parentOf('operation')).toBe(idOf('task'));
    expect(parentOf('task')).toBe(idOf('flow'));
    expect(parentOf('flow')).toBe(idOf('request'));
    expect(span('flow')).toMatchObject({
      startTime: [1, 0],
      endTime: [4, 0],
      status: { code: SpanStatusCode.ERROR, message: 'no luck' },
    });
  });

  it('leaves the ids of later spans alone', () => {
    const parent = newTrace();
    recordSpan('flow', { key: 'flow 1', parent, startedAt: 1, finishedAt: 2 });
    inSpan('other', { parent }, () => undefined);
    expect(idOf('other')).not.toBe(idOf('flow'));
  });

  it('costs nothing where the caller has decided against sampling', () => {
    const parent = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-00` };
    expect(plannedSpan(parent, 'flow 1')).toBe(parent);
    recordSpan('flow', { key: 'flow 1', parent, startedAt: 1, finishedAt: 2 });
    inSpan('next', {}, () => undefined);
    expect(finished().map((one) => one.name)).toEqual(['next']);
  });
});

describe('a process of several services', () => {
  it('names in each span the service that made it, and keeps one trace', async () => {
    await asService('caller', () =>
      inSpan('call', {}, async (active) => {
        await asService('callee', async () => {
          await Promise.resolve();
          inSpan('answer', { parent: active.trace }, () => undefined);
        });
      }),
    );
    inSpan('unscoped', {}, () => undefined);
    const services = Object.fromEntries(
      finished().map((one) => [one.name, one.resource.attributes['service.name']]),
    );
    expect(services).toEqual({ call: 'caller', answer: 'callee', unscoped: 'main' });
    expect(parentOf('answer')).toBe(idOf('call'));
    expect(span('answer').resource.attributes['service.version']).toBe('1.2.3');
  });
});

describe('switching tracing on', () => {
  it('is refused a second time in one process', async () => {
    await expect(
      startTelemetry({ service: 'again', exporter: new InMemorySpanExporter() }),
    ).rejects.toMatchObject({
      code: 'telemetry/already-started',
    });
  });

  it('is undone by shutdown', async () => {
    await telemetry.shutdown();
    inSpan('late', {}, () => undefined);
    expect(finished()).toEqual([]);
    expect(currentTraceId()).toBeUndefined();
  });
});
