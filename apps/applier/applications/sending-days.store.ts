import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose from 'mongoose';
import type { Model } from 'mongoose';
import { RetryableError } from '#libs/operations';
import { SendingDay } from './sending-day.schema.js';

export interface DayOf {
  readonly userId: string;
  readonly testMode: boolean;
  readonly now: Date;
}

export interface DayLimits {
  /** Of the profile. */
  readonly daily: number;
  /** Of the standing rule; null where a person has approved. */
  readonly byRule: number | null;
}

const dayOf = (now: Date): string => now.toISOString().slice(0, 10);
const idOf = ({ userId, testMode, now }: DayOf): string =>
  `${dayOf(now)}/${testMode ? 'test' : 'real'}/${userId}`;

/** Two executions may both find no document, and one of them then collides with what the other has made. */
const TRIES = 3;

/** Counts what a person sends in a day. */
@Injectable()
export class SendingDaysStore {
  constructor(@InjectModel(SendingDay.name) private readonly days: Model<SendingDay>) {}

  async count(whose: DayOf): Promise<number> {
    const found = await this.days.findById(idOf(whose)).lean<SendingDay>().exec();
    return found?.applications.length ?? 0;
  }

  /** Takes one of the day's places; taking it again for the same application changes nothing. */
  async take(
    whose: DayOf,
    applicationId: string,
    { daily, byRule }: DayLimits,
  ): Promise<'taken' | 'daily-limit' | 'rule-limit'> {
    if (daily <= 0) return 'daily-limit';
    const _id = idOf(whose);
    const room = (field: string, limit: number) => ({
      $or: [{ [field]: applicationId }, { [`${field}.${limit - 1}`]: { $exists: false } }],
    });
    const filter = {
      _id,
      $and: [room('applications', daily), ...(byRule === null ? [] : [room('byRule', byRule)])],
    };
    const place = { applications: applicationId, ...(byRule === null ? {} : { byRule: applicationId }) };
    const { userId, testMode, now } = whose;
    const made = { userId, testMode, day: dayOf(now) };
    for (let tries = 0; tries < TRIES; tries += 1) {
      try {
        await this.days.updateOne(filter, { $addToSet: place, $setOnInsert: made }, { upsert: true }).exec();
        return 'taken';
      } catch (error) {
        if (!isDuplicate(error)) throw error;
        const found = await this.days.findById(_id).lean<SendingDay>().exec();
        if (found && isFull(found.applications, daily, applicationId)) return 'daily-limit';
        if (found && byRule !== null && isFull(found.byRule, byRule, applicationId)) return 'rule-limit';
      }
    }
    throw new RetryableError('applier/busy', `too many applications of ${userId} are sent at once`);
  }

  /** Gives a place back, for an application that did not go out after all. */
  async giveBack(whose: DayOf, applicationId: string): Promise<void> {
    await this.days
      .updateOne({ _id: idOf(whose) }, { $pull: { applications: applicationId, byRule: applicationId } })
      .exec();
  }
}

const isFull = (taken: readonly string[], limit: number, applicationId: string): boolean =>
  taken.length >= limit && !taken.includes(applicationId);

export const isDuplicate = (error: unknown): boolean =>
  error instanceof mongoose.mongo.MongoServerError && error.code === 11_000;
