import { type Command, Option } from 'commander';
import type { Approval } from '../gateway/resources.js';
import type { Session } from '../session.js';
import { instant } from '../terminal/format.js';
import { oneLine } from '../terminal/plain-text.js';
import { paintStatus } from '../terminal/status-style.js';
import { table } from '../terminal/table.js';
import { answerApproval } from './answer-approval.js';
import type { AnswerOptions } from './answer-approval.js';
import { examples, limitOption, moreLine } from './list-options.js';
import { isOutgoing } from './outgoing-lines.js';
import { showApproval } from './show-approval.js';
import type { ShowOptions } from './show-approval.js';

interface LsOptions {
  readonly status: string;
  readonly flow?: string;
  readonly flowRun?: string;
  readonly limit: number;
}

const ANY = 'any';
const STATUSES = ['pending', 'approved', 'declined', 'expired', 'withdrawn', ANY];
const WHICH = 'id of the approval, of its run, or of the application that it is about';
const NAME = 'its name or step, where a run asks for several things';

export function addApprovalsCommands(program: Command, session: Session): void {
  const approvals = program
    .command('approvals')
    .description('Look at what runs ask you to approve, and approve or decline it');

  examples(
    approvals
      .command('ls', { isDefault: true })
      .description('List what runs ask people to approve; `approvals` alone does the same')
      .addOption(
        new Option('--status <status>', 'approvals in this state').choices(STATUSES).default('pending'),
      )
      .option('--flow <name>', 'asked by runs of this flow')
      .option('--flow-run <id>', 'asked by this run')
      .addOption(limitOption(50))
      .action((options: LsOptions, command: Command) => list(session, options, command)),
    'approvals',
    'approvals ls --flow-run 01JD2Z --status any --json',
  );

  examples(
    approvals
      .command('show')
      .description('Show exactly what would be done or sent if you approve')
      .argument('<which>', WHICH)
      .argument('[approval]', NAME)
      .option('--save <folder>', 'write the files that would go out into this folder, to look at them')
      .action((id: string, named: string | undefined, options: ShowOptions, command: Command) =>
        showApproval(session, { id, named }, options, command),
      ),
    'approvals show 01JD2Z.4',
    'approvals show app_1f2e --save look-at-it',
  );

  for (const [verb, approved] of [
    ['approve', true],
    ['decline', false],
  ] as const) {
    examples(
      approvals
        .command(verb)
        .description(approved ? 'Approve it: an application goes out then' : 'Decline it: nothing goes out')
        .argument('<which>', WHICH)
        .argument('[approval]', NAME)
        .option('--comment <text>', 'kept with the answer')
        .option('--payload <json>', 'for the flow: JSON or plain text, @file, or - for standard input')
        .action((id: string, named: string | undefined, options: AnswerOptions, command: Command) =>
          answerApproval(session, { id, named, approved }, options, command),
        ),
      `approvals ${verb} 01JD2Z.4`,
      `approvals ${verb} app_1f2e --comment "${approved ? 'looks good' : 'wrong city'}"`,
    );
  }
}

async function list(session: Session, options: LsOptions, command: Command): Promise<void> {
  const gateway = await session.gateway(command);
  const { status, flow, flowRun: flowRunId, limit } = options;
  const query = { status: status === ANY ? undefined : status, flow, flowRunId };
  const page = await gateway.list<Approval>('/approvals', query, limit);
  session.answer(command, page, () => {
    if (page.items.length === 0) return status === 'pending' ? 'Nothing is to be approved.' : 'No approvals.';
    const [first] = page.items.filter((item) => item.status === 'pending');
    const next = first ? [`Look at one: jobhunter approvals show ${first.flowRunId}.${first.step}`] : [];
    return [drawApprovals(page.items, session) + moreLine(page), ...next].join('\n');
  });
}

function drawApprovals(approvals: readonly Approval[], { terminal }: Session): string {
  return table(
    [
      { head: 'FLOW RUN', value: (item) => item.flowRunId },
      { head: 'STEP', value: (item) => item.step, align: 'right' },
      { head: 'APPROVAL', value: (item) => item.name, shrink: true, max: 48 },
      { head: 'FLOW', value: (item) => item.flow, shrink: true },
      { head: 'STATUS', value: (item) => item.status, paint: paintStatus(terminal) },
      { head: 'WHAT', value: (item) => brief(item.payload), shrink: true, max: 60 },
      { head: 'FOR', value: (item) => item.approvers?.join(', '), shrink: true, max: 30 },
      { head: 'ASKED', value: (item) => instant(item.requestedAt) },
      { head: 'UNTIL', value: (item) => instant(item.dueAt) },
      { head: 'OTHERWISE', value: (item) => (item.status === 'pending' ? item.otherwise : null) },
      { head: 'BY', value: (item) => item.answeredBy?.userId, shrink: true, max: 20 },
      { head: 'COMMENT', value: (item) => item.comment, shrink: true, max: 40 },
    ],
    approvals,
    terminal,
  );
}

function brief(payload: unknown): string {
  if (payload === undefined || payload === null) return '';
  if (isOutgoing(payload)) {
    const doubts = payload.warnings.length;
    const where = payload.to ?? payload.applyUrl ?? payload.channel;
    return oneLine(`${doubts === 0 ? '' : `(${doubts} to look at) `}${payload.subject} → ${where}`);
  }
  return oneLine(typeof payload === 'string' ? payload : JSON.stringify(payload));
}
