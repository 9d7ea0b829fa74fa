import type { MatchDto } from '#libs/contracts';
import type { FlowContext } from '#libs/flows';
import { matchJobs } from '../tasks/index.js';
import { sharesOf } from './shares-of.js';

/** As many as match_jobs takes, and names at most. */
const MOST_IDS = 10_000;
const MOST_MATCHES = 1_000;

/** Gives the jobs that reach the threshold, the best first: of these, or of all that are there where null is given. */
export async function matchBest(
  jobIds: readonly string[] | null,
  threshold: number,
  ctx: FlowContext,
): Promise<MatchDto[]> {
  const asked = { threshold, top: MOST_MATCHES };
  const shares = jobIds === null ? [{}] : sharesOf(jobIds, MOST_IDS).map((share) => ({ jobIds: share }));
  const found = await ctx.map(shares, async (share) => {
    const { matches, highMatches } = await ctx.task(matchJobs, { ...share, ...asked });
    const high = new Set(highMatches);
    return matches.filter(({ jobId }) => high.has(jobId));
  });
  const best = new Map(found.flat().map((match) => [match.jobId, match]));
  return [...best.values()].sort((one, other) => other.score - one.score);
}
