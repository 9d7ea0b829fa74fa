import { ProblemError } from '../gateway/errors.js';
import type { GatewayClient } from '../gateway/gateway-client.js';
import type { DeploymentEntry } from '../gateway/resources.js';
import { closest } from '../parameters/closest.js';
import { NotFoundError, UsageError } from '../terminal/cli-error.js';

/** Names a deployment. */
export interface Ref {
  readonly flow: string;
  readonly name: string;
}

const MOST = 10_000;

export const keyOf = ({ flow, name }: Ref): string => `${flow}/${name}`;

/** Reads `flow/name`. Throws UsageError. */
export function readRef(text: string): Ref {
  const [flow = '', name = '', ...more] = text.split('/');
  if (flow !== '' && name !== '' && more.length === 0) return { flow, name };
  throw new UsageError(
    `${JSON.stringify(text)} names no deployment: expected flow/name`,
    'for example scrape_jobs/daily-job-scrape; `jobhunter deployment ls` lists them',
  );
}

export function deploymentPath({ flow, name }: Ref, verb?: string): string {
  const path = `/deployments/${encodeURIComponent(flow)}/${encodeURIComponent(name)}`;
  return verb === undefined ? path : `${path}/${verb}`;
}

/** Asks for a deployment that was named; an unknown one is answered with the one that was probably meant. */
export const getDeployment = (gateway: GatewayClient, ref: Ref): Promise<DeploymentEntry> =>
  orMeant(gateway, ref, () => gateway.get<DeploymentEntry>(deploymentPath(ref)));

/** Asks something of a deployment. Throws NotFoundError, with what was probably meant, where there is none. */
export async function orMeant<T>(gateway: GatewayClient, ref: Ref, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof ProblemError && error.problem.code === 'deployment/unknown')) throw error;
    const { items } = await gateway.list<DeploymentEntry>('/deployments', {}, MOST);
    const keys = items.map(keyOf);
    // The flow or an alias of it may be right, and only the name mistyped; or the other way round.
    const meant = closest(keyOf(ref), keys) ?? keys.find((key) => key.endsWith(`/${ref.name}`));
    const list = `\`jobhunter deployment ls\` lists ${items.length === 0 ? 'what there is' : 'them'}`;
    throw new NotFoundError(
      `there is no deployment ${keyOf(ref)}`,
      meant === undefined ? list : `did you mean ${meant}? ${list}`,
      { cause: error },
    );
  }
}
