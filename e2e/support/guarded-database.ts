import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { promisify } from 'node:util';
import mongoose from 'mongoose';
import { ownMongod, type OwnServer } from '#libs/testing';

const OWNERS = ['scraper', 'documents', 'applier', 'audit'];
const SCRIPT = path.resolve('deploy', 'mongo-users.js');
const run = promisify(execFile);

/** A database with the users that are deployed. */
export interface GuardedDatabase extends OwnServer {
  readonly passwords: Readonly<Record<string, string>>;
  /** The settings of a service that signs in under its own name. */
  envOf(user: string): NodeJS.ProcessEnv;
  /** The address of the database with a user in it. */
  urlOf(user: string): string;
  /** Makes the users, or brings them in line; gives what the script prints. */
  provideUsers(): Promise<string>;
}

const secret = (): string => `p/${randomBytes(12).toString('hex')}@`;

export async function guardedDatabase(): Promise<GuardedDatabase> {
  const server = await ownMongod({ guarded: true });
  const passwords = Object.fromEntries(['root', ...OWNERS].map((name) => [name, secret()]));
  const urlOf = (user: string): string =>
    server.url.replace('://', `://${user}:${encodeURIComponent(passwords[user] ?? '')}@`);
  const provideUsers = async (): Promise<string> => {
    const env: NodeJS.ProcessEnv = {
      PATH: process.env.PATH,
      MONGODB_ADMIN_URI: `${urlOf('root')}&authSource=admin`,
    };
    for (const name of OWNERS) env[`MONGODB_${name.toUpperCase()}_PASSWORD`] = passwords[name];
    return (await run(process.execPath, [SCRIPT], { env })).stdout;
  };
  // Whoever comes from this machine may make the first user, and nothing else.
  const first = await mongoose.createConnection(server.url).asPromise();
  await first
    .getClient()
    .db('admin')
    .command({ createUser: 'root', pwd: passwords['root'], roles: ['root'] });
  await first.close();
  await provideUsers();
  return {
    ...server,
    passwords,
    urlOf,
    provideUsers,
    envOf: (user) => ({
      MONGODB_URI: server.url,
      ...(OWNERS.includes(user) ? { MONGODB_USER: user, MONGODB_PASSWORD: passwords[user] } : {}),
    }),
  };
}
