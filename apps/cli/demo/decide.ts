import type { ApplicationDto } from '#libs/contracts';
import { outgoingLines } from '../commands/outgoing-lines.js';
import { runPath } from '../commands/tell-steered.js';
import type { GatewayClient } from '../gateway/gateway-client.js';
import { followRun } from '../runs/follow-run.js';
import type { RunEnd, SteerAnswer } from '../gateway/resources.js';
import type { Session } from '../session.js';
import type { Command } from 'commander';
import { awaitApproval } from './await-approval.js';

export interface Decided {
  readonly approved: boolean;
  /** How the run that held at the approval ended; undefined where the watching was interrupted. */
  readonly end: RunEnd | undefined;
}

/**
 * Shows exactly what would go out, asks whether it may, says so to the run that waits, and follows it to its end. Where
 * nobody is there to ask, the answer is yes: it goes no further than the demo's own mail catcher.
 */
export async function decide(
  session: Session,
  command: Command,
  gateway: GatewayClient,
  application: ApplicationDto,
): Promise<Decided> {
  const { terminal } = session;
  const { id } = application;
  session.remark(command, outgoingLines({ ...application, applicationId: id }, terminal).join('\n'));
  const { runId, which } = await awaitApproval(gateway, id);
  session.remark(
    command,
    `\nNothing goes out before you say so:\n  npx jobhunter approvals approve ${id}\n  npx jobhunter approvals decline ${id} --comment <why>\n`,
  );
  const asked = terminal.canAsk && !session.wantsJson(command);
  const approved = asked ? await terminal.confirm('Send it, to the mail catcher of this demo?') : true;
  if (!asked)
    session.remark(
      command,
      'Nobody is here to ask, so the demo approves it; its mail catcher takes the mail.',
    );
  await gateway.post<SteerAnswer>(`${runPath(runId)}/approvals/${encodeURIComponent(which)}`, { approved });
  const { end } = await followRun({
    ...{ gateway, terminal, runId, flow: 'send_application' },
    quietOutput: session.wantsJson(command),
  });
  return { approved, end };
}
