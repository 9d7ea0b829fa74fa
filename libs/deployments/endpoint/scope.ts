import type { FlowRegistry } from '#libs/flows';
import type { Actor } from '#libs/run-log';
import type { DeploymentRef } from '../deployment.js';
import { InvalidDeploymentError, UnknownDeploymentError } from '../errors.js';
import { deploymentIdOf } from '../ids.js';
import type { DeploymentRecord } from '../store/deployment-record.js';
import type { DeploymentView } from '../store/deployment-view.js';

/** Whoever may do everything sees what is everybody's, but for the time that they act for a user. */
export const seesAll = ({ grants, by }: Actor): boolean =>
  by === undefined && (grants?.includes('*') ?? false);

/**
 * For whom and with which rights a run is that somebody starts by hand: it is the owner's, and may do what that one
 * may, for with parameters of their own they could do more than the owner wrote down.
 */
export const startedBy = ({ userId, channel, grants, by = userId, key }: Actor, owner: Actor): Actor => ({
  userId: owner.userId,
  channel,
  ...(grants ? { grants, ...(by === owner.userId ? {} : { by }) } : {}),
  ...(grants && key !== undefined ? { key } : {}),
});

/** Whose deployment is meant. Throws InvalidDeploymentError where it is not the caller's to say. */
export function ownerOf(actor: Actor, owner: string | undefined): string {
  if (owner === undefined || owner === actor.userId || seesAll(actor)) return owner ?? actor.userId;
  throw new InvalidDeploymentError('owner: a deployment of another user is not yours to see to', [
    { field: 'owner', value: owner, message: `expected ${actor.userId}` },
  ]);
}

/**
 * The id of what is meant: the caller's own; where the caller may see everybody's and has none of that name, the only
 * one that there is. Throws UnknownDeploymentError, also for what is another's, and InvalidDeploymentError where
 * several have one.
 */
export function idOf(
  view: DeploymentView,
  registry: FlowRegistry,
  { name, owner, ...ref }: DeploymentRef,
  actor: Actor,
): string {
  const flow = registry.ownName(ref.flow);
  if (owner !== undefined && owner !== actor.userId && !seesAll(actor))
    throw new UnknownDeploymentError({ flow, name });
  const own = deploymentIdOf(owner ?? actor.userId, flow, name);
  if (owner !== undefined || !seesAll(actor) || view.get(own)) return own;
  const others = view.list().filter(({ spec }) => spec.flow === flow && spec.name === name);
  if (others.length > 1) throw several(flow, name, others);
  return others[0]?.spec.id ?? own;
}

function several(flow: string, name: string, others: readonly DeploymentRecord[]): InvalidDeploymentError {
  const owners = others.map(({ spec }) => spec.owner.userId).join(', ');
  return new InvalidDeploymentError(`several users have a deployment ${flow}/${name}: name the owner`, [
    { field: 'owner', message: `expected one of ${owners}` },
  ]);
}
