import {
  ListSources,
  ScrapeJobsFlow,
  type ScrapeJobsFlowInput,
  type ScrapeJobsFlowResult,
  type SourceName,
  type SourceResult,
} from '#libs/contracts';
import { flow, type FlowContext } from '#libs/flows';
import { notify, SEARCH_TASKS } from '../tasks/index.js';

/** Searches at a time; boards have budgets of their own in the service. */
const SEARCHES_AT_ONCE = 8;
/** Asked in this order when every other source has failed: open ones that search by keyword. */
const FALLBACKS: readonly SourceName[] = ['arbeitnow', 'greenhouse'];

/** Searches every source for every keyword; one that fails leaves the others alone. */
export const scrapeJobs = flow(ScrapeJobsFlow, async (input, ctx): Promise<ScrapeJobsFlowResult> => {
  const sources = input.sources ?? (await enabledSources(ctx));
  const found = await searchAll(sources, input, ctx);

  let fallbackSource: SourceName | null = null;
  if (found.every(({ success }) => !success)) {
    fallbackSource = FALLBACKS.find((source) => !sources.includes(source)) ?? null;
    if (fallbackSource) found.push(...(await searchAll([fallbackSource], input, ctx)));
  }

  const result: ScrapeJobsFlowResult = {
    success: found.some(({ success }) => success),
    jobsCreated: found.reduce((sum, { jobsCreated }) => sum + jobsCreated, 0),
    jobIds: [...new Set(found.flatMap(({ jobIds }) => jobIds))],
    sources: found,
    fallbackSource,
  };
  if (input.notify) await tell(result, input, ctx);
  if (!result.success)
    throw new Error(
      `no source could be searched: ${found.map(describe).join('; ') || 'none is switched on'}`,
    );
  return result;
});

async function enabledSources(ctx: FlowContext): Promise<SourceName[]> {
  const { sources } = await ctx.task(ListSources, { enabled: true });
  return sources.filter(({ takes }) => takes.includes('query')).map(({ name }) => name as SourceName);
}

async function searchAll(
  sources: readonly SourceName[],
  input: ScrapeJobsFlowInput,
  ctx: FlowContext,
): Promise<SourceResult[]> {
  const searches = sources.flatMap((source) => input.keywords.map((keyword) => ({ source, keyword })));
  const results = await ctx.map(searches, (search) => searchOne(search, input, ctx), {
    concurrency: SEARCHES_AT_ONCE,
  });
  return sources.map((source) => {
    const own = results.filter((result) => result.source === source);
    const failed = own.filter(({ success }) => !success);
    return {
      source,
      success: failed.length < own.length,
      jobsCreated: own.reduce((sum, { jobsCreated }) => sum + jobsCreated, 0),
      jobIds: [...new Set(own.flatMap(({ jobIds }) => jobIds))],
      message: failed.length > 0 ? [...new Set(failed.map(({ message }) => message))].join('; ') : null,
    };
  });
}

async function searchOne(
  { source, keyword }: { source: SourceName; keyword: string },
  input: ScrapeJobsFlowInput,
  ctx: FlowContext,
): Promise<SourceResult> {
  const { location, limit, fetchDetails } = input;
  try {
    const { success, jobsCreated, jobIds, message } = await ctx.task(SEARCH_TASKS[source], {
      query: { keywords: [keyword], ...(location === undefined ? {} : { location }) },
      limit,
      fetchDetails,
    });
    return {
      source,
      success,
      jobsCreated,
      jobIds,
      message: success ? null : (message ?? 'it gave no reason'),
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    ctx.log.warn(`${source} could not be searched for ${keyword}`, { reason: message });
    return { source, success: false, jobsCreated: 0, jobIds: [], message };
  }
}

/** A notification that cannot be kept never fails the search. */
async function tell(
  result: ScrapeJobsFlowResult,
  input: ScrapeJobsFlowInput,
  ctx: FlowContext,
): Promise<void> {
  const { success, jobsCreated, jobIds, sources } = result;
  const searched = sources.filter((source) => source.success).map(({ source }) => source);
  const failed = sources.filter((source) => !source.success).map(({ source }) => source);
  const message = success
    ? `${jobsCreated} new openings for ${input.keywords.join(', ')}, ${jobIds.length} in all, from ${searched.join(', ')}` +
      (failed.length > 0 ? `; ${failed.join(', ')} could not be searched` : '')
    : `The search for ${input.keywords.join(', ')} found no source that answers`;
  try {
    await ctx.task(notify, {
      message,
      notificationType: success ? (failed.length > 0 ? 'warning' : 'success') : 'error',
      metadata: { flowRunId: ctx.runId, jobIds },
    });
  } catch (error) {
    ctx.log.warn('the notification was not kept', {
      reason: error instanceof Error ? error.message : String(error),
    });
  }
}

const describe = ({ source, message }: SourceResult): string => `${source}: ${message ?? 'no reason given'}`;
