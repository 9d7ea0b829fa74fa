import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { jetStreamBuckets } from '#libs/key-values';
import { Catalog } from '#libs/operations';
import { brokerTrouble, connectRunLog } from '#libs/run-log';
import type { BrokerAccess } from '#libs/run-log';
import type { Environment } from '#libs/secrets';
import { asService, createLogger } from '#libs/telemetry';
import type { Hosted, LogLevel } from '#libs/telemetry';
import { serveDocs } from './docs/serve-docs.js';
import { GatewayLife } from './health/gateway-life.js';
import { GatewayModule } from './gateway.module.js';
import { HookSecrets } from './hooks/hook-secrets.js';
import { httpAdapter } from './http/adapter.js';
import { corsFor } from './http/cors.js';
import { namesFor } from './http/host-names.js';
import { listen } from './http/listen.js';
import { RouteTable } from './http/route-table.js';
import { assertClosed, openAccess } from './identity/access.js';
import { DEFAULT_RATE_LIMITS, RateLimits } from './limits/rate-limits.js';
import type { AccessSettings } from './settings/auth-settings.js';
import type { Route } from './http/route-table.js';

export interface GatewayConfig extends AccessSettings {
  readonly natsUrl: string;
  /** How to sign in there, where the address does not say it. */
  readonly access?: BrokerAccess;
  /** Copies of the run log in a cluster. */
  readonly replicas?: number;
  /** Loopback unless said otherwise. */
  readonly host?: string;
  /** 3000 unless said otherwise; 0 takes any free one. */
  readonly port?: number;
  /**
   * Host names that requests may be meant for beside those of loopback. Without them any will do where `host` is
   * not loopback.
   */
  readonly allowedHosts?: readonly string[] | undefined;
  /** Where TRIGGER_SECRET_<NAME> is looked up, and what it refers to; without it no webhook is taken. */
  readonly hookSecrets?: Environment;
  readonly logLevel?: LogLevel;
}

export interface Gateway extends Hosted {
  readonly url: string;
  readonly port: number;
  /** What it answers to. */
  readonly routes: readonly Route[];
  /** Ends streams, lets requests in hand finish, and closes. May be called again. */
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';
const DEFAULT_PORT = 3000;

/**
 * Starts the gateway, which asks everybody for a key or token unless told otherwise. Throws LogUnavailableError when no broker answers, UnfitBrokerError when it is too old, and
 * PortInUseError when somebody else holds the port, and OpenToAllError where others would reach it without any key.
 */
export function startGateway(config: GatewayConfig): Promise<Gateway> {
  return asService('gateway', () => start(config));
}

/** Takes every step, whatever one of them throws, and throws that in the end. */
async function closeAll(steps: readonly (() => Promise<unknown>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const step of steps) await step().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw new AggregateError(failures, 'the gateway did not close cleanly');
}

async function start(config: GatewayConfig): Promise<Gateway> {
  const { host = LOOPBACK, port = DEFAULT_PORT, allowedHosts, logLevel } = config;
  const { auth = { mode: 'on' }, corsOrigins = [], trustedProxies } = config;
  assertClosed(auth, host);
  const logger = createLogger({ service: 'gateway', ...(logLevel ? { level: logLevel } : {}) });
  const routes = new RouteTable();
  const undo: (() => Promise<unknown>)[] = [];
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= closeAll(undo.reverse()));
  try {
    const log = await connectRunLog({
      servers: config.natsUrl,
      name: 'gateway',
      ...(config.access ? { access: config.access } : {}),
      ...(config.replicas === undefined ? {} : { replicas: config.replicas }),
      onReaderTrouble: (reader, error) =>
        logger.warn(`${reader}: ${error instanceof Error ? error.message : String(error)}`),
    });
    undo.push(() => log.close());
    const catalog = await Catalog.open(log.connection);
    undo.push(() => catalog.close());
    const buckets = jetStreamBuckets(log.connection);
    const access = await openAccess(auth, buckets, logger);
    undo.push(async () => access.close());
    const limits = new RateLimits({ ...DEFAULT_RATE_LIMITS, ...config.rateLimits });
    const app = await NestFactory.create<NestFastifyApplication>(
      GatewayModule.with({
        ...{ nats: log.connection, log, catalog, routes, logger },
        ...{ buckets, access, limits },
        hookSecrets: new HookSecrets(config.hookSecrets ?? {}),
      }),
      httpAdapter(routes, { names: namesFor(host, allowedHosts), limits, trustedProxies }),
      // What Nest tells of each route and module is for those who look for it.
      { bodyParser: false, logger: { ...logger, log: logger.debug }, abortOnError: false },
    );
    undo.push(() => app.close());
    // Plain HTTP on one's own machine: nothing is to be upgraded.
    app.useSecurityHeaders({
      strictTransportSecurity: false,
      contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } },
    });
    app.enableCsrfProtection({ trustedOrigins: [...corsOrigins] });
    if (corsOrigins.length > 0) app.enableCors(corsFor(corsOrigins));
    serveDocs(app, catalog);
    const taken = await listen(app, host, port);
    const url = `http://${host.includes(':') ? `[${host}]` : host}:${taken}`;
    logger.info(`listening on ${url}`);
    const checks = {
      broker: () => brokerTrouble(log.connection),
      log: () => log.info('RUN').then(() => undefined),
    };
    return {
      url,
      port: taken,
      routes: routes.list(),
      checks,
      stopping: () => app.get(GatewayLife).stopping(),
      close,
    };
  } catch (error) {
    await close().catch((left: unknown) => logger.warn(left));
    throw error;
  }
}
