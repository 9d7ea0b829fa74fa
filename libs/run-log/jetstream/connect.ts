import { AuthorizationError, connect } from '@nats-io/transport-node';
import type { NatsConnection, NodeConnectionOptions } from '@nats-io/transport-node';
import { checkBroker } from '../broker-fitness.js';
import { withoutSecrets } from '#libs/secrets';
import { BODY_LIMITS } from '../claim-check.js';
import { LogUnavailableError, SignInRefusedError } from '../errors.js';
import { nameOf, signIn } from './access.js';
import type { BrokerAccess } from './access.js';
import { JetStreamRunLog } from './jetstream-run-log.js';
import { DEFAULTS } from './options.js';
import type { JetStreamOptions } from './options.js';

const RECONNECT_MS = 250;

/**
 * Connects to the broker, checks that it is fit, makes the streams where they are missing, and returns the run log.
 * Throws LogUnavailableError when the broker does not answer in time, SignInRefusedError when it does not let this
 * process in, NotPermittedError when it does not let it do what it must, and UnfitBrokerError when it is too old or
 * does not keep a setting.
 */
export async function connectRunLog(options: JetStreamOptions): Promise<JetStreamRunLog> {
  const connection = options.connection ?? (await reach(options));
  const log = new JetStreamRunLog(connection, options);
  try {
    if (connection.info) checkBroker(connection.info, options.bodyLimits ?? BODY_LIMITS);
    await log.setUp();
    return log;
  } catch (error) {
    await log.close();
    throw error;
  }
}

/** Gives where and how to connect, for who makes a connection without a run log. Throws where a secret cannot be read. */
export function brokerOptions(options: BrokerOptions): NodeConnectionOptions {
  const { servers, access } = addressOf(options);
  return {
    ...(servers === undefined ? {} : { servers }),
    ...signIn(access),
    ...(options.name === undefined ? {} : { name: options.name }),
  };
}

type BrokerOptions = Pick<JetStreamOptions, 'servers' | 'user' | 'pass' | 'access' | 'name'>;

async function reach(options: JetStreamOptions): Promise<NatsConnection> {
  const giveUpAt = performance.now() + (options.unavailableAfterMs ?? DEFAULTS.unavailableAfterMs);
  const where = brokerOptions(options);
  for (;;) {
    try {
      return await connect({
        ...where,
        timeout: options.attemptMs ?? DEFAULTS.attemptMs,
        maxReconnectAttempts: -1,
        // A password that is changed on the broker first must not end the process for good.
        ignoreAuthErrorAbort: true,
        reconnectTimeWait: RECONNECT_MS,
        pingInterval: 20_000,
        noAsyncTraces: true,
      });
    } catch (cause) {
      if (performance.now() + RECONNECT_MS >= giveUpAt)
        throw cause instanceof AuthorizationError
          ? new SignInRefusedError(nameOf(addressOf(options).access), { cause })
          : new LogUnavailableError('connecting', { cause });
      await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
    }
  }
}

/** The client takes addresses and credentials apart from each other. */
function addressOf({ servers, user, pass, access = {} }: BrokerOptions): {
  servers?: string[];
  access: BrokerAccess;
} {
  const urls = (typeof servers === 'string' ? servers.split(',') : (servers ?? [])).map(urlOf);
  const named = urls.find((url) => url.username !== '');
  const said: BrokerAccess =
    user !== undefined
      ? { user, password: pass ?? '' }
      : named
        ? { user: decodeURIComponent(named.username), password: decodeURIComponent(named.password) }
        : {};
  const tls = urls.some(({ protocol }) => protocol === 'tls:') ? { tls: {} } : {};
  return {
    ...(servers === undefined ? {} : { servers: urls.map(({ host }) => host) }),
    access: { ...tls, ...(access.credentialsFile === undefined ? said : {}), ...access },
  };
}

/** The client's own error would show the whole address, and a password with it. */
function urlOf(server: string): URL {
  const text = server.includes('://') ? server.trim() : `nats://${server.trim()}`;
  if (URL.canParse(text)) return new URL(text);
  throw new TypeError(`${JSON.stringify(withoutSecrets(text))} is no address of a broker`);
}
