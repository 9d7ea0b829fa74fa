import { ListSources, type SourceName, type SourceResult } from '#libs/contracts';
import type { FlowContext } from '#libs/flows';
import { SEARCH_TASKS } from '../tasks/index.js';

/** Searches at a time; boards have budgets of their own in the service. */
const SEARCHES_AT_ONCE = 8;

/** What is searched for at each source. */
export interface Search {
  readonly keywords: readonly string[];
  readonly location?: string;
  /** Of each source and keyword. */
  readonly limit: number;
  readonly fetchDetails: boolean;
}

/** Names the sources that are on and can be searched by keyword. */
export async function enabledSources(ctx: FlowContext): Promise<SourceName[]> {
  const { sources } = await ctx.task(ListSources, { enabled: true });
  return sources.filter(({ takes }) => takes.includes('query')).map(({ name }) => name as SourceName);
}

/** Searches every source for every keyword, and sums up for each source; one that fails leaves the others alone. */
export async function searchAll(
  sources: readonly SourceName[],
  input: Search,
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
  input: Search,
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
