import {
  GetApplication,
  SendApplicationFlow,
  type ApplicationDto,
  type ApplyJobOutput,
  type SendApplicationFlowInput,
  type SendApplicationFlowResult,
} from '#libs/contracts';
import { flow, TaskFailedError, type FlowContext } from '#libs/flows';
import { sendApproved, toShow, type NotApproved } from './send-approved.js';
import { sendByRule } from './send-by-rule.js';
import { tell } from './tell.js';

type Result = SendApplicationFlowResult;

/** Lets an application that is prepared go out, by the rule or by the person's word, and tells them what came of it. */
export const sendApplication = flow(SendApplicationFlow, async (input, ctx): Promise<Result> => {
  const { applicationId } = input;
  const application = await ctx.task(GetApplication, { applicationId });
  const { status, title, company, to, wentOut } = application;
  const not = (reason: NonNullable<Result['reason']>, over: Partial<Result> = {}): Result => ({
    ...{ success: false, reason, applicationId, status, error: null },
    ...over,
  });
  if (wentOut !== 'no') return not('already_applied');
  if (status !== 'prepared') return not('not_prepared');
  if (ctx.flags.dryRun) return not('dry_run');

  const about = { applicationId, title, company };
  try {
    const sent = await send(application, input, ctx);
    if ('reason' in sent) return not(sent.reason, { status: sent.status });
    const template = sent.status === 'sent' ? 'application-sent' : 'application-to-hand-in';
    const metadata = { ...about, to, applyUrl: sent.applyUrl };
    await tell({ template, notificationType: 'success', metadata }, ctx);
    return { success: true, reason: null, applicationId, status: sent.status, error: null };
  } catch (error) {
    if (!(error instanceof TaskFailedError)) throw error;
    const { code, message, disposition } = error.record;
    if (disposition === 'retry' && ctx.attempt <= SendApplicationFlow.retries) throw error;
    // It went out by another way meanwhile, so nothing has failed.
    if (code === 'applier/already-applied') return not('already_applied', { error: { code, message } });
    const metadata = { ...about, error: message };
    const template = code === 'applier/outcome-unknown' ? 'application-unknown' : 'application-failed';
    await tell({ template, notificationType: 'error', metadata }, ctx);
    return not('failed', { error: { code, message } });
  }
});

async function send(
  application: ApplicationDto,
  { byRule, approvalDays }: SendApplicationFlowInput,
  ctx: FlowContext,
): Promise<ApplyJobOutput | NotApproved> {
  const shown = toShow(application);
  const sent = byRule ? await sendByRule(shown, ctx) : null;
  if (sent) return sent;
  const { id: applicationId, title, company } = application;
  const metadata = { applicationId, title, company };
  await tell({ template: 'approval-waiting', notificationType: 'info', metadata }, ctx);
  return sendApproved(shown, approvalDays, ctx);
}
