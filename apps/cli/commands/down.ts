import type { Command } from 'commander';
import { isAlive, stopProcess, stopServers } from '#libs/local-stack';
import { readInstance } from '../platform/instance.js';
import type { Session } from '../session.js';
import { FailedError } from '../terminal/cli-error.js';
import { examples } from './list-options.js';

/** Longer than services take to finish what they have in hand. */
const GRACE_MS = 45_000;

export function addDownCommand(program: Command, session: Session): void {
  examples(
    program
      .command('down')
      .description('Stop what `up` started: the services, then broker and database')
      .action(async (_options: unknown, command: Command) => {
        const { home } = session.folders();
        const instance = await readInstance(home);
        if (instance !== undefined) {
          session.terminal.note(`stopping the services (process ${instance.pid})`);
          await stopProcess(instance, GRACE_MS);
          if (await isAlive(instance)) {
            throw new FailedError(`process ${instance.pid} does not end`, `see ${instance.logFile}`);
          }
        }
        // Usually gone with the process that answers for them; after a crash they live on.
        const servers = await stopServers(home);
        const stopped = [...(instance === undefined ? [] : [...instance.services]), ...servers];
        session.answer(command, { stopped }, () =>
          instance === undefined && servers.length === 0
            ? 'Nothing is running.'
            : `Stopped: ${stopped.join(', ')}. The data is kept.`,
        );
      }),
    'down',
  );
}
