import { HaltError } from './errors.js';

/** A setting of the environment is missing or makes no sense. */
export class EnvironmentError extends HaltError {
  constructor(readonly problems: readonly string[]) {
    super('operation/bad-environment', `the environment is not right: ${problems.join('; ')}`);
  }
}

export interface ServiceEnv {
  readonly natsUrl: string;
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

/**
 * Reads what every service needs to know: `NATS_URL` (several servers with commas), `MONGODB_URI` (only asked for
 * where `mongo` is set; empty otherwise), `SHUTDOWN_GRACE_MS` (10,000 by default), `ACK_WAIT_MS` and `NATS_REPLICAS`.
 * Throws EnvironmentError that names each bad value.
 */
export function readServiceEnv(
  env: Environment = process.env,
  needs: { readonly mongo?: boolean } = {},
): ServiceEnv {
  const problems: string[] = [];
  const natsUrl = env['NATS_URL'] ?? '';
  const mongoUri = env['MONGODB_URI'] ?? '';
  const grace = env['SHUTDOWN_GRACE_MS'];
  if (natsUrl === '') problems.push('NATS_URL is missing; expected something like nats://127.0.0.1:4222');
  else if (!natsUrl.split(',').every(isNatsUrl))
    problems.push(
      `NATS_URL is ${shown(natsUrl)}; expected nats://host:port, several of them separated by commas`,
    );
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

/** Addresses may hold a password. */
function shown(value: string): string {
  return JSON.stringify(value.replace(/\/\/[^@/]*@/g, '//***@'));
}
