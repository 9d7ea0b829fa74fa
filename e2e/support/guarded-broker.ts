import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { ownNats, type OwnServer } from '#libs/testing';

const USERS = ['gateway', 'orchestrator', 'scraper', 'documents', 'applier', 'audit', 'operator', 'sys'];
const ACCOUNTS = path.resolve('deploy', 'nats', 'accounts.conf');

/** A broker with the users and permissions that are deployed. */
export interface GuardedBroker extends OwnServer {
  readonly passwords: Readonly<Record<string, string>>;
  /** The settings of a service that signs in under its own name. */
  envOf(user: string): NodeJS.ProcessEnv;
  /** The address with a user in it. */
  urlOf(user: string): string;
}

export async function guardedBroker(): Promise<GuardedBroker> {
  const passwords: Record<string, string> = {};
  const env: Record<string, string> = {};
  for (const user of USERS) {
    passwords[user] = `p${randomBytes(12).toString('hex')}`;
    env[`NATS_${user.toUpperCase()}_PASSWORD`] = passwords[user];
  }
  const server = await ownNats({ include: ACCOUNTS, env });
  return {
    ...server,
    passwords,
    envOf: (user) => ({ NATS_URL: server.url, NATS_USER: user, NATS_PASSWORD: passwords[user] }),
    urlOf: (user) => server.url.replace('://', `://${user}:${passwords[user]}@`),
  };
}
