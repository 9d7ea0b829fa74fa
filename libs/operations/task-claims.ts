import { randomUUID } from 'node:crypto';
import { ORCHESTRATOR_HOLDER } from '#libs/run-log';
import type { Delivery, RunLog, TaskScheduled } from '#libs/run-log';
import { toErrorRecord } from './error-record.js';
import { keepTrying } from './keep-trying.js';

export type Claimed =
  | 'ours'
  /** It was not begun in time, and the orchestrator has said so: it must not begin any more. */
  | 'too-late'
  | { readonly heldBy: string; readonly message: string };

/**
 * Takes the one claim of an attempt. Keeps trying while the log does not answer, always with the same nonce, so that a
 * claim that was stored unseen is found to be ours. Throws GaveUpError once `until` is aborted.
 */
export async function claimAttempt(
  log: Pick<RunLog, 'claim'>,
  { event, runId, trace }: Delivery<TaskScheduled>,
  holder: string,
  until: AbortSignal,
): Promise<Claimed> {
  const { taskRunId, attempt } = event;
  const nonce = randomUUID();
  try {
    await keepTrying(
      () => log.claim(runId, { type: 'TaskClaimed', taskRunId, attempt, holder, nonce }, trace),
      until,
    );
    return 'ours';
  } catch (error) {
    const { code, message } = toErrorRecord(error);
    if (code !== 'run-log/claim-taken') throw error;
    const heldBy = (error as { readonly holder?: string }).holder ?? '';
    return heldBy === ORCHESTRATOR_HOLDER ? 'too-late' : { heldBy, message };
  }
}
