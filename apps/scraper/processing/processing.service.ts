import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { MOST_JOBS } from '#libs/contracts';
import type {
  JobErrorDto,
  ListNewJobsInput,
  ListNewJobsOutput,
  ProcessJobsInput,
  ProcessJobsOutput,
} from '#libs/contracts';
import type { OperationRun } from '#libs/operations';
import { Job } from '../jobs/job.schema.js';
import type { StoredReading } from '../jobs/processing.schema.js';
import type { Grouped } from './group-openings.js';
import { newJobIds } from './new-jobs.js';
import { OpeningsStore } from './openings.store.js';
import type { Owner, Posting } from './openings.store.js';
import { processPosting, RULES_VERSION } from './process-posting.js';

interface Tally {
  readonly jobIds: string[];
  readonly errors: JobErrorDto[];
  merged: number;
  reposts: number;
  agencies: number;
}

/** Batches of one call that are under way at the same time. */
const LANES = 2;

/** Reads postings in batches, each of which is stored as a whole, so that a second run goes on where a first ended. */
@Injectable()
export class ProcessingService {
  constructor(
    @InjectModel(Job.name) private readonly jobs: Model<Job>,
    private readonly openings: OpeningsStore,
  ) {}

  /** Gives what is new, page by page. */
  async listNew({ limit, cursor }: ListNewJobsInput, run: OperationRun): Promise<ListNewJobsOutput> {
    const found = await newJobIds(this.jobs, ownerOf(run), { limit: limit + 1, after: cursor });
    const jobIds = found.slice(0, limit);
    return { jobIds, nextCursor: found.length > limit ? (jobIds.at(-1) ?? null) : null };
  }

  async process(input: ProcessJobsInput, run: OperationRun): Promise<ProcessJobsOutput> {
    const wanted = input.jobIds
      ? [...new Set(input.jobIds)]
      : await newJobIds(this.jobs, ownerOf(run), { limit: MOST_JOBS + 1 });
    const jobIds = wanted.slice(0, MOST_JOBS);
    const tallies = await this.batches(jobIds, input.batchSize, run);
    const sum = (count: (tally: Tally) => number): number =>
      tallies.reduce((all, tally) => all + count(tally), 0);
    const processed = tallies.flatMap((tally) => tally.jobIds);
    const errors = tallies.flatMap((tally) => tally.errors);
    return {
      success: processed.length > 0 || errors.length === 0,
      jobsProcessed: processed.length,
      jobIds: processed,
      merged: sum(({ merged }) => merged),
      reposts: sum(({ reposts }) => reposts),
      agencies: sum(({ agencies }) => agencies),
      errors,
      more: wanted.length > jobIds.length,
      dryRun: run.flags.dryRun,
    };
  }

  /** Goes over batches in a few lanes, so that one is read by the rules while another is written. */
  private async batches(jobIds: readonly string[], size: number, run: OperationRun): Promise<Tally[]> {
    const tallies: Tally[] = [];
    const stopped = new AbortController();
    const signal = AbortSignal.any([run.signal, stopped.signal]);
    let [from, done] = [0, 0];
    const lane = async (): Promise<void> => {
      while (from < jobIds.length) {
        signal.throwIfAborted();
        const [nth, batch] = [from / size, jobIds.slice(from, from + size)];
        from += size;
        tallies[nth] = await this.batch(batch, run);
        done += batch.length;
        run.progress(done, jobIds.length, 'jobs');
      }
    };
    const stop = (error: unknown): never => {
      stopped.abort(error);
      throw error;
    };
    const ends = await Promise.allSettled(Array.from({ length: LANES }, () => lane().catch(stop)));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    return tallies;
  }

  private async batch(jobIds: readonly string[], run: OperationRun): Promise<Tally> {
    const { actor, flags } = run;
    const tally: Tally = { jobIds: [], errors: [], merged: 0, reposts: 0, agencies: 0 };
    const jobs = await this.jobs
      .find({ _id: { $in: [...jobIds] }, userId: actor.userId }, UNREAD)
      .lean<Job[]>();
    const known = new Map(jobs.map((job) => [job._id, job]));
    const fresh = new Map<string, Read>();
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
    return tally;
  }

  private async keep(fresh: ReadonlyMap<string, Read>): Promise<void> {
    if (fresh.size === 0) return;
    // Straight to the driver: what the rules make is well formed, and casting it takes longer than writing it.
    const { collection, db } = this.jobs;
    await db.collection<Pick<Job, '_id' | 'processing'>>(collection.name).bulkWrite(
      [...fresh].map(([_id, { processing }]) => ({
        updateOne: {
          filter: { _id },
          update: { $set: { processing: { ...processing, version: NOT_COMPARED } } },
        },
      })),
      { ordered: false },
    );
  }
}

/** Of a reading that is stored and not yet compared: after a crash in between, the job is new again. */
const NOT_COMPARED = 0;

/** Left out where jobs are read to be processed. */
const UNREAD = { descriptionHtml: 0, processing: 0, notes: 0 } as const;

/** A posting with the whole of its reading. */
interface Read extends Posting {
  readonly processing: StoredReading;
}

const ownerOf = ({ actor: { userId }, flags: { testMode } }: OperationRun): Owner => ({ userId, testMode });

function readOne(job: Job): Read | string {
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
