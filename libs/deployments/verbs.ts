import { isId } from '#libs/run-log';

/** What may be asked about deployments. */
export const DEPLOYMENT_VERBS = [
  'list',
  'get',
  'put',
  'plan',
  'remove',
  'pause',
  'resume',
  'run',
  'next',
  'firings',
  'emit',
  'hooks',
  'hook',
] as const;
export type DeploymentVerb = (typeof DEPLOYMENT_VERBS)[number];

/** Stands for the flow in the subject where none is meant, or none that could stand there. */
export const NO_FLOW = '_';

/** Requests go to `workflows.deployment-<verb>.<flow>`; what is meant stands in the body. */
export const endpointVerb = (verb: DeploymentVerb): string => `deployment-${verb}`;

export const verbSubject = (verb: DeploymentVerb, flow: string): { verb: string; of: string } => ({
  verb: endpointVerb(verb),
  of: isId(flow) ? flow : NO_FLOW,
});
