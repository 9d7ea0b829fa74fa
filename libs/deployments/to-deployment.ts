import type { DeploymentOptions, FlowDefinition } from '#libs/flows';
import type { DeploymentSpec } from './deployment.js';
import { instantsOf } from './instants.js';

/**
 * Makes a deployment's specification out of a flow, its parameters typed by the flow's input. Throws
 * InvalidDeploymentError on a schedule that cannot be; the rest is checked where it is put.
 */
export function toDeployment<I extends object>(
  { contract }: Pick<FlowDefinition<I>, 'contract'>,
  { parameters, ...options }: DeploymentOptions<I>,
): DeploymentSpec {
  if (options.schedule) instantsOf(options.schedule);
  return {
    flow: contract.name,
    tags: [],
    triggers: [],
    paused: false,
    concurrency: 1,
    overlap: 'skip',
    missed: 'latest',
    flags: {},
    ...options,
    parameters: { ...parameters },
  };
}
