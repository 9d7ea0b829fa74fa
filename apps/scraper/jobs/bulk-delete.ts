import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { MOST_JOBS } from '#libs/contracts';
import type { BulkDeleteJobsInput, BulkDeleteJobsOutput, JobErrorDto, JobFilters } from '#libs/contracts';
import { TerminalError } from '#libs/operations';
import type { OperationRun } from '#libs/operations';
import { OpeningsStore } from '../processing/openings.store.js';
import { jobFilter } from './job-filter.js';
import { JobChangedError, revisionOf } from './job-revision.js';
import { Job } from './job.schema.js';

/** It is not said, or said twice, which jobs are meant. */
export class UnsaidWhichError extends TerminalError {
  constructor(field: string, message: string) {
    super('jobs/which', `no job is deleted: ${field} ${message}`, [{ field, value: null, message }]);
  }
}

/** Filters meet more than one call deletes. */
export class TooManyJobsError extends TerminalError {
  constructor(filters: JobFilters) {
    const message = `meet more than ${MOST_JOBS} jobs: narrow them`;
    super('jobs/too-many', `no job is deleted: the filters ${message}`, [
      { field: 'filters', value: filters, message },
    ]);
  }
}

const BATCH = 500;

interface Found extends Pick<Job, '_id' | 'testMode' | 'opening'> {
  readonly _id: string;
}

/** Deletes many jobs of one person. */
@Injectable()
export class BulkDelete {
  constructor(
    @InjectModel(Job.name) private readonly jobs: Model<Job>,
    private readonly openings: OpeningsStore,
  ) {}

  /**
   * Throws UnsaidWhichError, TooManyJobsError, and JobChangedError where the one job is not at the expected revision;
   * what cannot be deleted is told for each.
   */
  async delete(input: BulkDeleteJobsInput, run: OperationRun): Promise<BulkDeleteJobsOutput> {
    const { dryRun } = run.flags;
    const asRead = await this.asExpected(input, run.actor.userId);
    const found = await this.find(input, run);
    const known = new Set(found.map(({ _id }) => _id));
    const errors = [...new Set(input.jobIds)].flatMap((jobId) =>
      known.has(jobId) ? [] : [notFound(jobId, run)],
    );
    const jobIds: string[] = [];
    for (let from = 0; from < found.length; from += BATCH) {
      run.signal.throwIfAborted();
      const batch = found.slice(from, from + BATCH).map(({ _id }) => _id);
      if (!dryRun) {
        const mine = { _id: { $in: batch }, userId: run.actor.userId };
        const { deletedCount } = await this.jobs.deleteMany({ ...mine, ...asRead }).exec();
        // It was written between the reading and this.
        if (asRead && deletedCount === 0) await this.asExpected(input, run.actor.userId);
      }
      jobIds.push(...batch);
      run.progress(jobIds.length, found.length, 'jobs');
    }
    if (!dryRun) await this.forget(found, run.actor.userId);
    const success = jobIds.length > 0 || errors.length === 0;
    const message = success ? null : 'none of these is a job of yours';
    return { success, jobsDeleted: jobIds.length, jobIds, errors, dryRun, message };
  }

  /** What a person must still say of the job that is named; undefined where that does not matter, or there is none. */
  private async asExpected(
    { jobIds, expectedRevision }: BulkDeleteJobsInput,
    userId: string,
  ): Promise<Pick<Job, 'status' | 'notes'> | undefined> {
    if (expectedRevision === undefined) return undefined;
    const [jobId, another] = jobIds ?? [];
    if (jobId === undefined || another !== undefined)
      throw new UnsaidWhichError('expectedRevision', 'goes with the id of one job');
    const job = await this.jobs.findOne({ _id: jobId, userId }, { status: 1, notes: 1 }).lean<Job>().exec();
    if (!job) return undefined;
    const revision = revisionOf(job);
    if (revision !== expectedRevision) throw new JobChangedError(jobId, expectedRevision, revision);
    return { status: job.status, notes: job.notes };
  }

  private async find(input: BulkDeleteJobsInput, { actor, flags }: OperationRun): Promise<Found[]> {
    const { jobIds, filters } = input;
    const { userId } = actor;
    const fields = { _id: 1, testMode: 1, opening: 1 };
    if (jobIds && filters) throw new UnsaidWhichError('filters', 'cannot stand beside jobIds');
    if (jobIds)
      return this.jobs
        .find({ _id: { $in: jobIds }, userId }, fields)
        .sort({ _id: 1 })
        .lean<Found[]>();
    if (!filters) throw new UnsaidWhichError('jobIds', 'or filters must say which');
    const named = Object.entries(filters).filter(
      ([name, value]) => name !== 'includeTest' && value !== undefined,
    );
    if (named.length === 0) throw new UnsaidWhichError('filters', 'must name at least one');
    // In a list that is no filter; here somebody may have meant one, and lose everything.
    const empty = named.find(([, value]) => value === null);
    if (empty)
      throw new UnsaidWhichError(`filters.${empty[0]}`, 'is null: leave it out, or say what is meant');
    const withTest = flags.testMode || filters.includeTest === true;
    const found = await this.jobs
      .find(jobFilter(filters, { userId, withTest }), fields)
      .sort({ _id: 1 })
      .limit(MOST_JOBS + 1)
      .lean<Found[]>();
    if (found.length > MOST_JOBS) throw new TooManyJobsError(filters);
    return found;
  }

  /** Lets the postings that were merged with deleted ones be compared without them. */
  private async forget(found: readonly Found[], userId: string): Promise<void> {
    for (const testMode of [false, true]) {
      const deleted = found.filter((job) => job.testMode === testMode);
      const mates = deleted.flatMap(({ opening }) => opening?.merged.map(({ jobId }) => jobId) ?? []);
      const left = [...new Set(mates)];
      for (let from = 0; from < left.length; from += BATCH)
        await this.openings.regroup(left.slice(from, from + BATCH), { userId, testMode }, { keep: true });
    }
  }
}

function notFound(item: string, run: OperationRun): JobErrorDto {
  const message = 'is no job of yours';
  run.itemError({ item, message });
  return { item, field: null, message };
}
