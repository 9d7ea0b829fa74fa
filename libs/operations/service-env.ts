import type { BrokerAccess } from '#libs/run-log';
import { readSecret, secretSetting } from '#libs/secrets';
import { readBrokerAccess } from './broker-access.js';
import { HaltError } from './errors.js';

/** A setting of the environment is missing or makes no sense. */
export class EnvironmentError extends HaltError {
  constructor(readonly problems: readonly string[]) {
    super('operation/bad-environment', `the environment is not right: ${problems.join('; ')}`);
  }
}

export interface ServiceEnv {
  readonly natsUrl: string;
  /** How the process signs in to the broker; absent where the address says it, or nothing is needed. */
  readonly access?: BrokerAccess;
  /** Holds a password where the database wants one. */
  readonly mongoUri: string;
  readonly graceMs: number;
  /** How soon the broker hands the work of a dead process to another, in milliseconds; absent where not said. */
  readonly ackWaitMs?: number;
  /** Copies of the run log in a cluster; absent where not said. */
  readonly replicas?: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

const NATS_SCHEMES = ['nats:', 'tls:', 'ws:', 'wss:'];
const MONGO = /^mongodb(\+srv)?:\/\/[^/\s]+/;
const DEFAULT_GRACE_MS = 10_000;
/** Stands for an address that has been complained of, so that it is not called missing too. */
const UNREADABLE = 'mongodb://unreadable';

/**
 * Reads what every service needs to know: `NATS_URL` (several servers with commas) and how to sign in there (see
 * readBrokerAccess), `MONGODB_URI` with `MONGODB_USER` and `MONGODB_PASSWORD` (only asked for where `mongo` is set;
 * empty otherwise), `SHUTDOWN_GRACE_MS` (10,000 by default), `ACK_WAIT_MS` and `NATS_REPLICAS`. Throws EnvironmentError
 * that names each bad value and shows no secret.
 */
export function readServiceEnv(
  env: Environment = process.env,
  needs: { readonly mongo?: boolean } = {},
): ServiceEnv {
  const problems: string[] = [];
  const natsUrl = env['NATS_URL'] ?? '';
  const grace = env['SHUTDOWN_GRACE_MS'];
  if (natsUrl === '') problems.push('NATS_URL is missing; expected something like nats://127.0.0.1:4222');
  else if (!natsUrl.split(',').every(isNatsUrl))
    problems.push(
      `NATS_URL is ${shown(natsUrl)}; expected nats://host:port, several of them separated by commas`,
    );
  const access = readBrokerAccess(env, (sentence) => problems.push(sentence));
  const mongoUri = needs.mongo || env['MONGODB_URI'] ? readMongoUri(env, problems) : '';
  if (needs.mongo && mongoUri === '')
    problems.push('MONGODB_URI is missing; expected something like mongodb://127.0.0.1:27017/name');
  else if (mongoUri !== '' && !MONGO.test(mongoUri))
    problems.push(`MONGODB_URI is ${shown(mongoUri)}; expected mongodb://host:port/name`);
  if (grace !== undefined && !/^\d{1,7}$/.test(grace))
    problems.push(`SHUTDOWN_GRACE_MS is ${shown(grace)}; expected milliseconds`);
  const ackWait = env['ACK_WAIT_MS'];
  if (ackWait !== undefined && !/^\d{3,7}$/.test(ackWait))
    problems.push(`ACK_WAIT_MS is ${shown(ackWait)}; expected milliseconds, at least 100`);
  const replicas = env['NATS_REPLICAS'];
  if (replicas !== undefined && !/^[1-5]$/.test(replicas))
    problems.push(`NATS_REPLICAS is ${shown(replicas)}; expected a number from 1 to 5`);
  if (problems.length > 0) throw new EnvironmentError(problems);
  return {
    natsUrl,
    ...(access ? { access } : {}),
    mongoUri,
    graceMs: grace === undefined ? DEFAULT_GRACE_MS : Number(grace),
    ...(ackWait === undefined ? {} : { ackWaitMs: Number(ackWait) }),
    ...(replicas === undefined ? {} : { replicas: Number(replicas) }),
  };
}

function isNatsUrl(text: string): boolean {
  try {
    const url = new URL(text.trim());
    return NATS_SCHEMES.includes(url.protocol) && url.hostname !== '';
  } catch {
    return false;
  }
}

/** Reads the address of the database and puts user and password into it, where they stand apart. */
function readMongoUri(env: Environment, problems: string[]): string {
  try {
    const said = secretSetting(env, 'MONGODB_URI');
    const uri = said === undefined ? '' : readSecret('MONGODB_URI', said, { env });
    const user = env['MONGODB_USER']?.trim();
    const password = secretSetting(env, 'MONGODB_PASSWORD');
    if ((user === undefined || user === '') !== (password === undefined))
      throw new Error('MONGODB_USER and MONGODB_PASSWORD go together; one of them is missing');
    if (!user || password === undefined || uri === '') return uri;
    if (/^[a-z+]+:\/\/[^/]*@/.test(uri))
      throw new Error('MONGODB_URI names a user already; expected none beside MONGODB_USER');
    const secret = readSecret('MONGODB_PASSWORD', password, { env });
    return uri.replace('://', `://${encodeURIComponent(user)}:${encodeURIComponent(secret)}@`);
  } catch (error) {
    problems.push((error as Error).message);
    return UNREADABLE;
  }
}

/** Addresses may hold a password, and one that makes no sense may hold it anywhere before an at-sign. */
const shown = (value: string): string => JSON.stringify(value.replace(/^([a-z+]+:\/\/)?.*@/is, '$1***@'));
