import type { FlowRegistry, TellDeployment } from '#libs/flows';
import { DeploymentService } from './endpoint/deployment-service.js';
import { serveDeployments } from './endpoint/serve-deployments.js';
import { FiringDesk } from './firing/firing-desk.js';
import { serveFirings, type FiringOptions } from './firing/serve-firings.js';
import { DeploymentStore, type BrokerRunLog, type StoreOptions } from './store/deployment-store.js';
import { DeploymentView } from './store/deployment-view.js';

export interface DeploymentsOptions extends Pick<StoreOptions, 'replicas'>, FiringOptions {
  readonly log: BrokerRunLog;
  readonly registry: FlowRegistry;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

export interface Deployments {
  /** Tells a deployment of the end of a run of its; for the engine. */
  readonly tellDeployment: TellDeployment;
  /** Stops firing and answering, once what is in hand is done. */
  close(): Promise<void>;
}

/** Fires deployments, together with all other orchestrators, and answers requests about them. */
export async function startDeployments(options: DeploymentsOptions): Promise<Deployments> {
  const { log, registry, onTrouble, now } = options;
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
    const view = await DeploymentView.open(log.connection, store, (error) =>
      onTrouble?.('deployments', error),
    );
    opened.push(view);
    const parts = { log, registry, store, view, ...(now ? { now } : {}) };
    const desk = new FiringDesk(parts);
    opened.push(await serveFirings(log, store, desk, options));
    opened.push(await serveDeployments(log.connection, new DeploymentService({ ...parts, desk })));
    return { close, tellDeployment: (id, runId, status) => store.tellEnd(id, runId, status) };
  } catch (error) {
    await close();
    throw error;
  }
}
