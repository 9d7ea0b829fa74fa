import { type Command, Option } from 'commander';
import type { Approval } from '../gateway/resources.js';
import type { Session } from '../session.js';
import { instant } from '../terminal/format.js';
import { oneLine } from '../terminal/plain-text.js';
import { paintStatus } from '../terminal/status-style.js';
import { table } from '../terminal/table.js';
import { examples, limitOption, moreLine } from './list-options.js';

interface ApprovalsOptions {
  readonly status: string;
  readonly flow?: string;
  readonly flowRun?: string;
  readonly limit: number;
}

const ANY = 'any';
const STATUSES = ['pending', 'approved', 'declined', 'expired', 'withdrawn', ANY];

export function addApprovalsCommand(program: Command, session: Session): void {
  examples(
    program
      .command('approvals')
      .description('List what runs ask people to approve')
      .addOption(
        new Option('--status <status>', 'approvals in this state').choices(STATUSES).default('pending'),
      )
      .option('--flow <name>', 'asked by runs of this flow')
      .option('--flow-run <id>', 'asked by this run')
      .addOption(limitOption(50))
      .action((options: ApprovalsOptions, command: Command) => list(session, options, command)),
    'approvals',
    'approvals --flow-run 01JD2Z --status any --json',
  );
}

async function list(session: Session, options: ApprovalsOptions, command: Command): Promise<void> {
  const gateway = await session.gateway(command);
  const { status, flow, flowRun: flowRunId, limit } = options;
  const query = { status: status === ANY ? undefined : status, flow, flowRunId };
  const page = await gateway.list<Approval>('/approvals', query, limit);
  session.answer(command, page, () => {
    if (page.items.length === 0) return status === 'pending' ? 'Nothing is to be approved.' : 'No approvals.';
    const [first] = page.items.filter((item) => item.status === 'pending');
    const next = first ? [`Answer one: jobhunter flow-run approve ${first.flowRunId} ${first.step}`] : [];
    return [drawApprovals(page.items, session) + moreLine(page), ...next].join('\n');
  });
}

function drawApprovals(approvals: readonly Approval[], { terminal }: Session): string {
  return table(
    [
      { head: 'FLOW RUN', value: (item) => item.flowRunId },
      { head: 'STEP', value: (item) => item.step, align: 'right' },
      { head: 'APPROVAL', value: (item) => item.name, shrink: true, max: 40 },
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
  return oneLine(typeof payload === 'string' ? payload : JSON.stringify(payload));
}
