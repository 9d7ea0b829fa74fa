import type { PipelineStage } from 'mongoose';
import type { StatsDto } from '#libs/contracts';

/** Numbers of one group, as the database counts them. */
export interface Counted<K> {
  readonly _id: K;
  readonly count: number;
  readonly success: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly meanMs: number | null;
}

export interface Ninetyfifth<K> {
  readonly _id: K;
  readonly p95Ms: number;
}

export const NO_STATS: StatsDto = Object.freeze({
  count: 0,
  success: 0,
  failed: 0,
  cancelled: 0,
  open: 0,
  successRate: null,
  meanMs: null,
  p95Ms: null,
});

const SUCCEEDED = ['success', 'cached', 'completed'];

const count = (statuses: readonly string[]) => ({ $sum: { $cond: [{ $in: ['$status', statuses] }, 1, 0] } });

/** Counts by `key`, an expression over the records. */
export const countBy = (key: unknown): PipelineStage.Group => ({
  $group: {
    _id: key,
    count: { $sum: 1 },
    success: count(SUCCEEDED),
    failed: count(['failed']),
    cancelled: count(['cancelled']),
    meanMs: { $avg: '$durationMs' },
  },
});

/**
 * Finds the 95th percentile of durations by `key`: the smallest that at least 95 of 100 do not exceed. The
 * database's own `$percentile` came with version 7; ranking in a window is exact too, and may use the disk.
 */
export const p95By = (key: unknown): PipelineStage[] => [
  { $match: { durationMs: { $ne: null } } },
  { $project: { _id: 0, key, durationMs: 1 } },
  {
    $setWindowFields: {
      partitionBy: '$key',
      sortBy: { durationMs: 1 },
      output: { rank: { $documentNumber: {} } },
    },
  },
  {
    $setWindowFields: {
      partitionBy: '$key',
      output: { of: { $count: {}, window: { documents: ['unbounded', 'unbounded'] } } },
    },
  },
  { $match: { $expr: { $gte: ['$rank', { $ceil: { $multiply: [0.95, '$of'] } }] } } },
  { $group: { _id: '$key', p95Ms: { $min: '$durationMs' } } },
];

/** Puts both together. */
export function toStats<K>(counted: Counted<K>, p95Ms: number | null): StatsDto {
  const { count: all, success, failed, cancelled, meanMs } = counted;
  return {
    count: all,
    success,
    failed,
    cancelled,
    open: all - success - failed - cancelled,
    successRate: success + failed === 0 ? null : success / (success + failed),
    meanMs,
    p95Ms,
  };
}
