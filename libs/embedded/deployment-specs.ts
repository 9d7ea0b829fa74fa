import { readFile } from 'node:fs/promises';
import { readDeploymentFile, toDeployment, type DeploymentInput } from '#libs/deployments';
import type { DeploymentOptions, FlowDefinition, FlowDeployment } from '#libs/flows';
import { BadReferenceError } from './errors.js';

/** A deployment of a flow that is hosted, or one that names its flow. */
export type DeploymentSource = FlowDeployment | DeploymentInput;

/** Puts deployments into the words in which they are kept. Throws InvalidDeploymentError on a schedule that cannot be. */
export function specsOf(deployments: readonly DeploymentSource[]): DeploymentInput[] {
  return deployments.map((source) =>
    comesWithFlow(source) ? toDeployment(source.flow, without(source)) : source,
  );
}

/** The flows that come with deployments, each once. */
export function flowsOf(deployments: readonly DeploymentSource[]): FlowDefinition[] {
  return [...new Set(deployments.filter(comesWithFlow).map(({ flow }) => flow))];
}

/** The names of the flows that deployments only name. */
export function namedFlows(deployments: readonly DeploymentSource[]): string[] {
  return deployments.flatMap(({ flow }) => (typeof flow === 'string' ? [flow] : []));
}

const comesWithFlow = (source: DeploymentSource): source is FlowDeployment => typeof source.flow !== 'string';

function without({ flow: _, ...options }: FlowDeployment): DeploymentOptions {
  return options;
}

/** Reads the deployments of a file such as `jobhunter.yml`. Throws DeploymentFileError, with lines and columns. */
export async function specsIn(file: string): Promise<readonly DeploymentInput[]> {
  return readDeploymentFile(await readFile(file, 'utf8'), file).specs;
}

/** Takes `flow/name` apart. Throws BadReferenceError. */
export function refOf(deployment: string): { readonly flow: string; readonly name: string } {
  const [flow, name, ...more] = deployment.split('/');
  if (!flow || !name || more.length > 0) throw new BadReferenceError(deployment);
  return { flow, name };
}
