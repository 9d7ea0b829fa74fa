import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { ApplicationStatus } from '#libs/contracts';
import type { ListApplicationsInput, ListApplicationsOutput } from '#libs/contracts';
import { holding, readPage, withoutNulls } from '#libs/mongo';
import type { OperationRun } from '#libs/operations';
import { applicationSummary } from './application-view.js';
import { ApplicationFile } from './application-file.schema.js';
import { Application } from './application.schema.js';
import { ChangedMeanwhileError, NotPossibleError, UnknownApplicationError } from './errors.js';
import { sha256Of } from './outgoing.js';
import { byHandFrom, canMove, standingOf } from './transitions.js';

export interface Owner {
  readonly userId: string;
  readonly testMode: boolean;
}

export const ownerOf = ({ actor, flags }: Pick<OperationRun, 'actor' | 'flags'>): Owner => ({
  userId: actor.userId,
  testMode: flags.testMode,
});

/** How a change of status is written down. */
export interface Move {
  readonly to: ApplicationStatus;
  /** Whose word it is; the service's own unless said otherwise. */
  readonly who?: 'service' | 'person';
  readonly by: string;
  readonly note?: string | null;
  readonly taskRunId: string;
  readonly at: Date;
  readonly set?: Partial<Application>;
}

type Pictured = Pick<Application, '_id' | 'userId' | 'testMode'>;

/** So many events of an application are kept; no honest one comes near. */
const LONGEST_HISTORY = 500;
/** Left out of lists. */
const TEXTS = ['text', 'history', 'attachments', 'warnings', 'notes'];

/** Keeps applications and the files that go out with them. */
@Injectable()
export class ApplicationsStore {
  constructor(
    @InjectModel(Application.name) private readonly applications: Model<Application>,
    @InjectModel(ApplicationFile.name) private readonly files: Model<ApplicationFile>,
  ) {}

  /** Gets an application of a person, made in test mode or not. Throws UnknownApplicationError. */
  async get(applicationId: string, userId: string): Promise<Application> {
    const found = await this.applications.findOne({ _id: applicationId, userId }).lean<Application>().exec();
    if (!found) throw new UnknownApplicationError('applicationId', applicationId);
    return found;
  }

  /** Finds all applications that have an identity of an opening. */
  async toOpening({ userId, testMode }: Owner, identities: readonly string[]): Promise<Application[]> {
    return this.applications
      .find({ userId, testMode, identities: { $in: identities } })
      .sort({ preparedAt: 1 })
      .lean<Application[]>()
      .exec();
  }

  /** Finds what went out, or may have, to an employer before; the newest first. */
  async toEmployer(
    { userId, testMode }: Owner,
    employer: string,
    except: readonly string[],
  ): Promise<Application[]> {
    if (employer === '') return [];
    return this.applications
      .find({ userId, testMode, employer, wentOut: { $ne: 'no' }, _id: { $nin: except } })
      .sort({ updatedAt: -1 })
      .lean<Application[]>()
      .exec();
  }

  /** Adds an application. Throws the driver's duplicate-key error where there is one to the opening. */
  async add(application: Application): Promise<void> {
    await this.applications.create(application);
  }

  /**
   * Changes an application that stands as it was read, and gives it as it is now. Throws ChangedMeanwhileError where
   * it does not, NotPossibleError where there is no such way, and the driver's duplicate-key error where another one
   * has an identity that is to be set.
   */
  async move(
    read: Application,
    { to, who = 'service', by, note = null, taskRunId, at, set = {} }: Move,
  ): Promise<Application> {
    const from = who === 'service' ? read.status : standingOf(read, at);
    if (!canMove(from, to, who)) throw new NotPossibleError(read._id, from, to, byHandFrom(from));
    const event = { at, from, to, by, note, taskRunId };
    const changed = await this.applications
      .findOneAndUpdate(
        { _id: read._id, userId: read.userId, revision: read.revision },
        {
          $set: { ...set, status: to, updatedAt: at },
          $inc: { revision: 1 },
          $push: { history: { $each: [event], $slice: -LONGEST_HISTORY } },
        },
        { returnDocument: 'after' },
      )
      .lean<Application>()
      .exec();
    if (!changed) throw new ChangedMeanwhileError(read._id);
    return changed;
  }

