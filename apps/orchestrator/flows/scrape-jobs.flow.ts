import { ScrapeJobsFlow, type ScrapeJobsFlowResult, type SourceName } from '#libs/contracts';
import { flow } from '#libs/flows';
import { NoSourceError } from './no-source.error.js';
import { enabledSources, searchAll } from './search-sources.js';
import { tell } from './tell.js';

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
  if (input.notify) await tell(noticeOf(result, input.keywords), ctx);
  if (!result.success) throw new NoSourceError(found);
  return result;
});

/** What the person is told of it. */
function noticeOf({ success, jobsCreated, jobIds, sources }: ScrapeJobsFlowResult, keywords: string[]) {
  const searched = sources.filter((source) => source.success).map(({ source }) => source);
  const failed = sources.filter((source) => !source.success).map(({ source }) => source);
  const message = success
    ? `${jobsCreated} new openings for ${keywords.join(', ')}, ${jobIds.length} in all, from ${searched.join(', ')}` +
      (failed.length > 0 ? `; ${failed.join(', ')} could not be searched` : '')
    : `The search for ${keywords.join(', ')} found no source that answers`;
  const notificationType = success ? (failed.length > 0 ? 'warning' : 'success') : 'error';
  return { message, notificationType, metadata: { jobIds } } as const;
}
