import type { Model, PipelineStage } from 'mongoose';
import type { StatsDto } from '#libs/contracts';
import { countBy, p95By, toStats } from './stats.js';
import type { Counted, Ninetyfifth } from './stats.js';

/**
 * Counts records by a key (a string, number or date, or an object of such) and measures their durations.
 * Returns the groups in the order of their keys.
 */
export async function statsBy<K, R>(
  model: Model<R>,
  stages: readonly (PipelineStage.Match | PipelineStage.Set | PipelineStage.Unwind)[],
  key: unknown,
): Promise<{ key: K; stats: StatsDto }[]> {
  const [counted, ninetyfifths] = await Promise.all([
    model.aggregate<Counted<K>>([...stages, countBy(key), { $sort: { _id: 1 } }]).allowDiskUse(true),
    model.aggregate<Ninetyfifth<K>>([...stages, ...p95By(key)]).allowDiskUse(true),
  ]);
  const p95 = new Map(ninetyfifths.map(({ _id, p95Ms }) => [JSON.stringify(_id), p95Ms]));
  return counted.map((group) => ({
    key: group._id,
    stats: toStats(group, p95.get(JSON.stringify(group._id)) ?? null),
  }));
}
