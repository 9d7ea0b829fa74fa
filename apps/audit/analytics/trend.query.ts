import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import type { AnalyticsTrendInput, AnalyticsTrendOutput } from '#libs/contracts';
import { DatabaseUnavailableError } from '#libs/mongo';
import type { Actor } from '#libs/run-log';
import { userFilter } from '../queries/scope.js';
import { createdWithin, given } from '../queries/span.js';
import { FlowRunRecord } from '../records/flow-run.record.js';
import { TaskRunRecord } from '../records/task-run.record.js';
import { statsBy } from './grouped.js';
import { NO_STATS } from './stats.js';
import { checkTimeZone, trendSpan } from './trend-buckets.js';

/** How much happened in each hour or day, and how it went. */
@Injectable()
export class TrendQuery {
  constructor(
    @InjectModel(FlowRunRecord.name) private readonly flowRuns: Model<FlowRunRecord>,
    @InjectModel(TaskRunRecord.name) private readonly taskRuns: Model<TaskRunRecord>,
  ) {}

  async trend(input: AnalyticsTrendInput, actor: Actor, now: number): Promise<AnalyticsTrendOutput> {
    const { unit } = input;
    const timezone = checkTimeZone(input.timeZone ?? 'UTC');
    const span = trendSpan(unit, input.from, input.to, now);
    const common = { ...userFilter(actor, input.user), ...createdWithin(span.from, span.to) };
    const key = { $dateTrunc: { date: '$createdAt', unit, timezone } };
    const [groups, buckets] = await Promise.all([
      input.of === 'flow_runs'
        ? statsBy<Date, FlowRunRecord>(
            this.flowRuns,
            [{ $match: { ...common, ...given({ flow: input.flow }) } }],
            key,
          )
        : statsBy<Date, TaskRunRecord>(
            this.taskRuns,
            [
              {
                $match: {
                  ...common,
                  ...given({ operationName: input.operation, orchestrated: input.orchestrated }),
                },
              },
            ],
            key,
          ),
      this.buckets(unit, timezone, span),
    ]);
    const found = new Map(groups.map((group) => [group.key.toISOString(), group.stats]));
    return { items: buckets.map((at) => ({ at, stats: found.get(at) ?? NO_STATS })) };
  }

  /** Lists the begin of every hour or day of a span. The database knows its zones: days may have 23 or 25 hours. */
  private async buckets(
    unit: 'hour' | 'day',
    timezone: string,
    span: { from: string; to: string },
  ): Promise<string[]> {
    const step = unit === 'hour' ? 3_600_000 : 86_400_000;
    const begin = new Date(span.from);
    const steps = Math.ceil((Date.parse(span.to) - begin.getTime()) / step);
    const { db } = this.flowRuns.db;
    if (!db) throw new DatabaseUnavailableError();
    const rows = await db
      .aggregate<{ at: Date }>([
        { $documents: [{ begin, end: new Date(span.to) }] },
        { $set: { n: { $range: [0, steps + 1] } } },
        { $unwind: '$n' },
        {
          $project: {
            end: 1,
            at: {
              $dateTrunc: {
                date: { $dateAdd: { startDate: '$begin', unit, amount: '$n', timezone } },
                unit,
                timezone,
              },
            },
          },
        },
        { $match: { $expr: { $lt: ['$at', '$end'] } } },
        { $group: { _id: '$at' } },
        { $sort: { _id: 1 } },
        { $project: { _id: 0, at: '$_id' } },
      ])
      .toArray();
    return rows.map(({ at }) => at.toISOString());
  }
}
