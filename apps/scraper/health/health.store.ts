import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import type { SourceFailureKind } from '#libs/contracts';
import { isRead } from '../sources/page-outcome.js';
import type { VisitedPage } from '../sources/visit.js';
import { SourceHealth } from './source-health.schema.js';

export interface HealthKey {
  readonly userId: string;
  readonly testMode: boolean;
  readonly source: string;
}

/** Remembers how sources answered, so that a source that has died in silence is seen. */
@Injectable()
export class HealthStore {
  constructor(@InjectModel(SourceHealth.name) private readonly health: Model<SourceHealth>) {}

  /** Notes how a search or a check came out; nothing where no page was looked at. */
  async note(key: HealthKey, pages: readonly VisitedPage[], now: Date): Promise<void> {
    if (pages.length === 0) return;
    const came = pages.some(({ outcome }) => isRead(outcome));
    // One posting that has gone is no trouble of the source.
    const failed = pages.find(({ outcome, kind }) => !isRead(outcome) && (!came || kind !== 'detail'));
    const failure = failed && {
      outcome: failed.outcome as SourceFailureKind,
      message: failed.error?.message ?? '',
      at: now,
    };
    await this.health
      .updateOne(
        { _id: idOf(key) },
        {
          $set: {
            lastAskedAt: now,
            ...(came ? { lastSuccessAt: now, failuresInARow: 0 } : {}),
            ...(failure ? { lastFailure: failure } : {}),
          },
          ...(came ? {} : { $inc: { failuresInARow: 1 } }),
          $setOnInsert: { ...key },
        },
        { upsert: true },
      )
      .exec();
  }

  /** Gives what is remembered, by source. */
  async of({ userId, testMode }: Omit<HealthKey, 'source'>): Promise<ReadonlyMap<string, SourceHealth>> {
    const known = await this.health.find({ userId, testMode }).lean<SourceHealth[]>().exec();
    return new Map(known.map((health) => [health.source, health]));
  }
}

function idOf({ userId, testMode, source }: HealthKey): string {
  const key = JSON.stringify([userId, testMode, source]);
  return `health_${createHash('sha256').update(key).digest('hex').slice(0, 32)}`;
}
