import type { Command } from 'commander';
import { serverNamed } from '../servers/find-server.js';
import { changeServers, readServers } from '../servers/known-servers.js';
import type { Session } from '../session.js';
import { table } from '../terminal/table.js';
import { examples } from './list-options.js';

const LOCAL = 'local';

export function addServerCommands(program: Command, session: Session): void {
  const { env } = session.terminal;
  const server = program
    .command('server')
    .description('Choose which of the servers that you have logged in to commands speak to');

  examples(
    server
      .command('list')
      .alias('ls')
      .description('List the servers that are known on this machine')
      .action(async (_options: unknown, command: Command) => {
        const { current, servers } = await readServers(env);
        const items = Object.entries(servers).map(([name, { url, userId, key }]) => ({
          ...{ name, url, userId: userId ?? null },
          ...{ current: name === current, loggedIn: key !== undefined },
        }));
        session.answer(command, { current, items }, () =>
          items.length === 0
            ? 'None is known but the one that `up` starts. Add one: jobhunter login --url <address>'
            : table(
                [
                  { head: '', value: (item) => (item.current ? '*' : '') },
                  { head: 'NAME', value: (item) => item.name },
                  { head: 'ADDRESS', value: (item) => item.url, shrink: true },
                  { head: 'AS', value: (item) => (item.loggedIn ? (item.userId ?? '?') : 'logged out') },
                ],
                items,
                session.terminal,
              ),
        );
      }),
    'server ls',
  );

  examples(
    server
      .command('use')
      .description('Speak to one of them from now on; `local` is the one that `up` starts')
      .argument('<name>', 'its name, or local')
      .action(async (name: string, _options: unknown, command: Command) => {
        const { current, servers } = await changeServers(env, (known) => {
          if (name !== LOCAL) serverNamed(name, known);
          return { ...known, current: name === LOCAL ? null : name };
        });
        const url = current === null ? null : (servers[current]?.url ?? null);
        session.answer(command, { current, url }, () =>
          current === null
            ? 'Commands speak to the server that `up` starts.'
            : `Commands speak to ${current} (${url}).`,
        );
      }),
    'server use work',
    'server use local',
  );

  examples(
    server
      .command('rm')
      .description('Forget one of them and its key')
      .argument('<name>', 'its name')
      .action(async (name: string, _options: unknown, command: Command) => {
        await changeServers(env, (known) => {
          serverNamed(name, known);
          const { [name]: _gone, ...servers } = known.servers;
          return { current: known.current === name ? null : known.current, servers };
        });
        session.answer(command, { name, removed: true }, () => `${name} is forgotten.`);
      }),
    'server rm work',
  );
}
