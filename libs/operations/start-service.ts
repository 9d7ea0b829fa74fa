import { Module } from '@nestjs/common';
import type { DynamicModule, INestMicroservice, Type } from '@nestjs/common';
import { APP_FILTER, NestFactory } from '@nestjs/core';
import type { NatsConnection } from '@nats-io/transport-node';
import { connectRunLog } from '#libs/run-log';
import type { BrokerAccess, RunLog } from '#libs/run-log';
import { asService, createLogger } from '#libs/telemetry';
import type { Checks } from '#libs/telemetry';
import { Catalog } from './catalog.js';
import { ErrorsAsThrown } from './errors-as-thrown.filter.js';
import type { OperationClient } from './operation-client.js';
import { OperationRuntime } from './operation-runtime.js';
import type { RuntimeOptions } from './operation-runtime.js';
import { OperationsModule } from './operations.module.js';
import { countReaderTrouble } from './figures.js';
import { RunLogServer } from './run-log-server.js';
import { serviceChecks } from './service-checks.js';

/** A run log over a connection that others may use too. */
export type ConnectedRunLog = RunLog & { readonly connection: NatsConnection };

export interface ServiceOptions extends Pick<
  RuntimeOptions,
  | 'service'
  | 'contracts'
  | 'buckets'
  | 'authorize'
  | 'slots'
  | 'ackWaitMs'
  | 'deliveryLimit'
  | 'stopGraceMs'
  | 'graceMs'
> {
  /** The Nest module with the controllers and providers whose methods carry `@Operation`. */
  readonly module: Type | DynamicModule;
  /** The broker's address, a connection to share, or a run log to share. What is shared stays open. */
  readonly nats: string | NatsConnection | ConnectedRunLog;
  /** How to sign in at the broker's address; the address itself may say it. */
  readonly access?: BrokerAccess;
  /** Copies of the run log in a cluster, where this service makes it; 1 by default. */
  readonly replicas?: number;
  /** A catalog to share; by default the service opens its own. */
  readonly catalog?: Catalog;
  readonly logger?: RuntimeOptions['logger'];
  /** What the service needs beside the broker to do its work, such as its database. */
  readonly checks?: (app: INestMicroservice) => Checks;
  /** Global guards, interceptors and the like, set before the service takes work. */
  readonly configure?: (app: INestMicroservice) => void;
}

export interface RunningService {
  readonly app: INestMicroservice;
  readonly client: OperationClient;
  readonly catalog: Catalog;
  /** What it needs to do its work. */
  readonly checks: Checks;
  /** Stops taking work, finishes or hands back what is in hand within the grace time, and closes what it opened. */
  close(): Promise<void>;
}

@Module({})
class ServiceRoot {}

/**
 * Starts a service: connects, binds its operations, publishes them in the catalog and takes work. Many services may
 * live in one process. Throws HandlerMismatchError, LogUnavailableError or UnfitBrokerError; nothing stays open then.
 */
export function startService(options: ServiceOptions): Promise<RunningService> {
  return asService(options.service, () => start(options));
}

async function start(options: ServiceOptions): Promise<RunningService> {
  const opened: (() => Promise<void>)[] = [];
  const closeAll = async (): Promise<void> => {
    const failures: unknown[] = [];
    for (const close of opened.splice(0).reverse())
      await close().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw new AggregateError(failures, `${options.service} did not close cleanly`);
  };
  try {
    const logger = options.logger ?? createLogger({ service: options.service });
    const log = await runLogOf(options, logger, opened);
    const catalog = options.catalog ?? (await Catalog.open(log.connection));
    if (!options.catalog) opened.push(() => catalog.close());
    const runtime = new OperationRuntime({ ...options, nats: log.connection, log, catalog, logger });
    const server = new RunLogServer(runtime);
    const app = await NestFactory.createMicroservice(rootOf(options.module, runtime), {
      strategy: server,
      logger,
      abortOnError: false,
    });
    opened.push(() => app.close());
    options.configure?.(app);
    await app.listen();
    const checks = { ...serviceChecks(runtime, server), ...options.checks?.(app) };
    return { app, client: runtime.client, catalog, checks, close: closeAll };
  } catch (error) {
    await closeAll().catch((left: unknown) => void options.logger?.warn(left));
    throw error;
  }
}

async function runLogOf(
  { nats, access, service, replicas }: ServiceOptions,
  logger: NonNullable<ServiceOptions['logger']>,
  opened: (() => Promise<void>)[],
): Promise<ConnectedRunLog> {
  if (typeof nats !== 'string' && 'connection' in nats) return nats;
  const log = await connectRunLog({
    ...(typeof nats === 'string'
      ? { servers: nats, name: service, ...(access ? { access } : {}) }
      : { connection: nats }),
    ...(replicas === undefined ? {} : { replicas }),
    onUndecodable: ({ reader, subject, position, error }) =>
      void logger.error(`${reader} leaves out message ${position.seq} on ${subject}: ${error.message}`),
    onReaderTrouble: (reader, error) => {
      countReaderTrouble(reader);
      logger.warn(`${reader}: ${error instanceof Error ? error.message : String(error)}`);
    },
  });
  opened.push(() => log.close());
  return log;
}

/** Nest asks the filters of the root module last, so those of the service come before ours. */
function rootOf(module: Type | DynamicModule, runtime: OperationRuntime): DynamicModule {
  return {
    module: ServiceRoot,
    imports: [OperationsModule.register({ runtime }), module],
    providers: [{ provide: APP_FILTER, useClass: ErrorsAsThrown }],
  };
}
