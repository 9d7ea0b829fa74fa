import type { FlowRegistry, TellDeployment } from '#libs/flows';
import { DeploymentService } from './endpoint/deployment-service.js';
import { EventService } from './endpoint/event-service.js';
import { serveDeployments } from './endpoint/serve-deployments.js';
import { FiringDesk } from './firing/firing-desk.js';
import type { RightsOf } from './firing/rights-of.js';
import type { ReaderOptions } from './firing/durable-reader.js';
import { serveFirings } from './firing/serve-firings.js';
import { DeploymentStore, type BrokerRunLog, type StoreOptions } from './store/deployment-store.js';
import { DeploymentView } from './store/deployment-view.js';
import { EventRouter } from './triggers/event-router.js';
import { EventStream } from './triggers/event-stream.js';
import { serveEvents } from './triggers/serve-events.js';

export interface DeploymentsOptions extends Pick<StoreOptions, 'replicas'>, ReaderOptions {
  readonly log: BrokerRunLog;
  readonly registry: FlowRegistry;
  /** What owners may do now; what they had when a deployment was put, unless told. */
  readonly rightsOf?: RightsOf;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

export interface Deployments {
  /** Tells deployments of the ends of runs, their own and those that they wait for; for the engine. */
  readonly tellDeployment: TellDeployment;
  /** Stops firing and answering, once what is in hand is done. */
  close(): Promise<void>;
}

/** Fires deployments, together with all other orchestrators, and answers requests about them. */
export async function startDeployments(options: DeploymentsOptions): Promise<Deployments> {
  const { log, registry, onTrouble, now, rightsOf } = options;
  const store = new DeploymentStore(log, {
    ...options,
    onTrouble: (error: unknown) => onTrouble?.('deployments', error),
  });
  const opened: { close(): Promise<void> }[] = [{ close: async () => store.close() }];
  const close = async (): Promise<void> => {
    for (const part of opened.splice(0).reverse()) await part.close();
  };
  try {
    await store.setUp();
    const events = new EventStream(store.publisher, options.replicas ?? log.replicas ?? 1);
    await events.setUp();
    const view = await DeploymentView.open(log.connection, store, (error) =>
      onTrouble?.('deployments', error),
    );
    opened.push(view);
    const parts = { log, registry, store, view, ...(now ? { now } : {}), ...(rightsOf ? { rightsOf } : {}) };
    const desk = new FiringDesk(parts);
    const router = new EventRouter(parts);
    opened.push(await serveFirings(log, store, desk, options));
    opened.push(await serveEvents(log, store, events, router, options));
    const service = new DeploymentService({ ...parts, desk });
    opened.push(
      await serveDeployments(log.connection, service, new EventService({ ...parts, events, router })),
    );
    const tellDeployment: TellDeployment = async (run) => {
      const { deploymentId } = run.start;
      if (deploymentId !== undefined) await store.tellEnd(deploymentId, run.runId, run.end.status);
      await router.ended(run);
    };
    return { close, tellDeployment };
  } catch (error) {
    await close();
    throw error;
  }
}
