import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { EventLoopUtilization } from 'node:perf_hooks';
import { gauge, observe, observedCounter } from './observed.js';

const cpu = observedCounter('process.cpu.time', {
  unit: 's',
  description: 'CPU time that the process has used, by mode',
});
const memory = gauge('process.memory.usage', {
  unit: 'By',
  description: 'Memory of the process that lies in the machine’s own (resident set)',
});
const heap = gauge('v8js.memory.heap.used', { unit: 'By', description: 'Heap in use by JavaScript' });
const uptime = gauge('process.uptime', { unit: 's', description: 'Time since the process began' });
const delayMean = gauge('nodejs.eventloop.delay.mean', {
  unit: 's',
  description: 'Mean delay of the event loop since the scrape before',
});
const delayP99 = gauge('nodejs.eventloop.delay.p99', {
  unit: 's',
  description: 'Delay of the event loop that one turn in a hundred exceeded since the scrape before',
});
const delayMax = gauge('nodejs.eventloop.delay.max', {
  unit: 's',
  description: 'Longest delay of the event loop since the scrape before',
});
const utilization = gauge('nodejs.eventloop.utilization', {
  unit: '1',
  description: 'Share of the time since the scrape before that the event loop was busy, from 0 to 1',
});

/** How often the delay of the event loop is looked at, in milliseconds. */
const RESOLUTION_MS = 20;
const NANOS = 1e9;
const MICROS = 1e6;

/** Tells of this process itself, by the names of OpenTelemetry's conventions. Returns what ends it. */
export function observeProcess(): () => void {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  let before: EventLoopUtilization = performance.eventLoopUtilization();
  const unobserve = observe((tell) => {
    const { user, system } = process.cpuUsage();
    tell(cpu, user / MICROS, { 'cpu.mode': 'user' });
    tell(cpu, system / MICROS, { 'cpu.mode': 'system' });
    tell(memory, process.memoryUsage.rss());
    tell(heap, process.memoryUsage().heapUsed);
    tell(uptime, process.uptime());
    if (delay.count > 0) {
      // What is measured is the interval between two looks.
      const late = (nanos: number): number => Math.max(0, nanos / NANOS - RESOLUTION_MS / 1_000);
      tell(delayMean, late(delay.mean));
      tell(delayP99, late(delay.percentile(99)));
      tell(delayMax, late(delay.max));
      delay.reset();
    }
    const now = performance.eventLoopUtilization();
    tell(utilization, performance.eventLoopUtilization(now, before).utilization);
    before = now;
  });
  return () => {
    unobserve();
    delay.disable();
  };
}
