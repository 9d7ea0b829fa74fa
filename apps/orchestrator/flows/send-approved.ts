import type {
  ApplicationDto,
  ApplicationStatus,
  ApplyJobOutput,
  PrepareApplicationOutput,
} from '#libs/contracts';
import { ApprovalExpiredError, TaskFailedError, type FlowContext } from '#libs/flows';
import { withdrawApplication } from '../tasks/index.js';
import { applyApproved } from './apply-approved.js';

/** Nobody let it go out. */
export interface NotApproved {
  readonly reason: 'declined' | 'approval_expired';
  /** How the application stands then, as far as that is known. */
  readonly status: ApplicationStatus;
}

type Shown = Omit<PrepareApplicationOutput, 'success' | 'dryRun' | 'taskRunId' | 'status'>;

const DAY_SECONDS = 86_400;

/** Names the approval of an application, so that it is found by it. */
export const approvalNameOf = (applicationId: string): string => `application ${applicationId}`;

/**
 * Shows the person whose application it is exactly what would go out, waits for their word, and sends just that. The
 * approval names the content by its SHA-256, and what would go out otherwise is refused by apply_job. One that is
 * declined is withdrawn; one that nobody answers stays as it is.
 */
export async function sendApproved(
  prepared: Shown,
  approvalDays: number,
  ctx: FlowContext,
): Promise<ApplyJobOutput | NotApproved> {
  const { applicationId, sha256 } = prepared;
  const options = { deadlineSeconds: approvalDays * DAY_SECONDS, approvers: [ctx.actor.userId] };
  const answer = await ctx
    .approval(approvalNameOf(applicationId), shownOf(prepared), options)
    .catch((error: unknown) => {
      if (error instanceof ApprovalExpiredError) return null;
      throw error;
    });
  if (answer === null) return { reason: 'approval_expired', status: 'prepared' };
  const { approved, by, at, comment } = answer;
  if (!approved) return { reason: 'declined', status: await withdraw(prepared, comment, ctx) };
  const said = comment === undefined ? {} : { comment };
  const approval = { kind: 'person', by: by!.userId, at: at.toISOString(), ...said } as const;
  return applyApproved({ applicationId, approvedSha256: sha256, approval }, ctx);
}

/** Gives an application as apply_job and people need it. */
export const toShow = ({ id, ...application }: ApplicationDto): Shown => ({
  applicationId: id,
  ...application,
});

const shownOf = ({
  applicationId,
  sha256,
  channel,
  from,
  replyTo,
  to,
  subject,
  text,
  attachments,
  warnings,
  applyUrl,
}: Shown): Shown => ({
  applicationId,
  sha256,
  channel,
  from,
  replyTo,
  to,
  subject,
  text,
  attachments,
  warnings,
  applyUrl,
});

/**
 * Takes just what was declined out of what could be sent, and nothing that was sent or prepared anew meanwhile. That
 * the person has declined counts, whether this succeeds or not.
 */
async function withdraw(
  { applicationId, sha256: preparedSha256 }: Shown,
  comment: string | undefined,
  ctx: FlowContext,
): Promise<ApplicationStatus> {
  try {
    const reason = comment ?? 'declined';
    return (await ctx.task(withdrawApplication, { applicationId, preparedSha256, reason })).status;
  } catch (error) {
    if (!(error instanceof TaskFailedError)) throw error;
    ctx.log.warn('the declined application was not withdrawn', { reason: error.record.message });
    return 'prepared';
  }
}
