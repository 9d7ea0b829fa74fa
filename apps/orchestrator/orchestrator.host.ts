import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { archivedPieces } from '#libs/contracts';
import { startDeployments } from '#libs/deployments';
import {
  archiveInPieces,
  FlowRegistry,
  serveStarts,
  serveSteering,
  startOrchestrator,
  startWatchdog,
} from '#libs/flows';
import { jetStreamBuckets } from '#libs/key-values';
import { Catalog, countReaderTrouble, inputSchemaOf, OperationClient } from '#libs/operations';
import { brokerTrouble, connectRunLog, withArchive } from '#libs/run-log';
import type { Checks } from '#libs/telemetry';
import { FLOWS } from './flows/index.js';
import { TASKS } from './tasks/index.js';
import { ORCHESTRATOR_CONFIG, type OrchestratorConfig } from './orchestrator.config.js';

type Closable = { close(): Promise<void> };

/** Ties the engine's life to the application's. */
@Injectable()
export class OrchestratorHost implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(OrchestratorHost.name);
  /** Closed in the reverse order of opening. */
  private readonly opened: Closable[] = [];
  /** What it needs to do its work; there once it has started. */
  checks: Checks = {};

  constructor(@Inject(ORCHESTRATOR_CONFIG) private readonly config: OrchestratorConfig) {}

  async onApplicationBootstrap(): Promise<void> {
    const { natsUrl, access, ackWaitMs, replicas, replayAlways = false, watchdogScript } = this.config;
    const log = this.keep(
      await connectRunLog({
        servers: natsUrl,
        name: 'orchestrator',
        ...(access ? { access } : {}),
        ...(ackWaitMs === undefined ? {} : { partitionAckWaitMs: ackWaitMs }),
        ...(replicas === undefined ? {} : { replicas }),
        onUndecodable: ({ reader, runId, position, error }) =>
          this.logger.error(
            `${reader} leaves out message ${position.seq}${runId ? ` of run ${runId}` : ''}: ${error.message}`,
          ),
        onReaderTrouble: (reader, error) => {
          countReaderTrouble(reader);
          this.logger.warn(`${reader}: ${error instanceof Error ? error.message : String(error)}`);
        },
      }),
    );
    const registry = new FlowRegistry(FLOWS, TASKS);
    const watchdog =
      watchdogScript &&
      startWatchdog({ script: watchdogScript, servers: natsUrl, ...(access ? { access } : {}) });
    const buckets = jetStreamBuckets(log.connection);
    const { tellDeployment } = this.keep(
      await startDeployments({
        log,
        registry,
        ...(ackWaitMs === undefined ? {} : { ackWaitMs }),
        onTrouble: (reader, error) => {
          countReaderTrouble(reader);
          this.logger.warn(`${reader}: ${error instanceof Error ? error.message : String(error)}`);
        },
      }),
    );
    this.keep(
      await startOrchestrator({
        log,
        registry,
        buckets,
        logger: this.logger,
        replayAlways,
        tellDeployment,
        ...(watchdog ? { watchdog } : {}),
      }),
    );

    const catalog = this.keep(await Catalog.open(log.connection));
    for (const { contract } of registry.list()) {
      const { input, name, aliases, description, version, tags } = contract;
      await catalog.publishFlow({
        name,
        aliases,
        description,
        version,
        tags,
        inputSchema: inputSchemaOf(input),
      });
    }
    this.checks = {
      broker: () => brokerTrouble(log.connection),
      catalog: () => {
        const names = registry.list().map(({ contract }) => contract.name);
        const unknown = names.filter((name) => !catalog.flow(name));
        return unknown.length === 0 ? undefined : `not registered: ${unknown.join(', ')}`;
      },
    };
    const operations = new OperationClient({ nats: log.connection, log });
    // The engine feeds only what the log holds; who steers and restarts runs meets archived ones too.
    const runs = withArchive(log, archiveInPieces(archivedPieces(operations)));
    this.keep(await serveStarts(log.connection, runs, registry));
    this.keep(await serveSteering(log.connection, { log: runs, registry, buckets }));
    if (replayAlways) this.logger.warn('REPLAY_ALWAYS is set: every run is read anew before each trigger');
    this.logger.log(
      `runs ${registry
        .list()
        .map(({ contract }) => contract.name)
        .join(', ')}`,
    );
  }

  async onApplicationShutdown(): Promise<void> {
    for (const part of this.opened.splice(0).reverse()) await part.close();
  }

  private keep<T extends Closable>(part: T): T {
    this.opened.push(part);
    return part;
  }
}
