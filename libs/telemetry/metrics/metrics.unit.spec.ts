import { afterEach, describe, expect, it } from '@jest/globals';
import { counter, histogram } from './instruments.js';
import type { Metrics } from './metrics-sdk.js';
import { MetricsStartedError } from './metrics-started.js';
import { gauge, observe, observedCounter } from './observed.js';
import { currentMetrics, metricsWanted, startMetrics } from './start-metrics.js';

const done = counter('pieces.done', { unit: '{piece}', description: 'Pieces that are done' });
const took = histogram('piece.duration', { unit: 's', description: 'Time a piece took', buckets: [0.1, 1] });
const waiting = gauge('pieces.waiting', { unit: '{piece}', description: 'Pieces that wait' });
const read = observedCounter('pieces.read', { unit: 'By', description: 'Bytes read' });

let metrics: Metrics | undefined;
const undo: (() => void)[] = [];
afterEach(async () => {
  undo.splice(0).forEach((one) => one());
  await metrics?.shutdown();
  metrics = undefined;
});

const start = async (): Promise<Metrics> => (metrics = await startMetrics({ service: 'main' }));
const linesOf = async (name: string): Promise<string[]> =>
  ((await metrics?.scrape()) ?? '').split('\n').filter((line) => line.startsWith(name));

describe('figures that are pushed', () => {
  it('are nothing while nobody collects them', () => {
    expect(() => {
      done.add(1);
      took.record(1);
    }).not.toThrow();
    expect(currentMetrics()).toBeUndefined();
  });

  it('are exposed by name, unit and labels', async () => {
    await start();
    done.add(2, { kind: 'red' });
    done.add(1, { kind: 'red' });
    took.record(0.5, { kind: 'red' });
    expect(await linesOf('pieces_done')).toEqual(['pieces_done_total{kind="red"} 3']);
    expect(await linesOf('piece_duration_seconds')).toEqual([
      'piece_duration_seconds_count{kind="red"} 1',
      'piece_duration_seconds_sum{kind="red"} 0.5',
      'piece_duration_seconds_bucket{kind="red",le="0.1"} 0',
      'piece_duration_seconds_bucket{kind="red",le="1"} 1',
      'piece_duration_seconds_bucket{kind="red",le="+Inf"} 1',
    ]);
  });

  it('begin anew when they are collected anew', async () => {
    await start();
    done.add(5);
    await metrics?.shutdown();
    done.add(7);
    await start();
    done.add(1);
    expect(await linesOf('pieces_done')).toEqual(['pieces_done_total 1']);
  });
});

describe('figures that are looked up', () => {
  it('are asked for at each scrape, and no more once the observer has left', async () => {
    let held = 3;
    const leave = observe((tell) => tell(waiting, held, { lane: 'normal' }));
    await start();
    expect(await linesOf('pieces_waiting')).toEqual(['pieces_waiting{lane="normal"} 3']);
    held = 4;
    expect(await linesOf('pieces_waiting')).toEqual(['pieces_waiting{lane="normal"} 4']);
    leave();
    expect(await linesOf('pieces_waiting')).toEqual([]);
  });

  it('are added up where several services of a process tell of the same', async () => {
    await start();
    undo.push(observe((tell) => tell(waiting, 1)));
    undo.push(observe(async (tell) => tell(waiting, 2)));
    undo.push(observe((tell) => tell(read, 10)));
    expect(await linesOf('pieces_')).toEqual(['pieces_waiting 3', 'pieces_read_bytes_total 10']);
  });

  it('stay out where their observer fails, and nothing else does', async () => {
    await start();
    undo.push(observe(() => Promise.reject(new Error('the other side is away'))));
    undo.push(observe((tell) => tell(waiting, 1)));
    expect(await linesOf('pieces_waiting')).toEqual(['pieces_waiting 1']);
  });

  it('may be declared after the start', async () => {
    await start();
    const late = gauge('pieces.late', { unit: '{piece}', description: 'Declared late' });
    undo.push(observe((tell) => tell(late, 1)));
    expect(await linesOf('pieces_late')).toEqual(['pieces_late 1']);
  });
});

describe('the process', () => {
  it('tells of its CPU, its memory and its event loop', async () => {
    await start();
    const text = (await metrics?.scrape()) ?? '';
    for (const name of [
      'process_cpu_time_seconds_total{cpu_mode="user"}',
      'process_memory_usage_bytes',
      'v8js_memory_heap_used_bytes',
      'process_uptime_seconds',
      'nodejs_eventloop_utilization',
      'target_info{service_name="main"}',
    ])
      expect(text).toMatch(new RegExp(`^${name.replace(/[{}]/g, '\\$&')} [\\d.e-]+$`, 'm'));
  });

  it('collects its figures once', async () => {
    await start();
    await expect(startMetrics({ service: 'other' })).rejects.toThrow(MetricsStartedError);
    expect(currentMetrics()).toBeDefined();
  });
});

describe('METRICS', () => {
  it('switches them off, and is checked', () => {
    expect([metricsWanted({}), metricsWanted({ METRICS: 'on' }), metricsWanted({ METRICS: 'OFF' })]).toEqual([
      true,
      true,
      false,
    ]);
    expect(() => metricsWanted({ METRICS: 'maybe' })).toThrow('METRICS is "maybe"; use on or off');
  });
});
