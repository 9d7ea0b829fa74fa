import type { NatsConnection } from '@nats-io/transport-node';
import { readBody, serveVerbs, type Answering } from '#libs/flows';
import type { DeploymentQuery, DeploymentRef } from '../deployment.js';
import { PlanBody } from '../spec-bodies.js';
import type { SaidEvent } from '../triggers/said-event.js';
import { endpointVerb, type DeploymentVerb } from '../verbs.js';
import type { DeploymentService } from './deployment-service.js';
import { EmitBody, HookBody, HooksBody } from './event-bodies.js';
import type { EventService } from './event-service.js';
import { FiringsBody, ListBody, NextBody, PutBody, RefBody, RemoveBody, RunBody } from './request-bodies.js';

/** Answers requests about deployments, from the moment it resolves. */
export function serveDeployments(
  connection: NatsConnection,
  service: DeploymentService,
  events: EventService,
): Promise<{ close(): Promise<void> }> {
  const verbs: Record<DeploymentVerb, Answering> = {
    list: async (request) =>
      service.list(defined<DeploymentQuery>(await readBody(ListBody, request)), request),
    get: async (request) => service.get(refOf(await readBody(RefBody, request)), request),
    put: async (request) => {
      const { spec, ...options } = await readBody(PutBody, request);
      return service.put(spec, options, request);
    },
    plan: async (request) => {
      const { specs, prune } = await readBody(PlanBody, request);
      return service.plan(specs, { prune }, request);
    },
    remove: async (request) => {
      const { ifRevision, ...ref } = await readBody(RemoveBody, request);
      await service.remove(refOf(ref), { ifRevision }, request);
      return {};
    },
    pause: async (request) => service.setPaused(refOf(await readBody(RefBody, request)), true, request),
    resume: async (request) => service.setPaused(refOf(await readBody(RefBody, request)), false, request),
    run: async (request) => {
      const { flow, name, owner, ...options } = await readBody(RunBody, request);
      return service.runNow(refOf({ flow, name, owner }), options, request);
    },
    next: async (request) => {
      const { ref, schedule, ...options } = await readBody(NextBody, request);
      return { instants: await service.instants({ ref: ref && refOf(ref), schedule }, options, request) };
    },
    firings: async (request) => {
      const { limit, ...ref } = await readBody(FiringsBody, request);
      return { firings: await service.firings(refOf(ref), limit, request) };
    },
    emit: async (request) => events.emit(defined<SaidEvent>(await readBody(EmitBody, request)), request),
    hooks: async (request) => {
      const { deploymentId } = await readBody(HooksBody, request);
      return { hooks: await events.hooksOf(deploymentId) };
    },
    hook: async (request) => {
      const { deploymentId, ...signed } = await readBody(HookBody, request);
      return events.hook(deploymentId, signed, request.trace);
    },
  };
  return serveVerbs(
    connection,
    Object.fromEntries(
      Object.entries(verbs).map(([verb, answering]) => [endpointVerb(verb as DeploymentVerb), answering]),
    ),
  );
}

type Loose<T> = { readonly [K in keyof T]: T[K] | undefined };

const refOf = ({
  flow,
  name,
  owner,
}: Loose<DeploymentRef> & Pick<DeploymentRef, 'flow' | 'name'>): DeploymentRef => ({
  flow,
  name,
  ...(owner === undefined ? {} : { owner }),
});

/** Leaves out what was not said: class-transformer may name it nevertheless. */
const defined = <T extends object>(value: Loose<T>): T =>
  Object.fromEntries(Object.entries(value).filter(([, held]) => held !== undefined)) as T;
