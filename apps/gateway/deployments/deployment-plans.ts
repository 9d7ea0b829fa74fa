import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DeploymentClient } from '#libs/deployments';
import type { DeploymentInput, DeploymentView, Plan, PlannedDeployment } from '#libs/deployments';
import { Catalog } from '#libs/operations';
import { Broker } from '../asking/broker.js';
import type { Caller } from '../identity/caller.js';
import { BadBodyError } from '../problems/errors.js';
import { speaks } from '../problems/problem.js';
import { deploymentLinks } from './deployment-entry.js';
import type { ApplyInput, PlanInput } from './deployment.inputs.js';
import { ApplyStoppedError, PlanChangedError, RefusedPlanError } from './errors.js';

/** What applying would do, and a name for just that. */
export interface HashedPlan extends Plan {
  readonly hash: string;
}

/** One change that was made. */
export interface AppliedChange {
  readonly flow: string;
  readonly name: string;
  readonly change: Exclude<PlannedDeployment['change'], 'unchanged'>;
  readonly revision?: number;
  readonly links: { readonly self?: string };
}

export interface Applied {
  readonly done: readonly AppliedChange[];
  readonly unchanged: number;
}

const PAGE = 500;
const keyOf = ({ flow, name }: { readonly flow: string; readonly name: string }): string => `${flow}/${name}`;

/**
 * Plans and applies lists of specifications. Everything is validated before the first write; each write is fenced by
 * the revision that the plan was made against, so that applying again finishes what was stopped, and nothing that
 * somebody else has changed meanwhile is written over.
 */
@Injectable()
export class DeploymentPlans {
  constructor(
    private readonly deployments: DeploymentClient,
    private readonly catalog: Catalog,
    private readonly broker: Broker,
  ) {}

  async plan(input: PlanInput, caller: Caller): Promise<HashedPlan> {
    return (await this.prepare(input, caller)).plan;
  }

  async apply(input: ApplyInput, caller: Caller): Promise<Applied> {
    const { plan, specs } = await this.prepare(input, caller);
    if (plan.refused.length > 0) throw new RefusedPlanError(plan.refused);
    if (input.ifPlan !== undefined && input.ifPlan !== plan.hash) throw new PlanChangedError();
    const changes = plan.changes.filter(({ change }) => change !== 'unchanged');
    const done: AppliedChange[] = [];
    for (const [at, change] of changes.entries()) {
      try {
        done.push(
          await this.broker.whileThere('the plan cannot be applied', () => this.make(change, specs, caller)),
        );
      } catch (error) {
        if (!speaks(error)) throw error;
        throw new ApplyStoppedError(done, change, changes.slice(at + 1), error);
      }
    }
    return { done, unchanged: plan.changes.length - changes.length };
  }

  private async prepare({ deployments, source, prune }: PlanInput, caller: Caller) {
    if (prune && source === undefined)
      throw new BadBodyError([
        { field: 'source', message: 'is missing: pruning removes what came from a source, so name it' },
      ]);
    return this.broker.whileThere('deployments cannot be planned', async () => {
      const standing = await this.standing(caller);
      const specs = (deployments as readonly Partial<DeploymentInput>[]).map((spec) =>
        this.completed(spec, source, standing),
      );
      const planned = await this.deployments.plan(specs, caller);
      const named = new Set(specs.map(keyOf));
      const removed = prune
        ? [...standing.values()].filter((there) => there.source === source && !named.has(keyOf(there)))
        : [];
      const changes = [...planned.changes, ...removed.map(removal)];
      const hash = createHash('sha256')
        .update(JSON.stringify([specs, changes]))
        .digest('hex')
        .slice(0, 32);
      return {
        plan: { ...planned, hash, changes },
        specs: new Map(specs.map((spec) => [keyOf(spec), spec])),
      };
    });
  }

  /** All that is the caller's own, by flow and name. */
  private async standing(caller: Caller): Promise<ReadonlyMap<string, DeploymentView>> {
    const found = new Map<string, DeploymentView>();
    let cursor: string | undefined;
    do {
      const page = await this.deployments.list(
        { owner: caller.actor.userId, limit: PAGE, ...(cursor ? { cursor } : {}) },
        caller,
      );
      for (const view of page.items) found.set(keyOf(view), view);
      cursor = page.nextCursor;
    } while (cursor);
    return found;
  }

  /** Gives a specification its flow's own name, its source, and, where it says nothing of it, the pause that holds. */
  private completed(
    spec: Partial<DeploymentInput>,
    source: string | undefined,
    standing: ReadonlyMap<string, DeploymentView>,
  ): DeploymentInput {
    const flow =
      typeof spec.flow === 'string' ? (this.catalog.flow(spec.flow)?.name ?? spec.flow) : spec.flow;
    const there = standing.get(`${flow}/${spec.name}`);
    return {
      ...(source === undefined ? {} : { source }),
      ...(there && spec.paused === undefined ? { paused: there.paused } : {}),
      ...spec,
      flow,
    } as DeploymentInput;
  }

  private async make(
    { flow, name, change, revision }: PlannedDeployment,
    specs: ReadonlyMap<string, DeploymentInput>,
    caller: Caller,
  ): Promise<AppliedChange> {
    const over = revision === undefined ? { ifAbsent: true } : { ifRevision: revision };
    const spec = specs.get(keyOf({ flow, name }));
    if (change === 'removed' || change === 'unchanged' || spec === undefined) {
      await this.deployments.remove({ flow, name, owner: caller.actor.userId }, { ...caller, ...over });
      return { flow, name, change: 'removed', links: {} };
    }
    const { deployment } = await this.deployments.put(spec, { ...caller, ...over });
    const links = { self: deploymentLinks(flow, name).self };
    return { flow, name, change, revision: deployment.revision, links };
  }
}

const removal = ({ flow, name, revision }: DeploymentView): PlannedDeployment => ({
  ...{ flow, name, change: 'removed', fields: [], revision },
});
