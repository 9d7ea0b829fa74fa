import type { NotifyInput } from '#libs/contracts';
import type { FlowContext } from '#libs/flows';
import { notify } from '../tasks/index.js';

/** Tells the person something. A notification that cannot be kept never fails the work. */
export async function tell(
  notice: Pick<NotifyInput, 'message' | 'template' | 'metadata' | 'notificationType'>,
  ctx: FlowContext,
): Promise<void> {
  const { metadata, ...said } = notice;
  try {
    await ctx.task(notify, { ...said, metadata: { flowRunId: ctx.runId, ...metadata } });
  } catch (error) {
    ctx.log.warn('the notification was not kept', {
      reason: error instanceof Error ? error.message : String(error),
    });
  }
}
