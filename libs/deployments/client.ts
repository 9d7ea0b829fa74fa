import type { NatsConnection } from '@nats-io/transport-node';
import type { RunFlags } from '#libs/run-log';
import { Asker, type By, type StartedRun } from '#libs/flows';
import type {
  DeploymentInput,
  DeploymentPage,
  DeploymentQuery,
  DeploymentRef,
  DeploymentView,
  Plan,
  PutResult,
} from './deployment.js';
import type { Firing } from './firing.js';
import type { Schedule } from './schedule.js';
import type { SaidEvent, SignedEvent, Webhook } from './triggers/said-event.js';
import { NO_FLOW, verbSubject, type DeploymentVerb } from './verbs.js';

export interface PutOptions extends By {
  /** Only over this revision. */
  readonly ifRevision?: number;
  /** Only where there is none yet. */
  readonly ifAbsent?: boolean;
  /** Whose deployment it is, where the caller may see to everybody's; the caller's own unless said. */
  readonly owner?: string;
}

export interface PlanOptions extends By {
  /** Plans the removal of the caller's deployments that are not in the list. */
  readonly prune?: boolean;
}

export interface RunNowOptions extends By {
  /** Laid over the deployment's own, field by field. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Beside the deployment's own. */
  readonly tags?: readonly string[];
  readonly flags?: RunFlags;
  /** The same key for the same deployment is the same run. */
  readonly idempotencyKey?: string;
}

export interface NextOptions extends By {
  /** 1 to 100; 5 unless told otherwise. */
  readonly count?: number;
  /** ISO; now unless told otherwise. */
  readonly after?: string;
}

/**
 * Sees to deployments from anywhere that reaches the broker. Every method throws RetryableError with code
 * `flow/no-orchestrator` when none answers, and TerminalError with fields: `deployment/unknown`,
 * `deployment/invalid`, `flow/unknown`, `flow/invalid-input`, `deployment/revision-conflict`, `deployment/exists`.
 */
export class DeploymentClient {
  private readonly asker: Asker;

  constructor(connection: NatsConnection) {
    this.asker = new Asker(connection);
  }

  /** Lists deployments by flow and name, a page at a time. */
  list(query: DeploymentQuery, by: By): Promise<DeploymentPage> {
    return this.ask('list', NO_FLOW, query, by);
  }

  get(ref: DeploymentRef, by: By): Promise<DeploymentView> {
    return this.ask('get', ref.flow, named(ref), by);
  }

  /** Creates or changes a deployment; what is there already and the same is left alone. */
  put(spec: DeploymentInput, { ifRevision, ifAbsent, owner, ...by }: PutOptions): Promise<PutResult> {
    return this.ask('put', spec.flow, { spec, ifRevision, ifAbsent, owner }, by);
  }

  /** Tells what putting these would change; changes nothing. */
  plan(specs: readonly DeploymentInput[], { prune, ...by }: PlanOptions): Promise<Plan> {
    return this.ask('plan', NO_FLOW, { specs, prune }, by);
  }

  /** Removes a deployment; its runs go on. */
  async remove(
    ref: DeploymentRef,
    { ifRevision, ...by }: By & { readonly ifRevision?: number },
  ): Promise<void> {
    await this.ask('remove', ref.flow, { ...named(ref), ifRevision }, by);
  }

  /** Lets it fire no more; its runs go on, and what is queued waits. Paused already is no error. */
  pause(ref: DeploymentRef, by: By): Promise<DeploymentView> {
    return this.ask('pause', ref.flow, named(ref), by);
  }

  /** Lets it fire again, from now on: what passed meanwhile was not missed. */
  resume(ref: DeploymentRef, by: By): Promise<DeploymentView> {
    return this.ask('resume', ref.flow, named(ref), by);
  }

  /** Starts a run at once, whatever its schedule and however many are active. */
  runNow(
    ref: DeploymentRef,
    { parameters, tags, flags, idempotencyKey, ...by }: RunNowOptions,
  ): Promise<StartedRun> {
    return this.ask('run', ref.flow, { ...named(ref), parameters, tags, flags, idempotencyKey }, by);
  }

  /** Lists the next instants, ISO, of a deployment (as if it were not paused) or of a schedule. */
  async next(of: DeploymentRef | Schedule, { count, after, ...by }: NextOptions): Promise<readonly string[]> {
    const what = 'flow' in of ? { ref: named(of) } : { schedule: of };
    const { instants } = await this.ask<{ instants: string[] }>(
      'next',
      'flow' in of ? of.flow : NO_FLOW,
      { ...what, count, after },
      by,
    );
    return instants;
  }

  /** Lists what it did of late, newest first. */
  async firings(
    ref: DeploymentRef,
    { limit, ...by }: By & { readonly limit?: number },
  ): Promise<readonly Firing[]> {
    const { firings } = await this.ask<{ firings: Firing[] }>(
      'firings',
      ref.flow,
      { ...named(ref), limit },
      by,
    );
    return firings;
  }

  /**
   * Says that something has happened, to the deployments of the caller that wait for it. Resolves when it is stored;
   * who is woken by it follows. Throws `flow/invalid-input` with the fields that were refused.
   */
  emit(event: SaidEvent, by: By): Promise<{ readonly id: string }> {
    return this.ask('emit', NO_FLOW, event, by);
  }

  /** Lists the webhooks of a deployment; none where it has none, or is not known. */
  async hooksOf(deploymentId: string, { trace }: Pick<By, 'trace'> = {}): Promise<readonly Webhook[]> {
    const by = { actor: NOBODY, ...(trace ? { trace } : {}) };
    const { hooks } = await this.ask<{ hooks: Webhook[] }>('hooks', NO_FLOW, { deploymentId }, by);
    return hooks;
  }

  /**
   * Hands a signed request to a webhook of a deployment, for whoever has found its signature right. Resolves when it
   * is stored. Throws `deployment/unknown` where the deployment has no such webhook.
   */
  hook(
    deploymentId: string,
    { webhook, eventId, data }: SignedEvent,
    { trace }: Pick<By, 'trace'> = {},
  ): Promise<{ readonly eventId: string }> {
    const by = { actor: NOBODY, ...(trace ? { trace } : {}) };
    return this.ask('hook', NO_FLOW, { deploymentId, webhook, eventId, data }, by);
  }

  private ask<T>(verb: DeploymentVerb, flow: string, body: object, by: By): Promise<T> {
    return this.asker.ask<T>({
      ...by,
      ...verbSubject(verb, flow),
      body,
      doing: `no deployment was reached (${verb})`,
      doubt: `whether it was done (${verb}) is not known`,
    });
  }
}

/** Whoever signs a request is no user. */
const NOBODY = { userId: 'webhook', channel: 'api' } as const;

/** What is handed in may be a whole specification. */
const named = ({ flow, name, owner }: DeploymentRef): DeploymentRef => ({
  flow,
  name,
  ...(owner === undefined ? {} : { owner }),
});
