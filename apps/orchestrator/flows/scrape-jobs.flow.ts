import {
  ScrapeJobsFlow,
  type ScrapeJobsFlowInput,
  type ScrapeJobsFlowResult,
  type SourceName,
  type SourceResult,
} from '#libs/contracts';
import { flow, type FlowContext } from '#libs/flows';
import { notify } from '../tasks/index.js';
import { enabledSources, searchAll } from './search-sources.js';

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
