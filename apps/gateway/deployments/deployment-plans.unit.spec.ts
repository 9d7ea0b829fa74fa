import { describe, expect, it } from '@jest/globals';
import type { DeploymentClient, DeploymentInput, PlannedDeployment } from '#libs/deployments';
import { RetryableError, TerminalError, type Catalog } from '#libs/operations';
import type { Broker } from '../asking/broker.js';
import type { Caller } from '../identity/caller.js';
import { problemOf } from '../problems/problem.js';
import { DeploymentPlans } from './deployment-plans.js';

const caller = { actor: { userId: 'ann', channel: 'api' }, trace: {} } as Caller;
const broker = { whileThere: (_doing: string, work: () => unknown) => work() } as unknown as Broker;
const catalog = { flow: () => undefined } as unknown as Catalog;

/** Keeps deployments in a list; what is named in `failing` cannot be written. */
function plansOver(failing: Readonly<Record<string, Error>>) {
  const written: string[] = [];
  const client = {
    list: async () => ({ items: [] }),
    plan: async (specs: readonly DeploymentInput[]) => ({
      changes: specs
        .filter(({ name }) => !written.includes(name))
        .map(({ flow, name }): PlannedDeployment => ({ flow, name, change: 'created', fields: [] })),
      refused: [],
    }),
    put: async ({ name }: DeploymentInput) => {
      if (failing[name]) throw failing[name];
      written.push(name);
      return { deployment: { revision: written.length }, change: 'created' };
    },
  } as unknown as DeploymentClient;
  return { plans: new DeploymentPlans(client, catalog, broker), written };
}

const input = { deployments: ['a', 'b', 'c'].map((name) => ({ flow: 'song', name })), prune: false };
const refusalOf = (plans: DeploymentPlans) => plans.apply(input, caller).catch((error: unknown) => error);

describe('applying that is stopped halfway', () => {
  it('says what was done, what failed and what was not begun', async () => {
    const { plans, written } = plansOver({
      b: new TerminalError('deployment/exists', 'deployment song/b exists already'),
    });
    const problem = problemOf(await refusalOf(plans), { path: '/deployments/apply' });
    expect(problem).toMatchObject({
      status: 409,
      code: 'gateway/apply-stopped',
      detail: '1 of 3 changes were made (song/a created), and then one failed; applying again makes the rest',
      itemErrors: [
        { item: 'song/b', message: 'deployment song/b exists already', code: 'deployment/exists' },
        { item: 'song/c', message: 'was not begun' },
      ],
    });
    expect(written).toEqual(['a']);
  });

  it('may be tried again at once where only nobody answered, and finishes then', async () => {
    const failing: Record<string, Error> = {
      c: new RetryableError('flow/no-orchestrator', 'none runs', 1_000),
    };
    const { plans, written } = plansOver(failing);
    expect(problemOf(await refusalOf(plans), { path: '/' })).toMatchObject({
      status: 503,
      disposition: 'retry',
      retryAfterMs: 1_000,
    });
    delete failing['c'];
    expect(await plans.apply(input, caller)).toMatchObject({ done: [{ name: 'c' }] });
    expect(written).toEqual(['a', 'b', 'c']);
  });
});
