import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { GetProfile, MatchWeights } from '#libs/contracts';
import type {
  JobErrorDto,
  MatchDto,
  MatchJobInput,
  MatchJobOutput,
  MatchJobsInput,
  MatchJobsOutput,
} from '#libs/contracts';
import type { OperationRun } from '#libs/operations';
import { JobNotFoundError } from '../jobs/job-not-found.error.js';
import { STANDING_FOR_ITSELF } from '../jobs/job-filter.js';
import { Job } from '../jobs/job.schema.js';
import { processPosting } from '../processing/process-posting.js';
import { CANDIDATE_FIELDS, candidateOf } from './candidate.js';
import { personOf } from './person.js';
import type { Person } from './person.js';
import { scoreJob } from './score-job.js';

const BATCH = 500;

interface Tally {
  readonly matches: MatchDto[];
  readonly errors: JobErrorDto[];
  excluded: number;
}

/** Scores jobs against the profile of the person who asks. Reads, and keeps nothing. */
@Injectable()
export class MatchingService {
  constructor(@InjectModel(Job.name) private readonly jobs: Model<Job>) {}

  /** Throws JobNotFoundError, and what `get_profile` throws. */
  async matchOne({ jobId, weights }: MatchJobInput, run: OperationRun): Promise<MatchJobOutput> {
    const { userId } = run.actor;
    const job = await this.jobs.findOne({ _id: jobId, userId }).lean<Job>().exec();
    if (!job) throw new JobNotFoundError(jobId);
    const person = await this.person(run);
    const reading = job.processing ?? processPosting(job);
    return scoreJob(candidateOf(job, reading), person, weights ?? new MatchWeights(), new Date());
  }

  /** Throws what `get_profile` throws. */
  async matchMany(input: MatchJobsInput, run: OperationRun): Promise<MatchJobsOutput> {
    const { threshold, top, weights = new MatchWeights() } = input;
    const { userId } = run.actor;
    const person = await this.person(run);
    const now = new Date();
    const tally: Tally = { matches: [], errors: [], excluded: 0 };
    const which = input.jobIds
      ? { _id: { $in: await this.standing(input.jobIds, tally, run) } }
      : { testMode: run.flags.testMode, processing: { $ne: null }, ...STANDING_FOR_ITSELF };
    const cursor = this.jobs
      .find({ userId, ...which }, CANDIDATE_FIELDS)
      .lean<Job>()
      .cursor({ batchSize: BATCH });
    for await (const job of cursor) {
      run.signal.throwIfAborted();
      const reading = job.processing ?? (await this.readNow(job._id, userId));
      if (!reading) continue;
      const { jobId, score, excluded } = scoreJob(candidateOf(job, reading), person, weights, now);
      if (excluded) tally.excluded += 1;
      tally.matches.push({ jobId, score, excluded });
    }
    const { matches, errors } = tally;
    const best = [...matches].sort(byScore).slice(0, top);
    return {
      success: matches.length > 0 || errors.length === 0,
      matches: best,
      highMatches: best.flatMap(({ jobId, score, excluded }) =>
        !excluded && score >= threshold ? [jobId] : [],
      ),
      jobsMatched: matches.length,
      jobsExcluded: tally.excluded,
      errors,
      profileVersion: person.profileVersion,
    };
  }

  private async person(run: OperationRun): Promise<Person> {
    return personOf(await run.call(GetProfile, { userId: run.actor.userId }));
  }

  /** Gives the jobs that stand for these, each once. */
  private async standing(jobIds: readonly string[], tally: Tally, run: OperationRun): Promise<string[]> {
    const { userId } = run.actor;
    const found = await this.jobs
      .find({ _id: { $in: [...jobIds] }, userId }, { 'opening.canonicalJobId': 1 })
      .lean<Pick<Job, '_id' | 'opening'>[]>();
    const known = new Map(found.map(({ _id, opening }) => [_id, opening?.canonicalJobId ?? _id]));
    for (const item of new Set(jobIds))
      if (!known.has(item)) {
        const message = 'is no job of yours';
        tally.errors.push({ item, field: null, message });
        run.itemError({ item, message });
      }
    return [...new Set(known.values())];
  }

  private async readNow(jobId: string, userId: string): Promise<ReturnType<typeof processPosting> | null> {
    const job = await this.jobs.findOne({ _id: jobId, userId }).lean<Job>().exec();
    return job && processPosting(job);
  }
}

/** What is excluded last, the best first, and equals in an order that stays. */
const byScore = (a: MatchDto, b: MatchDto): number =>
  Number(a.excluded !== null) - Number(b.excluded !== null) ||
  b.score - a.score ||
  (a.jobId < b.jobId ? -1 : 1);
