import { startRun, type FlowRegistry, type StartedRun } from '#libs/flows';
import { inSpan, newTrace } from '#libs/telemetry';
import type { Actor, ErrorRecord, FlowRunId, RunLog, TraceContext, TriggeredBy } from '#libs/run-log';
import { toErrorRecord } from '#libs/operations';
import type { DeploymentSpec } from '../deployment.js';
import { lastOfChain } from './run-has-ended.js';

export interface RunPlan {
  readonly id: string;
  readonly spec: Pick<DeploymentSpec, 'flow' | 'parameters' | 'tags' | 'flags'>;
  readonly runId: FlowRunId;
  /** Whom it acts for, and by which way it came. */
  readonly actor: Actor;
  readonly idempotencyKey?: string;
  readonly trace?: TraceContext;
  /** What had happened, where a trigger fired. */
  readonly triggeredBy?: TriggeredBy;
}

/** Begins a run of a deployment, or finds that it has begun. Throws what startRun throws. */
export function beginRun(
  log: RunLog,
  registry: FlowRegistry,
  { id, spec, runId, actor, idempotencyKey, trace, triggeredBy }: RunPlan,
): Promise<StartedRun> {
  const attributes = {
    'deployment.id': id,
    'flow.run.id': runId,
    ...(triggeredBy ? { 'event.type': triggeredBy.type, 'event.id': triggeredBy.eventId } : {}),
  };
  // A firing by the clock comes without a trace and is the first span of its run's.
  return inSpan(`fire ${spec.flow}`, { kind: 'producer', parent: trace ?? {}, attributes }, (span) =>
    startRun(log, registry, {
      flow: spec.flow,
      input: spec.parameters,
      flags: spec.flags,
      tags: spec.tags,
      actor,
      runId,
      trace: span.trace.traceparent ? span.trace : newTrace(),
      lineage: { deploymentId: id, ...(triggeredBy ? { triggeredBy } : {}) },
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    }),
  );
}

/** What is wrong for good about a run that was to begin; rethrows what may pass. */
export function refusalOf(error: unknown): ErrorRecord {
  const { traceback: _, cause: __, ...record } = toErrorRecord(error);
  if (record.disposition === 'terminal') return record;
  throw error;
}

/** Asks a run to end, and whoever goes on with its work. Said again for the same run in its place, it is the same word. */
export async function giveUp(
  log: RunLog,
  runId: FlowRunId,
  actor: Actor,
  inPlace: FlowRunId | undefined,
): Promise<void> {
  const { runId: at, last } = await lastOfChain(log, runId);
  if (last !== 'going') return;
  const id = `overlap-${runId}`;
  const reason = inPlace
    ? `run ${inPlace} of the same deployment takes its place`
    : 'a later run takes its place';
  await log.request(at, { type: 'CancelRequested', id, actor, reason }, id);
}
