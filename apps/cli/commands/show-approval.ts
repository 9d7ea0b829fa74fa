import type { Command } from 'commander';
import type { ApplicationDto } from '#libs/contracts';
import { ProblemError } from '../gateway/errors.js';
import type { GatewayClient } from '../gateway/gateway-client.js';
import type { Approval } from '../gateway/resources.js';
import type { Session } from '../session.js';
import { UsageError } from '../terminal/cli-error.js';
import { count, instant } from '../terminal/format.js';
import { oneLine, safeLines } from '../terminal/plain-text.js';
import { facts } from '../terminal/table.js';
import { findApprovalToShow } from './find-approval.js';
import { isOutgoing, outgoingLines } from './outgoing-lines.js';
import type { Outgoing } from './outgoing-lines.js';
import { saveAttachments } from './save-attachments.js';
import type { SavedFile } from './save-attachments.js';

export interface ShowOptions {
  readonly save?: string;
}

/** Shows an approval with all that it is about, and saves the files that would go out. */
export async function showApproval(
  session: Session,
  { id, named }: { readonly id: string; readonly named: string | undefined },
  { save }: ShowOptions,
  command: Command,
): Promise<void> {
  const gateway = await session.gateway(command);
  const found = await findApprovalToShow(gateway, id, named);
  const approval = await gateway.get<Approval>(`/approvals/${encodeURIComponent(found)}`);
  const { payload } = approval;
  const outgoing = isOutgoing(payload) ? payload : undefined;
  if (save !== undefined && outgoing === undefined)
    throw new UsageError(
      `--save ${save}: the approval ${found} is not about an application, so it has no files`,
    );
  const saved =
    save === undefined || outgoing === undefined ? [] : await saveAttachments(gateway, outgoing, save);
  const doubt = outgoing && approval.status === 'pending' ? await doubtAbout(gateway, outgoing) : undefined;
  const shown = {
    ...approval,
    ...(doubt === undefined ? {} : { doubt }),
    ...(save === undefined ? {} : { saved }),
  };
  session.answer(command, shown, () => draw(approval, { outgoing, doubt, saved }, session));
}

/** Tells why approving this would send nothing; undefined where it would. */
async function doubtAbout(
  gateway: GatewayClient,
  { applicationId, sha256 }: Outgoing,
): Promise<string | undefined> {
  try {
    const now = await gateway.get<ApplicationDto>(`/applications/${encodeURIComponent(applicationId)}`);
    if (now.status !== 'prepared')
      return `the application is ${now.status} by now: approving this sends nothing`;
    if (now.sha256 === sha256) return undefined;
    return 'the application was prepared anew since, with other contents: approving this sends nothing';
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return `whether the application still is what is shown cannot be told: ${error.problem.detail}`;
  }
}

interface Found {
  readonly outgoing: Outgoing | undefined;
  readonly doubt: string | undefined;
  readonly saved: readonly SavedFile[];
}

function draw(approval: Approval, { outgoing, doubt, saved }: Found, { terminal }: Session): string {
  const { flowRunId, step, payload, approvers, answeredBy, status } = approval;
  const id = `${flowRunId}.${step}`;
  const what =
    outgoing === undefined
      ? [safeLines(typeof payload === 'string' ? payload : JSON.stringify(payload ?? null, null, 2))]
      : outgoingLines(outgoing, terminal);
  return [
    terminal.style('bold', oneLine(approval.name)),
    facts(
      [
        ['approval', id],
        ['flow', oneLine(approval.flow)],
        ['status', status],
        ['for', approvers?.map(oneLine).join(', ')],
        ['asked', instant(approval.requestedAt)],
        ['until', instant(approval.dueAt)],
        ['otherwise', status === 'pending' ? (approval.otherwise ?? undefined) : undefined],
        ['by', answeredBy ? `${oneLine(answeredBy.userId)}, ${instant(approval.answeredAt)}` : undefined],
        ['comment', approval.comment ? oneLine(approval.comment) : undefined],
      ],
      terminal,
    ),
    '',
    ...(doubt === undefined ? [] : [terminal.style('yellow', `! ${oneLine(doubt)}`)]),
    ...what,
    ...saved.map(({ file, bytes }) => `Saved: ${file} (${count(bytes, 'byte')})`),
    ...(status === 'pending' ? ['', ...nextLines(id, outgoing !== undefined && saved.length === 0)] : []),
  ].join('\n');
}

const nextLines = (id: string, withFiles: boolean): string[] => [
  ...(withFiles ? [`Files:    jobhunter approvals show ${id} --save <folder>`] : []),
  `Approve:  jobhunter approvals approve ${id}`,
  `Decline:  jobhunter approvals decline ${id} --comment <why>`,
];
