import { type Command, Option } from 'commander';
import type { TaskLogDto } from '#libs/contracts';
import { logLine } from '../runs/event-lines.js';
import type { Session } from '../session.js';
import { examples, limitOption, moreLine } from './list-options.js';

interface LogOptions {
  readonly level?: TaskLogDto['level'];
  readonly limit: number;
}

/** Adds the command that shows what one task or direct call has logged. */
export function addTaskRunLogsCommand(taskRun: Command, session: Session): void {
  examples(
    taskRun
      .command('logs')
      .description('Show what a task or direct call has logged')
      .argument('<task-run>', 'id of the task run')
      .addOption(
        new Option('--level <level>', 'this level alone').choices(['debug', 'info', 'warn', 'error']),
      )
      .addOption(limitOption(1_000))
      .action(async (id: string, { level, limit }: LogOptions, command: Command) => {
        const gateway = await session.gateway(command);
        const path = `/task-runs/${encodeURIComponent(id)}/logs`;
        const page = await gateway.list<TaskLogDto>(path, { level }, limit);
        session.answer(command, page, () => {
          if (page.items.length === 0) return 'No lines; they are kept for a while only.';
          return (
            page.items.map((line) => logLine(line, undefined, session.terminal)).join('\n') + moreLine(page)
          );
        });
      }),
    'task-run logs 01JD30 --level warn',
  );
}
