import { EnvironmentError, readServiceEnv } from '#libs/operations';
import type { GatewayConfig } from '../start-gateway.js';
import { readAccessEnv } from './access-env.js';
import { isHost, readAllowedHosts } from './allowed-hosts.js';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads NATS_URL, NATS_REPLICAS, HOST (loopback where absent), PORT (3000 where absent), ALLOWED_HOSTS
 * and who is let in. Throws EnvironmentError with a sentence for each that is wrong.
 */
export function readGatewayEnv(env: Environment): GatewayConfig {
  const problems: string[] = [];
  const reading = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof EnvironmentError)) throw error;
      problems.push(...error.problems);
      return undefined;
    }
  };
  const service = reading(() => readServiceEnv(env));
  const host = env['HOST']?.trim() || '127.0.0.1';
  const port = env['PORT']?.trim() || '3000';
  if (!isHost(host)) problems.push(`HOST is ${JSON.stringify(host)}; expected an IP address or a host name`);
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    problems.push(`PORT is ${JSON.stringify(port)}; expected a number from 0 to 65535`);
  const allowedHosts = reading(() => readAllowedHosts(env));
  const who = reading(() => readAccessEnv(env, host));
  if (!service || problems.length > 0) throw new EnvironmentError(problems);
  const { natsUrl, access, replicas } = service;
  return {
    natsUrl,
    ...(access ? { access } : {}),
    host,
    port: Number(port),
    ...(replicas === undefined ? {} : { replicas }),
    ...(allowedHosts ? { allowedHosts } : {}),
    ...who,
  };
}
