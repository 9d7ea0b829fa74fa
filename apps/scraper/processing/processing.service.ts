import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, QueryFilter } from 'mongoose';
import { MOST_JOBS } from '#libs/contracts';
import type { JobErrorDto, ProcessJobsInput, ProcessJobsOutput } from '#libs/contracts';
import type { OperationRun } from '#libs/operations';
import { Job } from '../jobs/job.schema.js';
import type { Grouped } from './group-openings.js';
import { OpeningsStore } from './openings.store.js';
import type { Posting } from './openings.store.js';
import { processPosting, RULES_VERSION } from './process-posting.js';

interface Tally {
  readonly jobIds: string[];
  readonly errors: JobErrorDto[];
  merged: number;
  reposts: number;
  agencies: number;
}

/** Reads postings in batches: each batch is stored before the next is begun, so that a second run goes on. */
@Injectable()
export class ProcessingService {
  constructor(
    @InjectModel(Job.name) private readonly jobs: Model<Job>,
    private readonly openings: OpeningsStore,
  ) {}

  async process(input: ProcessJobsInput, run: OperationRun): Promise<ProcessJobsOutput> {
    const { dryRun } = run.flags;
    const tally: Tally = { jobIds: [], errors: [], merged: 0, reposts: 0, agencies: 0 };
    const wanted = input.jobIds ? [...new Set(input.jobIds)] : await this.newOnes(run);
    const jobIds = wanted.slice(0, MOST_JOBS);
    for (let from = 0; from < jobIds.length; from += input.batchSize) {
      run.signal.throwIfAborted();
      await this.batch(jobIds.slice(from, from + input.batchSize), tally, run);
      run.progress(Math.min(from + input.batchSize, jobIds.length), jobIds.length, 'jobs');
    }
    const { errors, merged, reposts, agencies } = tally;
    return {
      success: tally.jobIds.length > 0 || errors.length === 0,
      jobsProcessed: tally.jobIds.length,
      jobIds: tally.jobIds,
      merged,
      reposts,
      agencies,
      errors,
      more: wanted.length > jobIds.length,
      dryRun,
    };
  }

  private async newOnes({ actor: { userId }, flags: { testMode } }: OperationRun): Promise<string[]> {
    const found = await this.jobs
      .find({ userId, testMode, ...NEW }, { _id: 1 })
      .sort({ _id: 1 })
      .limit(MOST_JOBS + 1)
      .lean<{ _id: string }[]>();
    return found.map(({ _id }) => _id);
  }

  private async batch(jobIds: readonly string[], tally: Tally, run: OperationRun): Promise<void> {
    const { actor, flags } = run;
    const jobs = await this.jobs.find({ _id: { $in: [...jobIds] }, userId: actor.userId }).lean<Job[]>();
    const known = new Map(jobs.map((job) => [job._id, job]));
    const fresh = new Map<string, Posting>();
    for (const jobId of jobIds) {
      const job = known.get(jobId);
      const read = job ? readOne(job) : 'is no job of yours';
      if (typeof read === 'string') fail(tally, run, jobId, read);
      else fresh.set(jobId, read);
    }
    if (!flags.dryRun) await this.keep(fresh);
    // A job of test mode may be named outside of it: it meets its own kind only.
    for (const testMode of [false, true]) {
      const kind = [...fresh].filter(([jobId]) => known.get(jobId)?.testMode === testMode);
      if (kind.length === 0) continue;
      const owner = { userId: actor.userId, testMode };
      const groups = await this.openings.regroup(
        kind.map(([jobId]) => jobId),
        owner,
        { keep: !flags.dryRun, fresh: new Map(kind) },
      );
      for (const [jobId, posting] of kind) count(tally, posting, groups.get(jobId));
    }
    tally.jobIds.push(...fresh.keys());
  }

  private async keep(fresh: ReadonlyMap<string, Posting>): Promise<void> {
    if (fresh.size === 0) return;
    await this.jobs.bulkWrite(
      [...fresh].map(([_id, { processing }]) => ({
        updateOne: { filter: { _id }, update: { $set: { processing } } },
      })),
      { ordered: false },
    );
  }
}

/** Never processed, by older rules, or when only a part of the text was there. */
const NEW: QueryFilter<Job> = {
  $or: [
    { processing: null },
    { 'processing.version': { $lt: RULES_VERSION } },
    { 'processing.detail': 'snippet', detail: 'full' },
  ],
};

function readOne(job: Job): Posting | string {
  try {
    const reading = processPosting(job);
    const { detail } = job;
    return { ...job, processing: { ...reading, processedAt: new Date(), version: RULES_VERSION, detail } };
  } catch (error) {
    return `could not be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function fail(tally: Tally, run: OperationRun, jobId: string, message: string): void {
  tally.errors.push({ item: jobId, field: null, message });
  run.itemError({ item: jobId, message });
}

function count(tally: Tally, { processing }: Posting, group: Grouped | undefined): void {
  if (processing.agency) tally.agencies += 1;
  if (!group) return;
  if (group.merged.length > 0) tally.merged += 1;
  if (group.repostOf !== null) tally.reposts += 1;
}
