import type { Command } from 'commander';
import { FLOW_RUN_SORTS } from '#libs/contracts';
import type { FlowRunDto } from '#libs/contracts';
import type { FlowRunTree } from '../gateway/resources.js';
import { readSince } from '../parameters/since.js';
import { askerOf } from '../runs/asker.js';
import { resultLines } from '../runs/result-lines.js';
import { drawTree } from '../runs/tree.js';
import { nodeOfRecord } from '../runs/tree-nodes.js';
import type { Session } from '../session.js';
import { duration, instant } from '../terminal/format.js';
import { oneLine } from '../terminal/plain-text.js';
import { paintStatus } from '../terminal/status-style.js';
import { facts } from '../terminal/table.js';
import { addBulkCommand } from './bulk.js';
import { addEndOrRestartCommands } from './end-or-restart.js';
import { FLOW_RUN_STATUSES } from './statuses.js';
import { watchToTheEnd } from './flow.js';
import { addLogsCommand } from './flow-run-logs.js';
import { addPartsCommands } from './flow-run-parts.js';
import { anyOfOption, examples, limitOption, moreLine, sortOption } from './list-options.js';
import { drawRuns } from './run-table.js';
import { addSteerCommands } from './steer.js';
import { addUndoCommand } from './undo.js';

interface LsOptions {
  readonly flow?: string;
  readonly status?: readonly string[];
  readonly deployment?: string;
  readonly sort?: string;
  readonly since?: string;
  readonly tag?: string;
  readonly limit: number;
}

export function addFlowRunCommands(program: Command, session: Session): void {
  const flowRun = program.command('flow-run').description('Look at runs of flows, follow and steer them');

  examples(
    flowRun
      .command('ls')
      .description('List runs, the latest first')
      .option('--flow <name>', 'runs of this flow')
      .addOption(anyOfOption('--status <status>', 'runs in this state', FLOW_RUN_STATUSES))
      .option('--since <when>', 'runs made since: 30m, 1h, 7d or an ISO 8601 instant')
      .option('--tag <tag>', 'runs with this tag')
      .option('--deployment <id>', 'runs that the deployment of this id started')
      .addOption(sortOption(FLOW_RUN_SORTS))
      .addOption(limitOption(20))
      .action((options: LsOptions, command: Command) => list(session, options, command)),
    'flow-run ls --since 1h',
    'flow-run ls --flow scrape_jobs --status failed,halted --json',
  );

  examples(
    flowRun
      .command('inspect')
      .description('Show one run with the tree of its tasks')
      .argument('<run>', 'id of the run')
      .action((id: string, _options: unknown, command: Command) => inspect(session, id, command)),
    'flow-run inspect 01JD2Z',
  );

  addLogsCommand(flowRun, session);

  examples(
    flowRun
      .command('watch')
      .description('Watch a run until it ends; the exit code tells how it ended')
      .argument('<run>', 'id of the run')
      .option('--cancel-on-interrupt', 'Ctrl-C cancels the run')
      .action(async (id: string, options: { cancelOnInterrupt?: boolean }, command: Command) => {
        const gateway = await session.gateway(command);
        const run = await gateway.get<FlowRunDto>(`/flow-runs/${encodeURIComponent(id)}`);
        await watchToTheEnd(
          session,
          command,
          { runId: run.id, flow: run.flow },
          options.cancelOnInterrupt ?? false,
        );
      }),
    'flow-run watch 01JD2Z',
  );

  addSteerCommands(flowRun, session);
  addEndOrRestartCommands(flowRun, session);
  addUndoCommand(flowRun, session);
  addBulkCommand(flowRun, session);
  addPartsCommands(flowRun, session);
}

async function list(session: Session, options: LsOptions, command: Command): Promise<void> {
  const gateway = await session.gateway(command);
  const { flow, status, tag, deployment: deploymentId, since, sort, limit } = options;
  const from = since === undefined ? undefined : readSince(since, session.now());
  const query = { flow, status, tag, deploymentId, from, sort };
  const page = await gateway.list<FlowRunDto>('/flow-runs', query, limit);
  session.answer(command, page, () =>
    page.items.length === 0
      ? 'No runs. Start one with `jobhunter flow run <flow>`.'
      : drawRuns(page.items, session) + moreLine(page),
  );
}

async function inspect(session: Session, id: string, command: Command): Promise<void> {
  const gateway = await session.gateway(command);
  const run = await gateway.get<FlowRunTree>(`/flow-runs/${encodeURIComponent(id)}`);
  session.answer(command, run, () => drawRun(run, session));
}

/** A gateway before triggers says nothing of them. */
function triggerOf({ triggeredBy }: Partial<FlowRunTree>): string | undefined {
  if (!triggeredBy) return undefined;
  const { type, eventId, runId } = triggeredBy;
  return runId === undefined ? `${type}, event ${eventId}` : `${type}, run ${runId}`;
}

function drawRun(run: FlowRunTree, { terminal }: Session): string {
  const { metadata } = run;
  const flags = (['dryRun', 'testMode', 'verbose'] as const).filter((flag) => metadata[flag]).join(', ');
  return [
    facts(
      [
        ['run', run.id],
        ['flow', `${run.flow}${run.version === null ? '' : ` (version ${run.version})`}`],
        ['status', paintStatus(terminal)(run.status)],
        ['error', run.error ? oneLine(`${run.error.message} (${run.error.code})`) : undefined],
        ['by', askerOf(run.actor)],
        ['triggered by', triggerOf(run)],
        ['flags', flags],
        ['tags', run.tags.join(', ')],
        ['parameters', resultLines(run.parameters)],
        ['attempt', run.attempt > 1 ? String(run.attempt) : undefined],
        ['created', instant(run.createdAt)],
        ['took', duration(run.durationMs)],
        ['trace', run.traceId ?? undefined],
      ],
      terminal,
    ),
    '',
    drawTree(nodeOfRecord(run), terminal),
    ...(run.taskTreeTruncated
      ? [`The tree is cut; jobhunter task-run ls --flow-run ${run.id} shows all.`]
      : []),
    ...(run.result === null || run.result === undefined ? [] : ['', 'result', resultLines(run.result)]),
  ].join('\n');
}
