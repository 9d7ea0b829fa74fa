import { setTimeout as pause } from 'node:timers/promises';
import { type ApprovalPlace, findApproval } from '../commands/find-approval.js';
import type { GatewayClient } from '../gateway/gateway-client.js';
import { NotFoundError } from '../terminal/cli-error.js';

const PATIENCE_MS = 30_000;
const LOOK_EVERY_MS = 100;

/** Finds the approval of an application once its run has asked for it; the list of them follows the log a moment behind. */
export async function awaitApproval(gateway: GatewayClient, applicationId: string): Promise<ApprovalPlace> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await findApproval(gateway, applicationId);
    } catch (error) {
      if (!(error instanceof NotFoundError) || performance.now() > deadline) throw error;
    }
    await pause(LOOK_EVERY_MS);
  }
}
