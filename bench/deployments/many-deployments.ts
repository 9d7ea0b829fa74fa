import { DeploymentClient, type DeploymentView } from '#libs/deployments';
import type { NatsConnection } from '@nats-io/transport-node';
import { nothing } from '../no-op/nothing.flow.js';
import { benchActor } from '../no-op/registry.js';
import type { Expected } from './fired.js';

const PARALLEL = 64;
/** So rare that each fires once while it is looked at. */
const PERIOD_S = 3_600;

/**
 * Schedules so many deployments, the nth for its instant; those that are there already get the new one. Resolves with
 * what is to fire once all are stored.
 */
export async function deployMany(
  connection: NatsConnection,
  instants: readonly number[],
): Promise<readonly Expected[]> {
  const client = new DeploymentClient(connection);
  const deployed: Expected[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let n = next++; n < instants.length; n = next++) {
      const instant = instants[n]!;
      const schedule = { intervalSeconds: PERIOD_S, anchor: new Date(instant).toISOString() };
      const spec = { flow: nothing.contract.name, name: `n${n}`, schedule };
      const { deployment } = await client.put(spec, { actor: benchActor });
      assertNext(deployment, instant);
      deployed.push({ id: deployment.id, instant });
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, lane));
  return deployed;
}

/** Set too late, it would be looked for in vain. */
function assertNext({ name, next }: DeploymentView, instant: number): void {
  const due = new Date(instant).toISOString();
  if (next[0] !== due) throw new Error(`${name} fires at ${next[0]}, not at ${due}: scheduled too late`);
}
