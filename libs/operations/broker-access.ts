import { secretSetting } from '#libs/secrets';
import type { BrokerAccess } from '#libs/run-log';

type Environment = Readonly<Record<string, string | undefined>>;

const PREFIX = /^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/;

/**
 * Reads how a process signs in to the broker: `NATS_USER` with `NATS_PASSWORD` (itself, env:NAME or file:/path) or
 * `NATS_PASSWORD_FILE`; or `NATS_CREDS`, a credentials file; `NATS_INBOX_PREFIX`; and `NATS_CA`, `NATS_CERT` and
 * `NATS_KEY`, PEM files for TLS. What makes no sense is told to `problem`, without a secret.
 */
export function readBrokerAccess(
  env: Environment,
  problem: (sentence: string) => void,
): BrokerAccess | undefined {
  const said = (name: string): string | undefined => env[name]?.trim() || undefined;
  const user = said('NATS_USER');
  const credentialsFile = said('NATS_CREDS');
  const inboxPrefix = said('NATS_INBOX_PREFIX');
  const caFile = said('NATS_CA');
  const certFile = said('NATS_CERT');
  const keyFile = said('NATS_KEY');
  let password: string | undefined;
  try {
    password = secretSetting(env, 'NATS_PASSWORD');
  } catch (error) {
    problem((error as Error).message);
  }
  if (credentialsFile && (user || password))
    problem('NATS_CREDS stands beside NATS_USER or NATS_PASSWORD; expected one way to sign in');
  if (password && !user && !credentialsFile) problem('NATS_PASSWORD is set without NATS_USER');
  if (user && !password) problem('NATS_USER is set without NATS_PASSWORD or NATS_PASSWORD_FILE');
  if ((certFile === undefined) !== (keyFile === undefined))
    problem('NATS_CERT and NATS_KEY go together; one of them is missing');
  if (inboxPrefix && !PREFIX.test(inboxPrefix))
    problem(
      `NATS_INBOX_PREFIX is ${JSON.stringify(inboxPrefix)}; expected letters, digits, - and _, with dots between`,
    );
  const access: BrokerAccess = {
    ...(user ? { user } : {}),
    ...(password ? { password } : {}),
    ...(credentialsFile ? { credentialsFile } : {}),
    ...(inboxPrefix ? { inboxPrefix } : {}),
    ...(caFile || certFile || keyFile
      ? {
          tls: {
            ...(caFile ? { caFile } : {}),
            ...(certFile ? { certFile } : {}),
            ...(keyFile ? { keyFile } : {}),
          },
        }
      : {}),
  };
  return Object.keys(access).length > 0 ? access : undefined;
}
