import {
  DailyJobHuntFlow,
  GetProfile,
  type DailyJobHuntFlowResult,
  type HuntApplication,
  type HuntApplicationStatus,
  type NotifyTemplate,
  type SourceResult,
} from '#libs/contracts';
import { flow, TaskFailedError, type FlowContext } from '#libs/flows';
import { applyTo, oneForEachEmployer, withoutApplication } from './hunt-application.js';
import { matchBest } from './match-best.js';
import { NoSourceError } from './no-source.error.js';
import { BATCH_SIZE, processInBatches } from './process-in-batches.js';
import { enabledSources, searchAll } from './search-sources.js';
import { tell } from './tell.js';

type Result = DailyJobHuntFlowResult;
type Reason = NonNullable<Result['reason']>;

/** How the person is told of a hunt's end, by its reason. */
const NOTICES: Readonly<Record<Reason | 'done', NotifyTemplate>> = {
  no_profile: 'no-profile',
  no_jobs_found: 'no-jobs-found',
  no_high_matches: 'no-high-matches',
  nothing_new: 'nothing-new',
  all_failed: 'hunt-summary',
  done: 'hunt-summary',
};
const UNSUCCESSFUL: readonly (Reason | null)[] = ['no_profile', 'no_jobs_found', 'all_failed'];

/** The whole hunt of a day. Nothing goes out but by the person's word or by their standing rule. */
export const dailyJobHunt = flow(
  {
    ...DailyJobHuntFlow,
    onFailure: (ctx, { error }) =>
      tell({ template: 'hunt-failed', notificationType: 'error', metadata: { error: error.message } }, ctx),
  },
  async (input, ctx): Promise<Result> => {
    const { keywords, matchThreshold, top } = input;
    const counts = { jobsScraped: 0, highMatches: 0, cvsGenerated: 0 };
    let sources: SourceResult[] = [];
    const end = async (reason: Reason | null, applications: HuntApplication[] = []): Promise<Result> => {
      const success = !UNSUCCESSFUL.includes(reason);
      const having = (status: HuntApplicationStatus): number =>
        applications.filter((application) => application.status === status).length;
      const failed = having('failed');
      const metadata = {
        ...{ keywords, matchThreshold, ...counts, failed },
        ...{ waiting: having('waiting'), byRule: having('by_rule') },
        unsearched: sources.filter((source) => !source.success).map(({ source }) => source),
      };
      const notificationType = success && failed === 0 ? 'success' : 'warning';
      await tell({ template: NOTICES[reason ?? 'done'], notificationType, metadata }, ctx);
      return { success, reason, ...counts, applications, sources: sources.map(sourceOf) };
    };

    const profile = await profileOf(ctx);
    if (profile === null) return end('no_profile');
    sources = await searchAll(input.sources ?? (await enabledSources(ctx)), input, ctx);
    if (ctx.attempt === 1 && sources.every(({ success }) => !success)) throw new NoSourceError(sources);
    const jobIds = [...new Set(sources.flatMap((source) => source.jobIds))];
    counts.jobsScraped = jobIds.length;
    // A dry run has stored nothing, so it goes on with the jobs that are there.
    if (jobIds.length === 0 && !ctx.flags.dryRun) return end('no_jobs_found');

    // What could not be processed is read while it is matched.
    await processInBatches(jobIds, BATCH_SIZE, ctx);
    const matches = await matchBest(ctx.flags.dryRun ? null : jobIds, matchThreshold, ctx);
    counts.highMatches = matches.length;
    if (matches.length === 0) return end('no_high_matches');
    const best = oneForEachEmployer(await withoutApplication(matches, ctx)).slice(0, top);
    if (best.length === 0) return end('nothing_new');

    const byRule = input.autoApply && profile.standingRule !== null;
    const applications = await ctx.map(best, (match) => applyTo(match, byRule, input, ctx));
    counts.cvsGenerated = applications.filter(({ cvId }) => cvId !== null).length;
    const data = applications.map(({ title, company, score, status }) => ({ title, company, score, status }));
    ctx.artifact({ kind: 'table', key: 'best-jobs', title: 'The best jobs', data });
    return end(applications.every(({ status }) => status === 'failed') ? 'all_failed' : null, applications);
  },
);

/** Asked first: without a profile, what is found could not be matched. */
async function profileOf(ctx: FlowContext) {
  try {
    return await ctx.task(GetProfile, {});
  } catch (error) {
    if (error instanceof TaskFailedError && error.code === 'documents/no-profile') return null;
    throw error;
  }
}

const sourceOf = ({ source, success, jobIds, jobsCreated, message }: SourceResult) => ({
  ...{ source, success, jobsFound: jobIds.length, jobsCreated, message },
});
