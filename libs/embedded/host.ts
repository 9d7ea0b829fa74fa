import 'reflect-metadata';
import type { LoggerService } from '@nestjs/common';
import { DeploymentClient } from '#libs/deployments';
import { closeInTurn, hostFlows, type Closable } from '#libs/flow-host';
import { FlowClient, type FlowRegistry } from '#libs/flows';
import { Catalog, OperationClient, startService } from '#libs/operations';
import { connectRunLog, type BrokerAccess } from '#libs/run-log';
import { createLogger } from '#libs/telemetry';
import { findBroker } from './find-broker.js';
import type { ServicePlan } from './hosted-services.js';

export interface HostOptions {
  readonly registry: FlowRegistry;
  readonly plans: readonly ServicePlan[];
  readonly natsUrl?: string;
  readonly access?: BrokerAccess;
  readonly home?: string;
  readonly unavailableAfterMs?: number;
  readonly logger?: LoggerService;
  readonly replayAlways?: boolean;
}

/** What a program has of all that runs. */
export interface Hosted {
  readonly flows: FlowClient;
  readonly deployments: DeploymentClient;
  readonly operations: OperationClient;
  close(): Promise<void>;
}

/** Starts broker, services and engine over one connection. When one of them fails, the others are closed again. */
export async function host(options: HostOptions): Promise<Hosted> {
  const { registry, plans, natsUrl, access, home, unavailableAfterMs, replayAlways = false } = options;
  const opened: Closable[] = [];
  const keep = <T extends Closable>(part: T): T => {
    opened.push(part);
    return part;
  };
  const loggerOf = (service: string) => options.logger ?? quietLogger(service);
  const logger = loggerOf('orchestrator');
  const say = (line: string): void => void logger.debug?.(line);
  try {
    const broker = await findBroker({
      env: process.env,
      say,
      ...(natsUrl === undefined ? {} : { natsUrl }),
      ...(home === undefined ? {} : { home }),
    });
    keep({ close: () => broker.stop() });
    const log = keep(
      await connectRunLog({
        servers: broker.url,
        name: 'orchestrator',
        ...(access ? { access } : {}),
        ...(unavailableAfterMs === undefined ? {} : { unavailableAfterMs }),
        onUndecodable: ({ reader, position, error }) =>
          void logger.error(`${reader} leaves out message ${position.seq}: ${error.message}`),
        onReaderTrouble: (reader, error) =>
          void logger.warn(`${reader}: ${error instanceof Error ? error.message : String(error)}`),
      }),
    );
    const catalog = keep(await Catalog.open(log.connection));
    for (const { service, contracts, module } of plans)
      keep(await startService({ service, contracts, module, nats: log, catalog, logger: loggerOf(service) }));
    keep(await hostFlows({ log, registry, catalog, logger, replayAlways }));
    return {
      flows: new FlowClient(log.connection, log),
      deployments: new DeploymentClient(log.connection),
      operations: new OperationClient({ nats: log.connection, log, catalog }),
      close: () => closeInTurn(opened),
    };
  } catch (error) {
    await closeInTurn(opened).catch((left: unknown) => void logger.warn(String(left)));
    throw error;
  }
}

/** A program that hosts this has an output of its own. */
function quietLogger(service: string) {
  return createLogger({ service, ...(process.env['LOG_LEVEL'] ? {} : { level: 'warn' as const }) });
}
