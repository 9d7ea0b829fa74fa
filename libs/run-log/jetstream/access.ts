import { readFileSync } from 'node:fs';
import { credsAuthenticator, usernamePasswordAuthenticator } from '@nats-io/transport-node';
import type { NodeConnectionOptions } from '@nats-io/transport-node';
import { readSecret } from '#libs/secrets';

/** How a process shows the broker who it is, and how it knows the broker. Plain data, so that a thread can be told. */
export interface BrokerAccess {
  readonly user?: string;
  /** The password, `env:NAME` or `file:/path`; read whenever it connects, so that it can be changed meanwhile. */
  readonly password?: string;
  /** Path of a credentials file (a JWT and its seed), in place of user and password. */
  readonly credentialsFile?: string;
  /** Where answers are listened for; `_INBOX.<user>` where a user is known. */
  readonly inboxPrefix?: string;
  /** Paths of PEM files. Where any is given, a broker that speaks no TLS is refused. */
  readonly tls?: { readonly caFile?: string; readonly certFile?: string; readonly keyFile?: string };
}

/** What the client takes of an access. */
export type SignIn = Pick<NodeConnectionOptions, 'authenticator' | 'inboxPrefix' | 'tls'>;

/** What may stand as one token of a subject. */
const TOKEN = /^[A-Za-z0-9_-]+$/;

/** Turns an access into what the client takes. Throws where a secret cannot be read. */
export function signIn({ user, password, credentialsFile, inboxPrefix, tls }: BrokerAccess): SignIn {
  const prefix = inboxPrefix ?? (user && TOKEN.test(user) ? `_INBOX.${user}` : undefined);
  const options: SignIn = {
    ...(prefix === undefined ? {} : { inboxPrefix: prefix }),
    ...(tls ? { tls: { ...tls } } : {}),
  };
  if (credentialsFile !== undefined) {
    const read = lastGood<Uint8Array>(() => readFileSync(credentialsFile));
    return { ...options, authenticator: credsAuthenticator(read) };
  }
  if (user === undefined) return options;
  const read = lastGood(() => (password ? readSecret('NATS_PASSWORD', password) : ''));
  return { ...options, authenticator: usernamePasswordAuthenticator(user, read) };
}

/**
 * Reads at once and whenever it is asked. What cannot be read a second time, in the middle of being changed, is what it
 * was: an authenticator that throws would close the connection for good.
 */
function lastGood<T>(read: () => T): () => T {
  let value = read();
  return () => {
    try {
      value = read();
    } catch {
      return value;
    }
    return value;
  };
}

/** Says who signs in, for a sentence. */
export function nameOf({ user, credentialsFile }: BrokerAccess): string {
  if (credentialsFile !== undefined) return `the holder of ${credentialsFile}`;
  return user === undefined ? 'a process without a user' : `the user ${user}`;
}
