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
import { startDeployments } from '#libs/deployments';
import type { JetStreamRunLog } from '#libs/run-log';
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
}

/** Runs flows: fires deployments, drives their runs, names them in the catalog, and answers requests to start and to steer them. */
export async function hostFlows({ log, registry, catalog, ...options }: FlowHostOptions): Promise<FlowHost> {
  const opened: Closable[] = [];
  const keep = <T extends Closable>(part: T): T => {
    opened.push(part);
    return part;
  };
  const onTrouble = (reader: string, error: unknown): void =>
    options.logger.warn(`${reader}: ${error instanceof Error ? error.message : String(error)}`);
  const buckets = jetStreamBuckets(log.connection);
  try {
    const { tellDeployment } = keep(await startDeployments({ log, registry, onTrouble }));
    const engine = keep(await startOrchestrator({ log, registry, buckets, tellDeployment, ...options }));
    for (const { contract } of registry.list()) {
      const { input, name, aliases, description, version, tags } = contract;
      const inputSchema = inputSchemaOf(input);
      await catalog.publishFlow({ name, aliases, description, version, tags, inputSchema });
    }
    keep(await serveStarts(log.connection, log, registry));
    keep(await serveSteering(log.connection, { log, registry, buckets }));
    return { engine, close: () => closeInTurn(opened) };
  } catch (error) {
    await closeInTurn(opened).catch((left: unknown) => options.logger.warn(String(left)));
    throw error;
  }
}
