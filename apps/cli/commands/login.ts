import type { Command } from 'commander';
import { GatewayClient } from '../gateway/gateway-client.js';
import type { Me } from '../gateway/resources.js';
import { findServer, isOnThisMachine, type Server } from '../servers/find-server.js';
import { changeServers, readServers } from '../servers/known-servers.js';
import type { Session } from '../session.js';
import { UsageError } from '../terminal/cli-error.js';
import { instant } from '../terminal/format.js';
import { facts } from '../terminal/table.js';
import { examples } from './list-options.js';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export function addLoginCommands(program: Command, session: Session): void {
  examples(
    program
      .command('login')
      .description('Keep the key of a server, and speak to that server from then on')
      .option('--key <->', 'read the key from standard input (-); asked for where nobody sees it, otherwise')
      .action((options: { key?: string }, command: Command) => login(session, options, command)),
    'login --url https://hunt.example',
    'login --url https://hunt.example --profile work --key - < key.txt',
  );
  examples(
    program
      .command('logout')
      .description('Forget the key of a server; the key itself lives on until `keys revoke`')
      .action((_options: unknown, command: Command) => logout(session, command)),
    'logout',
    'logout --profile work',
  );
  examples(
    program
      .command('whoami')
      .description('Tell as whom the server sees you, and what you may do there')
      .action((_options: unknown, command: Command) => whoami(session, command)),
    'whoami',
  );
}

async function login(session: Session, options: { key?: string }, command: Command): Promise<void> {
  const { profile } = command.optsWithGlobals<{ profile?: string }>();
  const { terminal } = session;
  const { url, name: known } = await whereTo(session, command);
  const name = checkedName(profile ?? known ?? nameFor(url));
  if (url.startsWith('http:') && !isOnThisMachine(url))
    terminal.note(
      `${terminal.style('yellow', 'warning:')} the key goes to ${url} as it is, and everybody on the way can read it; https:// would hide it`,
    );
  const key = await readKey(session, options.key, url);
  const me = await new GatewayClient(url, undefined, key).get<Me>('/me');
  await changeServers(terminal.env, ({ servers }) => ({
    current: name,
    servers: { ...servers, [name]: { url, key, userId: me.userId } },
  }));
  session.answer(
    command,
    { name, url, userId: me.userId, role: me.role },
    () =>
      `You are ${me.userId}${me.role === null ? '' : ` (${me.role})`} at ${url}. Commands go there from now on; \`jobhunter server use local\` brings them back.`,
  );
}

/** Makes a name of the host and the port. */
const nameFor = (url: string): string =>
  new URL(url).host.replace(/[^A-Za-z0-9._]+/g, '-').replace(/^[-._]+/, '');

/** A profile that is not known yet gets its address from --url. */
async function whereTo(session: Session, command: Command): Promise<Pick<Server, 'url' | 'name'>> {
  const { url, profile } = command.optsWithGlobals<{ url?: string; profile?: string }>();
  if (profile === undefined || url === undefined) return session.server(command);
  const { url: address } = await findServer({
    url,
    env: session.terminal.env,
    home: session.folders().home,
  });
  return { url: address, name: profile };
}

async function readKey({ terminal }: Session, said: string | undefined, url: string): Promise<string> {
  if (said !== undefined && said !== '-')
    throw new UsageError(
      '--key takes only -, which reads the key from standard input: what stands in a command line is seen by others on this machine and kept in its history',
      'jobhunter login --key - < key.txt',
    );
  if (said === undefined && !terminal.canAsk)
    throw new UsageError(
      'nobody is there to type the key',
      'give it on standard input: jobhunter login --key -',
    );
  const key =
    said === '-'
      ? (await terminal.readInput()).trim()
      : await terminal.askSecret(`Key for ${url} (not shown):`);
  if (!key)
    throw new UsageError('no key was given', 'an administrator makes one: jobhunter keys create <name>');
  return key;
}

async function logout(session: Session, command: Command): Promise<void> {
  const { env } = session.terminal;
  const { name, url } = await session.server(command);
  const { servers } = await readServers(env);
  if (name === undefined || servers[name]?.key === undefined) {
    session.answer(command, { url, loggedOut: false }, () => `No key is kept for ${url}.`);
    return;
  }
  await changeServers(env, ({ current, servers: { [name]: server, ...others } }) => ({
    current: current === name ? null : current,
    servers: server ? { ...others, [name]: { url: server.url } } : others,
  }));
  session.answer(
    command,
    { name, url, loggedOut: true },
    () => `The key for ${name} (${url}) is forgotten on this machine.`,
  );
}

async function whoami(session: Session, command: Command): Promise<void> {
  const gateway = await session.gateway(command);
  const me = await gateway.get<Me>('/me');
  session.answer(command, { ...me, url: gateway.url }, () =>
    facts(
      [
        ['server', gateway.url],
        ['user', me.userId],
        ...(me.actingUser === null ? [] : [['asked by', me.actingUser] as const]),
        ['known by', howKnown(me)],
        ...(me.role === null ? [] : [['role', me.role] as const]),
        ['may', me.permissions.join(', ') || 'nothing'],
        ...(me.expiresAt === null ? [] : [['until', instant(me.expiresAt)] as const]),
      ],
      session.terminal,
    ),
  );
}

function howKnown({ method, key }: Me): string {
  if (method === 'off') return 'nothing: the server asks nobody who they are (AUTH=off)';
  return key === null ? 'a token' : `the key ${key.id} (${key.name})`;
}

export function checkedName(name: string): string {
  if (NAME.test(name) && name !== 'local') return name;
  throw new UsageError(
    `${JSON.stringify(name)} is no name for a server: expected letters, digits, . _ or -, and not local`,
  );
}
