import { keyValuesFeatures } from '../key-values.features.js';
import { memoryBuckets } from './memory-key-values.js';

keyValuesFeatures('memory', async () => {
  let time = 1_000;
  return {
    buckets: memoryBuckets({ now: () => time }),
    outlive: async () => void (time += 1_000),
    close: async () => undefined,
  };
});
