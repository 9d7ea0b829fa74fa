import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import mongoose from 'mongoose';
import type { ListProfileVersionsInput, ListProfileVersionsOutput } from '#libs/contracts';
import { readPage } from '#libs/mongo';
import type { ProfileParts } from './changed-parts.js';
import { Profile } from './profile.schema.js';

const DUPLICATE_KEY = 11_000;

export interface NewVersion extends ProfileParts {
  readonly userId: string;
  readonly version: number;
  readonly changed: readonly string[];
  readonly changeKey: string;
  readonly testMode: boolean;
}

/** Keeps every version of every profile. */
@Injectable()
export class ProfilesStore {
  constructor(@InjectModel(Profile.name) private readonly profiles: Model<Profile>) {}

  /** The newest version, or the one that is asked for; null where there is none. */
  async get(userId: string, testMode: boolean, version?: number): Promise<Profile | null> {
    const which = version === undefined ? {} : { version };
    return this.profiles
      .findOne({ userId, testMode, ...which })
      .sort({ version: -1 })
      .lean<Profile>()
      .exec();
  }

  /** The version that a change has made already; null where it has made none. */
  async madeBy(changeKey: string, userId: string): Promise<Profile | null> {
    return this.profiles.findOne({ userId, changeKey }).lean<Profile>().exec();
  }

  /** Adds a version; null where there is one by its number already. */
  async add({ resume, preferences, standingRule, changed, ...version }: NewVersion): Promise<Profile | null> {
    const record: Profile = {
      ...version,
      _id: profileIdOf(version),
      resume: JSON.stringify(resume),
      preferences: { ...preferences },
      standingRule: standingRule && { ...standingRule },
      changed: [...changed],
      updatedAt: new Date(),
    };
    try {
      await this.profiles.insertOne(record);
      return record;
    } catch (error) {
      if (error instanceof mongoose.mongo.MongoServerError && error.code === DUPLICATE_KEY) return null;
      throw error;
    }
  }

  async versions(
    { limit, cursor, sort = '-version' }: ListProfileVersionsInput,
    userId: string,
    testMode: boolean,
  ): Promise<ListProfileVersionsOutput> {
    return readPage({
      model: this.profiles,
      filter: { userId, testMode },
      sort,
      without: ['resume', 'preferences', 'standingRule'],
      limit,
      cursor,
      toDto: ({ version, changed, updatedAt, testMode: test }) => ({
        version,
        changed,
        updatedAt: updatedAt.toISOString(),
        testMode: test,
      }),
    });
  }
}

function profileIdOf({
  userId,
  testMode,
  version,
}: Pick<NewVersion, 'userId' | 'testMode' | 'version'>): string {
  const key = JSON.stringify([userId, testMode, version]);
  return `profile_${createHash('sha256').update(key).digest('hex').slice(0, 32)}`;
}
