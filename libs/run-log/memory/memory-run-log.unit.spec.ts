import { runLogFeatures } from '../run-log.features.js';
import { ManualClock } from './clock.js';
import { MemoryBroker } from './memory-broker.js';
import { MemoryRunLog } from './memory-run-log.js';

runLogFeatures('in memory', async () => {
  const clock = new ManualClock(Date.UTC(2026, 0, 1));
  const broker = new MemoryBroker(clock, 'an epoch');
  const opened: MemoryRunLog[] = [];
  return {
    open: async (options = {}) => {
      const log = new MemoryRunLog(broker, options);
      opened.push(log);
      return log;
    },
    now: () => opened[0]!.now(),
    passTime: (ms) => clock.advance(ms),
    inject: async (stream, subject, headers, body) => {
      broker.streams[stream].append({ subject, headers, body });
    },
    close: async () => {
      for (const log of opened) await log.close();
    },
  };
});
