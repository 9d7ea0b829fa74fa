import { type Command, Option } from 'commander';
import { TASK_RUN_SORTS } from '#libs/contracts';
import type { TaskRunDto } from '#libs/contracts';
import type { OperationAnswer } from '../gateway/resources.js';
import { readSince } from '../parameters/since.js';
import { askerOf } from '../runs/asker.js';
import { resultLines } from '../runs/result-lines.js';
import type { Session } from '../session.js';
import { ExitCode } from '../terminal/exit-code.js';
import { count, duration, instant } from '../terminal/format.js';
import { oneLine, safeLines } from '../terminal/plain-text.js';
import { paintStatus } from '../terminal/status-style.js';
import { facts, table } from '../terminal/table.js';
import { drawAnswer } from './draw-answer.js';
import { anyOfOption, examples, limitOption, moreLine, sortOption } from './list-options.js';
import { addTaskRunLogsCommand } from './task-run-logs.js';
import { TASK_RUN_STATUSES } from './statuses.js';

interface LsOptions {
  readonly flowRun?: string;
  readonly operation?: string;
  readonly status?: readonly string[];
  readonly sort?: string;
  readonly since?: string;
  readonly direct?: boolean;
  readonly orchestrated?: boolean;
  readonly limit: number;
}

export function addTaskRunCommands(program: Command, session: Session): void {
  const taskRun = program.command('task-run').description('Look at the records of tasks and direct calls');

  examples(
    taskRun
      .command('ls')
      .description('List records, the latest first')
      .option('--flow-run <id>', 'tasks of this run')
      .option('--operation <name>', 'executions of this operation')
      .addOption(anyOfOption('--status <status>', 'records in this state', TASK_RUN_STATUSES))
      .option('--since <when>', 'made since: 30m, 1h, 7d or an ISO 8601 instant')
      .addOption(new Option('--direct', 'direct calls only').conflicts('orchestrated'))
      .option('--orchestrated', 'tasks of flows only')
      .addOption(sortOption(TASK_RUN_SORTS))
      .addOption(limitOption(20))
      .action((options: LsOptions, command: Command) => list(session, options, command)),
    'task-run ls --since 1h --status failed',
    'task-run ls --flow-run 01JD2Z --json',
  );

  examples(
    taskRun
      .command('inspect')
      .description('Show one record: attempts, input, what it made, errors')
      .argument('<task-run>', 'id of the task run')
      .action(async (id: string, _options: unknown, command: Command) => {
        const gateway = await session.gateway(command);
        const record = await gateway.get<TaskRunDto>(`/task-runs/${encodeURIComponent(id)}`);
        session.answer(command, record, () => drawTaskRun(record, session));
      }),
    'task-run inspect 01JD30',
  );

  examples(
    taskRun
      .command('replay')
      .description(
        'Run the operation again with the same input, for the user that it was for, and wait for its end',
      )
      .argument('<task-run>', 'id of the task run')
      .option('--force', 'even where the operation takes effect at most once, and may have')
      .option('--dry-run', 'write nothing and call nobody outside')
      .action(async (id: string, options: { force?: boolean; dryRun?: boolean }, command: Command) => {
        const gateway = await session.gateway(command);
        const path = `/task-runs/${encodeURIComponent(id)}/replay`;
        const answer = await gateway.post<OperationAnswer>(path, options);
        if (answer.status === 'failed') session.exitCode = ExitCode.failed;
        session.answer(command, answer, () => drawAnswer(answer, session));
      }),
    'task-run replay 01JD30',
    'task-run replay 01JD30 --dry-run',
  );
  addTaskRunLogsCommand(taskRun, session);
}

async function list(session: Session, options: LsOptions, command: Command): Promise<void> {
  const gateway = await session.gateway(command);
  const { flowRun, operation, status, since, sort, limit, direct, orchestrated } = options;
  const page = await gateway.list<TaskRunDto>(
    '/task-runs',
    {
      flowRunId: flowRun,
      operation,
      status,
      sort,
      from: since === undefined ? undefined : readSince(since, session.now()),
      orchestrated: direct ? false : orchestrated,
    },
    limit,
  );
  session.answer(command, page, () =>
    page.items.length === 0 ? 'No records.' : drawTaskRuns(page.items, session) + moreLine(page),
  );
}

export function drawTaskRuns(
  records: readonly TaskRunDto[],
  { terminal }: Pick<Session, 'terminal'>,
): string {
  return table(
    [
      { head: 'TASK RUN', value: (record) => record.id },
      { head: 'OPERATION', value: (record) => record.operationName, shrink: true },
      { head: 'STATUS', value: (record) => record.status, paint: paintStatus(terminal) },
      { head: 'TRY', value: (record) => record.attempt, align: 'right' },
      { head: 'TOOK', value: (record) => duration(record.durationMs), align: 'right' },
      { head: 'MADE', value: madeBy, shrink: true, max: 30 },
      { head: 'FLOW RUN', value: (record) => record.flowRunId },
      { head: 'ERROR', value: (record) => record.errorMessage, shrink: true, max: 50 },
      { head: 'CREATED', value: (record) => instant(record.createdAt) },
    ],
    records,
    terminal,
  );
}

function madeBy({ resultRefs }: TaskRunDto): string {
  const counts = new Map<string, number>();
  for (const { collection } of resultRefs) counts.set(collection, (counts.get(collection) ?? 0) + 1);
  return [...counts].map(([collection, n]) => count(n, oneOf(collection), collection)).join(', ');
}

/** Collections are named for the many. */
const oneOf = (collection: string): string =>
  collection
    .replace(/ies$/, 'y')
    .replace(/(?<=x|ch|sh|ss)es$/, '')
    .replace(/s$/, '');

function drawTaskRun(record: TaskRunDto, { terminal }: Session): string {
  const attempts = record.attempts.map(({ attempt, startedAt, finishedAt, error, by }) => {
    const took = startedAt && finishedAt ? duration(Date.parse(finishedAt) - Date.parse(startedAt)) : '';
    const parts = [`${attempt}.`, instant(startedAt), took, by ? `on ${by}` : '', error?.message ?? ''];
    return `  ${oneLine(parts.filter(Boolean).join('  '))}`;
  });
  const problems = record.errorList.map(({ field, item, message }) =>
    oneLine(`  ${[field ?? item, message].filter(Boolean).join(': ')}`),
  );
  return [
    facts(
      [
        ['task run', record.id],
        ['operation', `${record.operationName} of ${record.service}`],
        ['task', record.taskName ?? undefined],
        ['status', paintStatus(terminal)(record.status)],
        ['error', record.errorMessage ? oneLine(record.errorMessage) : undefined],
        ['flow run', record.flowRunId ?? 'none: a direct call'],
        ['again', record.replayOf ? `with the input of ${record.replayOf}` : undefined],
        ['run again as', record.replays?.join(', ') || undefined],
        ['called by', record.parentTaskRunId ?? undefined],
        ['by', askerOf(record.actor)],
        ['created', instant(record.createdAt)],
        ['took', duration(record.durationMs)],
        ['tags', record.tags.join(', ')],
        ['trace', record.traceId ?? undefined],
      ],
      terminal,
    ),
    ...section('input', record.inputDump ? [resultLines(record.inputDump)] : []),
    ...section('attempts', attempts),
    ...section(
      'made or touched',
      record.resultRefs.map(({ collection, documentId }) => `  ${collection} ${documentId}`),
    ),
    ...section('errors', problems),
    ...section('traceback', record.errorTraceback ? [safeLines(record.errorTraceback)] : []),
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines];
}
