import { memoryBuckets } from '#libs/key-values';
import type { Buckets } from '#libs/key-values';
import { Admissions } from '../admissions.js';
import { LaneGate } from '../limits/lane-gate.js';
import { Limiter } from '../limits/limiter.js';
import type { Runner } from '../runner.js';

/** Admissions by values in memory, as every process of a test would share them. */
export function memoryAdmissions(
  runner: Runner,
  buckets: Buckets = memoryBuckets(),
  leaseMs = 30_000,
): Admissions {
  return new Admissions(runner, new LaneGate(buckets, leaseMs), new Limiter({ buckets, leaseMs }));
}
