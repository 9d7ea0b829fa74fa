import {
  ListApplications,
  ListApprovals,
  type ApplicationSummaryDto,
  type DailyJobHuntFlowInput,
  type HuntApplication,
  type ListApplicationsOutput,
  type MatchDto,
} from '#libs/contracts';
import { TaskFailedError, type FlowContext } from '#libs/flows';
import { generateCv, generateLetter, prepareApplication } from '../tasks/index.js';
import { MOST_DAYS } from './apply-approved.js';
import { approvalNameOf } from './send-approved.js';
import { sharesOf } from './shares-of.js';
import { sendApplication } from './send-application.flow.js';

/** As many as list_applications takes. */
const MOST_IDS = 1_000;
/** As many as it, and list_approvals, give at a time. */
const PAGE = 500;

/**
 * Leaves out the jobs to which there is an application by any posting of the opening: what a person has sent or
 * declined, or still thinks about, is not theirs to be asked again. One that is prepared counts while it waits for a
 * word, and for the day on which that may be about to begin.
 */
export async function withoutApplication(
  matches: readonly MatchDto[],
  ctx: FlowContext,
): Promise<MatchDto[]> {
  const postings = [...new Set(matches.flatMap((match) => match.postings))];
  const there = await applicationsTo(postings, ctx);
  const standing = await ctx.map(there, (application) => counts(application, ctx));
  const taken = new Set(there.flatMap(({ identities }, nth) => (standing[nth] ? identities : [])));
  return matches.filter((match) => !match.postings.some((posting) => taken.has(posting)));
}

async function applicationsTo(jobIds: readonly string[], ctx: FlowContext): Promise<ApplicationSummaryDto[]> {
  const found = new Map<string, ApplicationSummaryDto>();
  for (const share of sharesOf(jobIds, MOST_IDS)) {
    const asked = {
      jobIds: share,
      includeTest: ctx.flags.testMode,
      // By what never changes, so that none slips from one page to another.
      sort: 'preparedAt',
      limit: PAGE,
    } as const;
    let page: ListApplicationsOutput | undefined;
    do {
      const next = page?.nextCursor ? { cursor: page.nextCursor } : {};
      page = await ctx.task(ListApplications, { ...asked, ...next });
      for (const application of page.items) found.set(application.id, application);
    } while (page.nextCursor !== null);
  }
  return [...found.values()];
}

async function counts({ id, status, preparedAt }: ApplicationSummaryDto, ctx: FlowContext): Promise<boolean> {
  if (status !== 'prepared' || preparedAt > daysAgo(1, ctx)) return true;
  const { items } = await ctx.task(ListApprovals, { name: approvalNameOf(id), limit: PAGE });
  // One that was given counts for as long as the run may wait for a day on which it goes out.
  return items.some(
    (approval) =>
      approval.status === 'pending' ||
      (approval.status === 'approved' && (approval.answeredAt ?? '') > daysAgo(MOST_DAYS, ctx)),
  );
}

function daysAgo(days: number, ctx: FlowContext): string {
  const then = ctx.now();
  then.setUTCDate(then.getUTCDate() - days);
  return then.toISOString();
}

/** Keeps the best job of each employer, for two applications at once do neither of them good. */
export function oneForEachEmployer(bestFirst: readonly MatchDto[]): MatchDto[] {
  const employers = new Set<string>();
  return bestFirst.filter(({ employer }) => {
    if (employer === '') return true;
    const before = employers.size;
    return employers.add(employer).size > before;
  });
}

/**
 * Writes the documents for a job, makes the application ready, and leaves it to a run of its own, which may wait for
 * the person's word for weeks. What fails is part of the answer and leaves the other jobs alone.
 */
export async function applyTo(
  { jobId, title, company, score }: MatchDto,
  byRule: boolean,
  { cvTemplate, letterTemplate, approvalDays }: DailyJobHuntFlowInput,
  ctx: FlowContext,
): Promise<HuntApplication> {
  const made: Omit<HuntApplication, 'status'> = {
    ...{ jobId, title, company, score },
    ...{ cvId: null, letterId: null, applicationId: null, runId: null, error: null },
  };
  try {
    const { cvId } = await ctx.task(generateCv, { jobId, cvTemplate });
    made.cvId = cvId;
    const { letterId } = await ctx.task(generateLetter, { jobId, letterTemplate });
    made.letterId = letterId;
    // A dry run keeps no documents, so there is nothing to make an application of.
    if (cvId === null || letterId === null) return { ...made, status: 'dry_run' };

    const { applicationId } = await ctx.task(prepareApplication, { jobId, cvId, letterId });
    made.applicationId = applicationId;
    const input = { applicationId, byRule, approvalDays, dryRun: false };
    const { runId } = await ctx.startFlow(sendApplication, input, { key: applicationId });
    return { ...made, status: byRule ? 'by_rule' : 'waiting', runId };
  } catch (error) {
    if (!(error instanceof TaskFailedError)) throw error;
    const { code, message } = error.record;
    const status = code === 'applier/already-applied' ? 'already_applied' : 'failed';
    return { ...made, status, error: { code, message } };
  }
}
