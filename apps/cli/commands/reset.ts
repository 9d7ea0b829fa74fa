import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { serverStatus } from '#libs/local-stack';
import { AlreadyRunningError, readInstance } from '../platform/instance.js';
import type { Session } from '../session.js';
import { FailedError, UsageError } from '../terminal/cli-error.js';
import { bytes } from '../terminal/format.js';
import { facts } from '../terminal/table.js';
import { examples } from './list-options.js';

/** What this program and the servers put under the home folder; anything else there is the person's own. */
const GOES: Readonly<Record<string, string>> = {
  nats: 'the run log: all runs and their history',
  mongo: 'the database: jobs, records, notifications',
  logs: 'log files',
  mail: 'mails that were caught instead of sent',
  demo: 'what the last demo kept',
  'nats.conf': 'the broker’s settings, written anew at each start',
  'servers.json': 'which servers were started',
  'instance.json': 'which process ran the services',
  'admin.key': 'the key of this machine’s command line',
};

export function addResetCommand(program: Command, session: Session): void {
  examples(
    program
      .command('reset')
      .description('Throw away the data of this machine; says what goes, and does it only with --yes')
      .option('--yes', 'do it')
      .action((options: { yes?: boolean }, command: Command) =>
        reset(session, options.yes ?? false, command),
      ),
    'reset',
    'reset --yes',
  );
}

async function reset(session: Session, sure: boolean, command: Command): Promise<void> {
  const { terminal } = session;
  const { home } = session.folders();
  await refuseWhileRunning(home);

  const goes = await whatGoes(home);
  const outside = ['NATS_URL', 'MONGODB_URI', 'MONGODB_URI_FILE'].filter((name) => terminal.env[name]);
  if (outside.length > 0) {
    terminal.note(`What ${outside.join(' and ')} point${outside.length > 1 ? '' : 's'} at is not touched.`);
  }
  if (goes.length === 0) {
    session.answer(command, { home, goes, done: false }, () => `There is no data under ${home}.`);
    return;
  }
  const listing = facts(
    goes.map(({ name, size, what }) => [path.join(home, name), `${bytes(size)}  ${what}`] as const),
    terminal,
  );
  if (!sure) {
    session.answer(command, { home, goes, done: false }, () => `This would go, for good:\n${listing}`);
    throw new UsageError('nothing was deleted, because --yes was not given', 'jobhunter reset --yes');
  }
  session.remark(command, `This goes, for good:\n${listing}`);
  for (const { name } of goes) await rm(path.join(home, name), { recursive: true, force: true });
  session.answer(
    command,
    { home, goes, done: true },
    () => 'Done. The next `jobhunter up` starts from nothing.',
  );
}

async function refuseWhileRunning(home: string): Promise<void> {
  for (const place of [home, path.join(home, 'demo')]) {
    const instance = await readInstance(place);
    if (instance !== undefined) throw new AlreadyRunningError(instance);
    const servers = (await serverStatus(place)).filter(({ alive }) => alive);
    if (servers.length > 0) {
      const names = servers.map(({ name, pid }) => `${name} (process ${pid})`);
      throw new FailedError(
        `${names.join(' and ')} still run${servers.length > 1 ? '' : 's'} on this data`,
        'stop it first: jobhunter down',
      );
    }
  }
}

async function whatGoes(home: string): Promise<{ name: string; size: number; what: string }[]> {
  const there = new Set(await readdir(home).catch(() => []));
  const names = Object.keys(GOES).filter((name) => there.has(name));
  return Promise.all(
    names.map(async (name) => ({ name, size: await sizeOf(path.join(home, name)), what: GOES[name] ?? '' })),
  );
}

async function sizeOf(target: string): Promise<number> {
  const about = await stat(target);
  if (!about.isDirectory()) return about.size;
  const entries = await readdir(target);
  const sizes = await Promise.all(entries.map((entry) => sizeOf(path.join(target, entry)).catch(() => 0)));
  return sizes.reduce((sum, size) => sum + size, 0);
}
