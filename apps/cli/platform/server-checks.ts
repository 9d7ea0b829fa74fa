import type { DeploymentView } from '#libs/deployments';
import type { GatewayClient, Page } from '../gateway/gateway-client.js';
import { ProblemError, ServerUnreachableError } from '../gateway/errors.js';
import type { Health, OperationEntry } from '../gateway/resources.js';
import { sentenceOf } from '../terminal/cli-error.js';
import type { Check, CheckInput, Finding } from './finding.js';
import { readInstance } from './instance.js';

const SERVICES = ['scraper', 'documents', 'applier', 'audit'];
const SEE_LOG = 'see logs/services.log in the folder above';

/** Looks at the gateway, and through it at services, flows and deployments. */
export const serverChecks: Check = async (input) => {
  const { gateway } = input;
  let health: Health;
  try {
    health = await gateway.get<Health>('/health', { signal: AbortSignal.timeout(5_000) });
  } catch (error) {
    return [await unreached(error, input)];
  }
  const found = healthFindings(health, gateway.url);
  try {
    const [operations, flows] = await Promise.all([
      gateway.get<Page<OperationEntry>>('/operations'),
      gateway.get<Page<unknown>>('/workflows'),
    ]);
    found.push(...registered(operations.items, flows.items.length));
  } catch (error) {
    return [...found, refused(error)];
  }
  return [...found, ...(await deployments(gateway))];
};

/** Nothing where nothing was started is no fault; nothing where somebody named a server is one. */
async function unreached(error: unknown, { gateway, folders, port }: CheckInput): Promise<Finding> {
  const started = (await readInstance(folders.home))?.url;
  const isNamed = gateway.url !== (started ?? `http://127.0.0.1:${port}`);
  const isStopped = error instanceof ServerUnreachableError && !isNamed && started === undefined;
  return {
    what: 'gateway',
    verdict: isStopped ? 'note' : 'bad',
    told: sentenceOf(error),
    hint: (error as { hint?: string }).hint ?? SEE_LOG,
  };
}

function refused(error: unknown): Finding {
  const { hint = SEE_LOG } = error as { hint?: string };
  const isKey = error instanceof ProblemError && [401, 403].includes(error.problem.status);
  return { what: isKey ? 'key' : 'gateway', verdict: 'bad', told: sentenceOf(error), hint };
}

function healthFindings({ status, dependencies }: Health, url: string): Finding[] {
  const sick = Object.entries(dependencies).filter(([, dependency]) => dependency.status !== 'ok');
  return [
    { what: 'gateway', verdict: status === 'ok' ? 'ok' : 'bad', told: `${url} is ${status}` },
    ...sick.map(([name, { status: state, reason }]): Finding => {
      return {
        what: name,
        verdict: 'bad',
        told: reason === undefined ? state : `${state}: ${reason}`,
        hint: SEE_LOG,
      };
    }),
  ];
}

function registered(operations: readonly OperationEntry[], flows: number): Finding[] {
  const there = new Set(operations.map(({ service }) => service));
  const missing = SERVICES.filter((service) => !there.has(service));
  if (flows === 0) missing.push('orchestrator');
  const told = `${operations.length} operations of ${[...there].sort().join(', ') || 'no service'}, ${flows} flows`;
  if (missing.length === 0) return [{ what: 'services', verdict: 'ok', told }];
  const hint = `start ${missing.join(' and ')}: jobhunter down, then jobhunter up`;
  return [{ what: 'services', verdict: 'bad', told: `${told}; missing: ${missing.join(', ')}`, hint }];
}

async function deployments(gateway: GatewayClient): Promise<Finding[]> {
  const what = 'deployments';
  let items: readonly DeploymentView[];
  try {
    ({ items } = await gateway.list<DeploymentView>('/deployments', {}, 1_000));
  } catch (error) {
    const { hint = SEE_LOG } = error as { hint?: string };
    return [{ what, verdict: 'bad', told: sentenceOf(error), hint }];
  }
  const broken = items.filter(({ problem }) => problem !== undefined);
  if (broken.length === 0) return [{ what, verdict: 'ok', told: `${items.length} are there` }];
  return broken.map(({ flow, name, problem }): Finding => {
    const told = `${flow}/${name} cannot fire: ${problem?.message ?? ''}`;
    const hint = `start an orchestrator that has the flow, or change it: jobhunter deployment show ${flow}/${name}`;
    return { what, verdict: 'bad', told, hint };
  });
}
