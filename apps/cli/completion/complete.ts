import type { Command } from 'commander';
import { GatewayClient } from '../gateway/gateway-client.js';
import { findServer } from '../servers/find-server.js';
import { readServers } from '../servers/known-servers.js';
import type { Session } from '../session.js';
import { candidatesFor } from './candidates.js';
import { namesFrom } from './names.js';

/** Options that say which server is meant; what was typed so far counts before what the environment says. */
const WHERE = ['--url', '--profile', '--user'] as const;
type Where = Partial<Record<(typeof WHERE)[number], string>>;

/** Prints what may be typed next, one a line, for the script of a shell. `words` follow the program's name. */
export async function complete(session: Session, program: Command, words: readonly string[]): Promise<void> {
  const { env } = session.terminal;
  const said = whereIn(words);
  const connect = async (): Promise<GatewayClient> => {
    const { home } = session.folders();
    const { url, key } = await findServer({ url: said['--url'], profile: said['--profile'], env, home });
    return new GatewayClient(url, said['--user'] ?? (env['JOBHUNTER_USER'] || undefined), key);
  };
  const servers = async (): Promise<string[]> => Object.keys((await readServers(env)).servers);
  const found = await candidatesFor(program, words, namesFrom(connect, servers));
  if (found.length === 0) return;
  session.terminal.print(found.map(({ value, about }) => `${value}\t${about}`).join('\n'));
}

function whereIn(words: readonly string[]): Where {
  const said: Where = {};
  words.forEach((word, index) => {
    for (const flag of WHERE) {
      if (word === flag) said[flag] = words[index + 1] ?? '';
      if (word.startsWith(`${flag}=`)) said[flag] = word.slice(flag.length + 1);
    }
  });
  return said;
}
