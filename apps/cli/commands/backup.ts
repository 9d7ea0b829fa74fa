import path from 'node:path';
import type { Command } from 'commander';
import { startStack } from '#libs/local-stack';
import { AlreadyRunningError, readInstance } from '../platform/instance.js';
import { serversEnv } from '../platform/servers-env.js';
import type { Session } from '../session.js';
import { FailedError, sentenceOf, UsageError } from '../terminal/cli-error.js';
import { bytes } from '../terminal/format.js';
import { examples } from './list-options.js';

/** Adds `backup` and `restore`, which speak to broker and database themselves. */
export function addBackupCommands(program: Command, session: Session): void {
  examples(
    program
      .command('backup')
      .description('Write log and database into a new folder, while everything goes on')
      .argument('<folder>', 'where nothing is yet')
      .action((folder: string, _options: unknown, command: Command) =>
        withServers(session, async (modules, servers, say) => {
          const place = path.resolve(folder);
          const { streams, collections } = await modules.backup({ ...servers, say }, place);
          const size = [...streams, ...collections].reduce((sum, file) => sum + file.bytes, 0);
          session.answer(
            command,
            { folder: place, streams: streams.length, collections: collections.length, bytes: size },
            () =>
              `${streams.length} streams and ${collections.length} collections (${bytes(size)}) are written to ${place}.`,
          );
        }),
      ),
    'backup ~/backups/today',
  );

  examples(
    program
      .command('restore')
      .description('Put a backup in place of what there is; all services must be stopped')
      .argument('<folder>', 'that `backup` has written')
      .option('--replace', 'delete the log and the database that are there')
      .action(async (folder: string, { replace = false }: { replace?: boolean }, command: Command) => {
        const instance = await readInstance(session.folders().home);
        if (instance !== undefined) throw new AlreadyRunningError(instance);
        await withServers(session, async (modules, servers, say) => {
          const { at, streams, collections } = await modules.restore(
            { ...servers, say },
            path.resolve(folder),
            {
              replace,
            },
          );
          session.answer(
            command,
            { at, streams: streams.length, collections: collections.length },
            () =>
              `The backup of ${at} is in place: ${streams.length} streams and ${collections.length} collections.\n` +
              'Next: jobhunter up, then jobhunter audit rebuild',
          );
        });
      }),
    'restore ~/backups/today --replace',
  );
}

type Modules = typeof import('#apps/audit');
type Servers = Awaited<ReturnType<Modules['openServers']>>;

/** Finds or starts broker and database, and stops what it has started. */
async function withServers(
  session: Session,
  work: (modules: Modules, servers: Servers, say: (line: string) => void) => Promise<void>,
): Promise<void> {
  const say = (line: string): void => session.terminal.note(line);
  const { env } = session.terminal;
  const [modules, { readServiceEnv }] = await Promise.all([
    import('#apps/audit'),
    import('#libs/operations'),
  ]);
  const stack = await startStack({ folders: session.folders(), env, say });
  try {
    const servers = await modules.openServers(readServiceEnv(serversEnv(env, stack), { mongo: true }));
    try {
      await work(modules, servers, say);
    } finally {
      await servers.close();
    }
  } catch (error) {
    if (error instanceof modules.BackupError)
      throw new UsageError(error.message, undefined, { cause: error });
    throw new FailedError(sentenceOf(error), undefined, { cause: error });
  } finally {
    await stack.stop();
  }
}
