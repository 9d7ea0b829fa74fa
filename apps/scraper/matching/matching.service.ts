import { Inject, Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { GetProfile } from '#libs/contracts';
import type {
  JobErrorDto,
  MatchDto,
  MatchJobInput,
  MatchJobOutput,
  MatchJobsInput,
  MatchJobsOutput,
  MatchWeights,
  MatchWeightsInput,
  PreviewScoringOutput,
  ProfileDto,
  Scorer,
} from '#libs/contracts';
import type { OperationRun } from '#libs/operations';
import { JobNotFoundError } from '../jobs/job-not-found.error.js';
import { STANDING_FOR_ITSELF } from '../jobs/job-filter.js';
import { Job } from '../jobs/job.schema.js';
import { employerKey } from '../processing/opening-keys.js';
import { processPosting } from '../processing/process-posting.js';
import { CANDIDATE_FIELDS, candidateOf } from './candidate.js';
import { countedScore, ModelScorer } from './model/model-scorer.js';
import { jobText, profileText } from './model/scoring-texts.js';
import type { ScoringText } from './model/scoring-texts.js';
import { personOf } from './person.js';
import { scoreJob } from './score-job.js';

/** Injection token of what the parts of a match count where a call does not say. */
export const MATCH_WEIGHTS = Symbol('MATCH_WEIGHTS');

const BATCH = 500;

interface Tally {
  readonly matches: MatchDto[];
  readonly errors: JobErrorDto[];
  excluded: number;
}

/** Scores jobs against the profile of the person who asks. Reads, and keeps nothing. */
@Injectable()
export class MatchingService {
  constructor(
    @InjectModel(Job.name) private readonly jobs: Model<Job>,
    @Inject(MATCH_WEIGHTS) private readonly weights: MatchWeights,
    private readonly model: ModelScorer,
  ) {}

  /** Throws JobNotFoundError, and what `get_profile` throws. */
  async matchOne({ jobId, weights, scorer }: MatchJobInput, run: OperationRun): Promise<MatchJobOutput> {
    const job = await this.job(jobId, run);
    const profile = await profileOf(run);
    const reading = job.processing ?? processPosting(job);
    const scored = scoreJob(candidateOf(job, reading), personOf(profile), this.weighted(weights), new Date());
    if (!this.asksModel(scorer)) return scored;
    const asked = [{ rules: scored.score, text: jobText(job) }];
    const [model] = await this.model.score(profileText(profile), asked, run);
    return model ? { ...scored, score: countedScore(model), model } : scored;
  }

  /** Throws JobNotFoundError, and what `get_profile` throws. */
  async preview(jobId: string, run: OperationRun): Promise<PreviewScoringOutput> {
    const job = await this.job(jobId, run);
    return { jobId, ...this.model.preview(profileText(await profileOf(run)), jobText(job)) };
  }

  /** Throws what `get_profile` throws. */
  async matchMany(input: MatchJobsInput, run: OperationRun): Promise<MatchJobsOutput> {
    const { threshold, top } = input;
    const { userId } = run.actor;
    const profile = await profileOf(run);
    const person = personOf(profile);
    const weights = this.weighted(input.weights);
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
      const { title, company, opening } = job;
      const postings = [jobId, ...(opening?.merged ?? []).map((other) => other.jobId)];
      tally.matches.push({
        ...{ jobId, title, company, score, excluded },
        ...{ employer: employerKey(company), postings },
      });
    }
    const { matches, errors } = tally;
    const sorted = [...matches].sort(byScore);
    const judged = this.asksModel(input.scorer) ? await this.judge(sorted, profile, run) : sorted;
    const best = judged.slice(0, top);
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

  private async job(jobId: string, { actor: { userId } }: OperationRun): Promise<Job> {
    const job = await this.jobs.findOne({ _id: jobId, userId }).lean<Job>().exec();
    if (!job) throw new JobNotFoundError(jobId);
    return job;
  }

  private weighted(weights: MatchWeightsInput = {}): MatchWeights {
    const said = Object.entries(weights).filter(([, weight]) => weight !== undefined);
    return { ...this.weights, ...Object.fromEntries(said) };
  }

  /** A model that is asked for by name says at least why it is silent. */
  private asksModel(scorer: Scorer | undefined): boolean {
    return scorer === undefined ? this.model.configured : scorer === 'model';
  }

  /** Asks a model about the best by the rules, and sorts anew. */
  private async judge(
    sorted: readonly MatchDto[],
    profile: ProfileDto,
    run: OperationRun,
  ): Promise<MatchDto[]> {
    const asked = sorted.filter(({ excluded }) => !excluded).slice(0, this.model.most);
    const texts = await this.texts(
      asked.map(({ jobId }) => jobId),
      run,
    );
    const known = asked.flatMap((match) => {
      const text = texts.get(match.jobId);
      return text ? [{ match, rules: match.score, text }] : [];
    });
    const models = await this.model.score(profileText(profile), known, run);
    const judged = new Map(
      known.flatMap(({ match }, at) => {
        const model = models[at];
        return model ? [[match.jobId, { ...match, score: countedScore(model), model }] as const] : [];
      }),
    );
    return sorted.map((match) => judged.get(match.jobId) ?? match).sort(byScore);
  }

  private async texts(jobIds: string[], { actor }: OperationRun): Promise<Map<string, ScoringText>> {
    const found = await this.jobs
      .find({ _id: { $in: jobIds }, userId: actor.userId }, { title: 1, description: 1 })
      .lean<Pick<Job, '_id' | 'title' | 'description'>[]>();
    return new Map(found.map((job) => [job._id, jobText(job)]));
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

const profileOf = (run: OperationRun): Promise<ProfileDto> =>
  run.call(GetProfile, { userId: run.actor.userId });

/** What is excluded last, the best first, and equals in an order that stays. */
const byScore = (a: MatchDto, b: MatchDto): number =>
  Number(a.excluded !== null) - Number(b.excluded !== null) ||
  b.score - a.score ||
  (a.jobId < b.jobId ? -1 : 1);
