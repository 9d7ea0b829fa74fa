import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { archivedPieces } from '#libs/contracts';
import { closeInTurn, hostFlows, type Closable } from '#libs/flow-host';
import { archiveInPieces, FlowRegistry, startWatchdog } from '#libs/flows';
import { Catalog, countReaderTrouble, OperationClient } from '#libs/operations';
import { brokerTrouble, connectRunLog, withArchive } from '#libs/run-log';
import type { Checks } from '#libs/telemetry';
import { FLOWS } from './flows/index.js';
import { TASKS } from './tasks/index.js';
import { ORCHESTRATOR_CONFIG, type OrchestratorConfig } from './orchestrator.config.js';

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
    const onTrouble = (reader: string, error: unknown): void => {
      countReaderTrouble(reader);
      this.logger.warn(`${reader}: ${error instanceof Error ? error.message : String(error)}`);
    };
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
        onReaderTrouble: onTrouble,
      }),
    );
    const registry = new FlowRegistry(FLOWS, TASKS);
    const watchdog =
      watchdogScript &&
      startWatchdog({ script: watchdogScript, servers: natsUrl, ...(access ? { access } : {}) });
    const catalog = this.keep(await Catalog.open(log.connection));
    const operations = new OperationClient({ nats: log.connection, log });
    this.keep(
      await hostFlows({
        log,
        registry,
        catalog,
        // The engine feeds only what the log holds; who steers and restarts runs meets archived ones too.
        steered: withArchive(log, archiveInPieces(archivedPieces(operations))),
        logger: this.logger,
        onTrouble,
        replayAlways,
        ...(ackWaitMs === undefined ? {} : { ackWaitMs }),
        ...(watchdog ? { watchdog } : {}),
      }),
    );
    this.checks = {
      broker: () => brokerTrouble(log.connection),
      catalog: () => {
        const names = registry.list().map(({ contract }) => contract.name);
        const unknown = names.filter((name) => !catalog.flow(name));
        return unknown.length === 0 ? undefined : `not registered: ${unknown.join(', ')}`;
      },
    };
    if (replayAlways) this.logger.warn('REPLAY_ALWAYS is set: every run is read anew before each trigger');
    this.logger.log(
      `runs ${registry
        .list()
        .map(({ contract }) => contract.name)
        .join(', ')}`,
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await closeInTurn(this.opened);
  }

  private keep<T extends Closable>(part: T): T {
    this.opened.push(part);
    return part;
  }
}
