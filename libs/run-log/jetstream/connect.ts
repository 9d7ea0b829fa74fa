import { connect } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import { checkBroker } from '../broker-fitness.js';
import { BODY_LIMITS } from '../claim-check.js';
import { LogUnavailableError } from '../errors.js';
import { JetStreamRunLog } from './jetstream-run-log.js';
import { DEFAULTS } from './options.js';
import type { JetStreamOptions } from './options.js';

const RECONNECT_MS = 250;

/**
 * Connects to the broker, checks that it is fit, makes the streams where they are missing, and returns the run log.
 * Throws LogUnavailableError when the broker does not answer in time, UnfitBrokerError when it is too old or does
 * not keep a setting.
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

async function reach(options: JetStreamOptions): Promise<NatsConnection> {
  const giveUpAt = performance.now() + (options.unavailableAfterMs ?? DEFAULTS.unavailableAfterMs);
  const address = addressOf(options);
  for (;;) {
    try {
      return await connect({
        ...address,
        ...(options.name === undefined ? {} : { name: options.name }),
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
        throw new LogUnavailableError('connecting', { cause });
      await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
    }
  }
}

/** The client takes addresses and credentials apart from each other. */
function addressOf({ servers, user, pass }: JetStreamOptions): {
  servers?: string[];
  user?: string;
  pass?: string;
} {
  if (servers === undefined) return {};
  const urls = (typeof servers === 'string' ? servers.split(',') : servers).map(
    (server) => new URL(server.includes('://') ? server : `nats://${server}`),
  );
  const named = urls.find((url) => url.username !== '');
  const credentials =
    user !== undefined
      ? { user, pass: pass ?? '' }
      : named && { user: decodeURIComponent(named.username), pass: decodeURIComponent(named.password) };
  return { servers: urls.map(({ host }) => host), ...credentials };
}
