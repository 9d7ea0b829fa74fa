import type { Command } from 'commander';
import type { SteerAnswer } from '../gateway/resources.js';
import { readJsonOrText } from '../parameters/json-or-text.js';
import type { Session } from '../session.js';
import { findApproval } from './find-approval.js';
import { runPath, tell } from './tell-steered.js';

export interface AnswerOptions {
  readonly comment?: string;
  readonly payload?: string;
}

/** Says yes or no to the approval that `id` means; see findApproval. */
export async function answerApproval(
  session: Session,
  {
    id,
    named,
    approved,
  }: { readonly id: string; readonly named?: string | undefined; readonly approved: boolean },
  { comment, payload }: AnswerOptions,
  command: Command,
): Promise<void> {
  const body = {
    approved,
    ...(comment === undefined ? {} : { comment }),
    ...(payload === undefined
      ? {}
      : { payload: await readJsonOrText('--payload', payload, session.terminal) }),
  };
  const gateway = await session.gateway(command);
  const { runId, which } = await findApproval(gateway, id, named);
  const path = `${runPath(runId)}/approvals/${encodeURIComponent(which)}`;
  const given = await gateway.post<SteerAnswer>(path, body);
  tell(session, command, given, approved ? 'It is approved' : 'It is declined');
}