  /** Changes fields that are no part of how an application stands. */
  async set(read: Application, set: Partial<Application>): Promise<void> {
    const { matchedCount } = await this.applications
      .updateOne(
        { _id: read._id, userId: read.userId, revision: read.revision },
        { $set: set, $inc: { revision: 1 } },
      )
      .exec();
    if (matchedCount === 0) throw new ChangedMeanwhileError(read._id);
  }

  async list(
    input: ListApplicationsInput,
    userId: string,
    withTest: boolean,
  ): Promise<ListApplicationsOutput> {
    const { status, channel, company, jobId, jobIds, from, to, sort, limit, cursor } = withoutNulls(input);
    const prepared = { ...(from ? { $gte: new Date(from) } : {}), ...(to ? { $lt: new Date(to) } : {}) };
    return readPage<Application, ListApplicationsOutput['items'][number]>({
      model: this.applications,
      list: [userId, withTest, status, channel, company, jobId, jobIds, from, to],
      filter: {
        userId,
        testMode: withTest ? { $in: [false, true] } : false,
        ...(status === undefined ? {} : standing(status, new Date())),
        ...(channel === undefined ? {} : { channel }),
        ...(company === undefined ? {} : { company: holding(company) }),
        ...identitiesAsked(jobId, jobIds),
        ...(from || to ? { preparedAt: prepared } : {}),
      },
      sort,
      without: TEXTS,
      limit,
      cursor,
      toDto: applicationSummary,
    });
  }

  /** Keeps a file of an application; the same bytes once. */
  async keepFile(application: Pick<Application, '_id' | 'userId' | 'testMode'>, content: Buffer, at: Date) {
    const { _id: applicationId, userId, testMode } = application;
    const sha256 = sha256Of(content);
    const file = { applicationId, userId, testMode, sha256, content, createdAt: at };
    await this.files
      .updateOne({ _id: `${applicationId}/${sha256}` }, { $setOnInsert: file }, { upsert: true })
      .exec();
    return sha256;
  }

  /** Keeps a picture of an employer's form in place of the one before; no part of how an application stands. */
  async keepPicture({ _id, userId, testMode }: Pictured, png: Buffer, pageUrl: string) {
    const at = new Date();
    const sha256 = await this.keepFile({ _id, userId, testMode }, png, at);
    // Of two at once each removes the picture that it took the place of.
    const before = await this.applications
      .findOneAndUpdate(
        { _id, userId },
        { $set: { picture: { sha256, pageUrl, at } } },
        { returnDocument: 'before' },
      )
      .lean<Pick<Application, 'picture'>>()
      .exec();
    const old = before?.picture?.sha256;
    if (old && old !== sha256) await this.files.deleteOne({ _id: `${_id}/${old}`, userId }).exec();
    return sha256;
  }

  /** Gives the bytes of a file; null where the application has none by this SHA-256, or they do not fit it. */
  async file({ _id, userId }: Pick<Application, '_id' | 'userId'>, sha256: string): Promise<Buffer | null> {
    const found = await this.files.findOne({ _id: `${_id}/${sha256}`, userId }).exec();
    return found && sha256Of(found.content) === sha256 ? found.content : null;
  }
}

/** As `standingOf` has it: a sending whose time is over is ambiguous. */
function standing(status: ApplicationStatus, now: Date) {
  const over = { status: ApplicationStatus.sending, 'sending.until': { $lt: now } };
  if (status === ApplicationStatus.ambiguous) return { $or: [{ status }, over] };
  return status === ApplicationStatus.sending ? { status, 'sending.until': { $gte: now } } : { status };
}

const identitiesAsked = (jobId: string | undefined, jobIds: readonly string[] | undefined) => {
  const asked = [...(jobId === undefined ? [] : [{ $eq: jobId }]), ...(jobIds ? [{ $in: jobIds }] : [])];
  return asked.length === 0 ? {} : { $and: asked.map((identities) => ({ identities })) };
};
