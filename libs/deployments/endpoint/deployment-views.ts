import type { FlowRegistry } from '#libs/flows';
import { toErrorRecord } from '#libs/operations';
import type { ErrorRecord } from '#libs/run-log';
import { checkParameters } from '../check-parameters.js';
import type { DeploymentView } from '../deployment.js';
import type { RightsOf } from '../firing/rights-of.js';
import { instantsOf, nextOf } from '../instants.js';
import type { DeploymentRecord } from '../store/deployment-record.js';

const SHOWN = 3;

/** Shows a deployment and how it stands. */
export async function viewOf(
  registry: FlowRegistry,
  { spec, revision, state }: DeploymentRecord,
  now: number,
  rightsOf: RightsOf,
): Promise<DeploymentView> {
  const { from: _, listensFrom: __, ...deployment } = spec;
  const next = spec.schedule && !spec.paused ? nextOf(instantsOf(spec.schedule), now, SHOWN).map(isoOf) : [];
  const [lastFiring] = state.firings;
  const problem = await problemOf(registry, spec, rightsOf);
  return {
    ...deployment,
    revision,
    next,
    active: state.active.filter(({ givenUp }) => !givenUp).map(({ runId }) => runId),
    queued: state.queue.length,
    ...(lastFiring ? { lastFiring } : {}),
    ...(problem ? { problem } : {}),
  };
}

export const isoOf = (at: number): string => new Date(at).toISOString();

/** Why a run of it could not begin. */
async function problemOf(
  registry: FlowRegistry,
  spec: DeploymentRecord['spec'],
  rightsOf: RightsOf,
): Promise<ErrorRecord | undefined> {
  try {
    await checkParameters(registry, spec, await rightsOf(spec.owner));
    return undefined;
  } catch (error) {
    const { traceback: _, cause: __, ...record } = toErrorRecord(error);
    return record;
  }
}
