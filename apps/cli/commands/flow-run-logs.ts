import { type Command, Option } from 'commander';
import type { TaskLogDto } from '#libs/contracts';
import type { FlowRunTree } from '../gateway/resources.js';
import { logLine } from '../runs/event-lines.js';
import { followLogs } from '../runs/follow-logs.js';
import type { Session } from '../session.js';
import { ExitCode } from '../terminal/exit-code.js';
import { examples, limitOption, moreLine } from './list-options.js';

interface LogOptions {
  readonly follow?: boolean;
  readonly taskRun?: string;
  readonly level?: TaskLogDto['level'];
  readonly limit: number;
}

export function addLogsCommand(flowRun: Command, session: Session): void {
  examples(
    flowRun
      .command('logs')
      .description('Show what a run and its tasks have logged')
      .argument('<run>', 'id of the run')
      .option('-f, --follow', 'show all lines and go on until the run ends')
      .option('--task-run <id>', 'lines of this task alone')
      .addOption(
        new Option('--level <level>', 'this level alone').choices(['debug', 'info', 'warn', 'error']),
      )
      .addOption(limitOption(1_000))
      .action((id: string, options: LogOptions, command: Command) => logs(session, id, options, command)),
    'flow-run logs 01JD2Z -f',
  );
}

async function logs(session: Session, id: string, options: LogOptions, command: Command): Promise<void> {
  const gateway = await session.gateway(command);
  const { terminal } = session;
  const path = `/flow-runs/${encodeURIComponent(id)}`;
  const { level, taskRun: taskRunId, limit } = options;
  const query = { level, taskRunId };
  const draw = (line: TaskLogDto, { taskTree }: FlowRunTree): string => {
    const task = taskTree.find((one) => one.id === line.taskRunId);
    return logLine(line, task?.taskName ?? task?.operationName ?? line.taskRunId ?? undefined, terminal);
  };

  if (options.follow) {
    // As JSON one object a line, since there is no end yet to close a list with.
    const show = session.wantsJson(command) ? (line: TaskLogDto): string => JSON.stringify(line) : draw;
    return untilInterrupted(session, async (signal) => {
      const onLost = (reason: string): void => terminal.note(`${reason}; trying again`);
      const following = { gateway, path, query, signal, now: session.now, onLost };
      for await (const { run, lines } of followLogs(following)) {
        for (const line of lines) terminal.print(show(line, run));
      }
    });
  }
  const run = await gateway.get<FlowRunTree>(path);
  const page = await gateway.list<TaskLogDto>(`${path}/logs`, query, limit);
  session.answer(command, page, () => {
    if (page.items.length === 0) return 'No lines; a run keeps its lines for a while only.';
    return page.items.map((line) => draw(line, run)).join('\n') + moreLine(page);
  });
}

async function untilInterrupted(
  session: Session,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const release = session.terminal.onInterrupt(() => {
    session.exitCode = ExitCode.interrupted;
    stop.abort();
  });
  try {
    await work(stop.signal);
  } finally {
    release();
  }
}
