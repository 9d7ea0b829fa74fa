import type { NatsConnection } from '@nats-io/transport-node';
import { isId } from '#libs/run-log';
import type { FlowRunId, RunLog } from '#libs/run-log';
import type { Buckets } from '#libs/key-values';
import type { FlowRegistry } from '../orchestrator/registry.js';
import {
  ApproveBody,
  NoBody,
  ReasonBody,
  ResetStateBody,
  RestartBody,
  ResumeBody,
  SetStateBody,
  SignalBody,
  StateBody,
  UndoBody,
} from './bodies.js';
import { UnknownRunError } from './errors.js';
import { FlowStates, STATE_BUCKET, type StateScope } from './flow-states.js';
import { readBody, serveVerbs, type Answering, type EndpointRequest } from './request-endpoint.js';
import { REQUEST_HEADERS, type RunVerb, type StateVerb } from './requests.js';
import { resolutionOf } from './resolution-of.js';
import { Steering } from './steering.js';
import { previewUndo, undoRun } from './undo/undo-run.js';

export interface SteeringParts {
  readonly log: RunLog;
  readonly registry: FlowRegistry;
  /** Where the durable state of flows lies. */
  readonly buckets: Buckets;
}

/** Answers requests to steer runs and to see to the state of flows, from the moment it resolves. */
export function serveSteering(
  connection: NatsConnection,
  { log, registry, buckets }: SteeringParts,
): Promise<{ close(): Promise<void> }> {
  const steering = new Steering(log, registry);
  const states = new FlowStates(buckets.open(STATE_BUCKET), log);
  const ofRuns: Record<RunVerb, Answering> = {
    signal: async (request) => {
      const { name, payload, id } = await readBody(SignalBody, request);
      const signal = { name, payload: payload ?? null, ...(id === undefined ? {} : { id }) };
      return steering.signal(runOf(request), signal, request);
    },
    approve: async (request) => {
      const { name, step, ...answer } = await readBody(ApproveBody, request);
      const which = { ...(name === undefined ? {} : { name }), ...(step === undefined ? {} : { step }) };
      return steering.approve(runOf(request), which, answer, request);
    },
    pause: async (request) => {
      const { reason } = await readBody(ReasonBody, request);
      return steering.pause(runOf(request), reason, request);
    },
    resume: async (request) => {
      const { resolutions } = await readBody(ResumeBody, request);
      return steering.resume(runOf(request), resolutions?.map(resolutionOf), request);
    },
    cancel: async (request) => {
      const { reason } = await readBody(ReasonBody, request);
      return steering.cancel(runOf(request), reason, request);
    },
    restart: async (request) => {
      const { fromStep, input } = await readBody(RestartBody, request);
      const idempotencyKey = request.header(REQUEST_HEADERS.idempotencyKey);
      const restart = {
        ...(fromStep === undefined ? {} : { fromStep }),
        ...(input === undefined ? {} : { input }),
        ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      };
      return steering.restart(runOf(request), restart, request);
    },
    undo: async (request) => {
      const { preview } = await readBody(UndoBody, request);
      const runId = runOf(request);
      return preview ? previewUndo(log, registry, runId) : undoRun(log, registry, runId, request);
    },
    describe: async (request) => {
      await readBody(NoBody, request);
      return steering.describe(runOf(request));
    },
    approvals: async (request) => {
      await readBody(NoBody, request);
      const { approvals } = await steering.describe(runOf(request));
      return { approvals };
    },
  };
  const scopeOf = ({ of, actor }: EndpointRequest): StateScope => ({
    flow: registry.get(of).contract.name,
    userId: actor.userId,
  });
  const ofStates: Record<StateVerb, Answering> = {
    'get-state': async (request) => {
      const { name } = await readBody(StateBody, request);
      return states.read(scopeOf(request), name);
    },
    'set-state': async (request) => {
      const { name, value, ifRevision } = await readBody(SetStateBody, request);
      return states.set(scopeOf(request), name, value, Date.now(), ifRevision);
    },
    'reset-state': async (request) => {
      const { name, ifRevision } = await readBody(ResetStateBody, request);
      return states.reset(scopeOf(request), name, Date.now(), ifRevision);
    },
    'list-states': async (request) => {
      await readBody(NoBody, request);
      return { states: await states.list(scopeOf(request)) };
    },
  };
  return serveVerbs(connection, { ...ofRuns, ...ofStates });
}

function runOf({ of }: EndpointRequest): FlowRunId {
  if (!isId(of)) throw new UnknownRunError(of);
  return of as FlowRunId;
}
