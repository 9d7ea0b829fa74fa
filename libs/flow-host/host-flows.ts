import { rightsByKeys, startDeployments } from '#libs/deployments';
import {
  type FlowRegistry,
  type Orchestrator as Engine,
  type OrchestratorOptions as EngineOptions,
  serveStarts,
  serveSteering,
  startOrchestrator,
} from '#libs/flows';
import { jetStreamBuckets } from '#libs/key-values';
import { type Catalog, inputSchemaOf } from '#libs/operations';
import type { JetStreamRunLog, RunLog } from '#libs/run-log';
import { closeInTurn, type Closable } from './close-in-turn.js';

export interface FlowHost {
  readonly engine: Engine;
  /** Takes no more requests, settles what was taken, and hands the runs over. */
  close(): Promise<void>;
}

export interface FlowHostOptions extends Pick<EngineOptions, 'logger' | 'replayAlways' | 'watchdog'> {
  readonly log: JetStreamRunLog;
  readonly registry: FlowRegistry;
  readonly catalog: Catalog;
  /** What starting and steering read: the log unless told otherwise, or one that knows archived runs too. */
  readonly steered?: RunLog;
  /** How long a message of a deployment may be worked on, in milliseconds. */
  readonly ackWaitMs?: number;
  /** Hears what a reader of deployments cannot do for now; unless told otherwise it is logged as a warning. */
  readonly onTrouble?: (reader: string, error: unknown) => void;
}

/** Runs flows: fires deployments, drives their runs, names them in the catalog, and answers requests to start and to steer them. */
export async function hostFlows(options: FlowHostOptions): Promise<FlowHost> {
  const { log, registry, catalog, logger, replayAlways, watchdog, steered = log, ackWaitMs } = options;
  const opened: Closable[] = [];
  const keep = <T extends Closable>(part: T): T => {
    opened.push(part);
    return part;
  };
  const warn = (reader: string, error: unknown): void =>
    logger.warn(`${reader}: ${error instanceof Error ? error.message : String(error)}`);
  const buckets = jetStreamBuckets(log.connection);
  try {
    const rights = rightsByKeys(buckets);
    keep({ close: async () => rights.close() });
    const { tellDeployment } = keep(
      await startDeployments({
        log,
        registry,
        rightsOf: rights.rightsOf,
        onTrouble: options.onTrouble ?? warn,
        ...(ackWaitMs === undefined ? {} : { ackWaitMs }),
      }),
    );
    const engine = keep(
      await startOrchestrator({
        log,
        registry,
        buckets,
        logger,
        tellDeployment,
        ...(replayAlways === undefined ? {} : { replayAlways }),
        ...(watchdog ? { watchdog } : {}),
      }),
    );
    for (const { contract } of registry.list()) {
      const { input, name, aliases, description, version, tags } = contract;
      const inputSchema = inputSchemaOf(input);
      await catalog.publishFlow({ name, aliases, description, version, tags, inputSchema });
    }
    keep(await serveStarts(log.connection, steered, registry));
    keep(await serveSteering(log.connection, { log: steered, registry, buckets }));
    return { engine, close: () => closeInTurn(opened) };
  } catch (error) {
    await closeInTurn(opened).catch((left: unknown) => logger.warn(String(left)));
    throw error;
  }
}
