import { completeFlowRun, fromText } from '#libs/run-records';
import type { EarlierFlowRun, FlowRunCourse, StoredWait, TaskCounts } from '#libs/run-records';
import type { FlowRunDto } from './flow-run.dto.js';
import { iso } from './task-run.mapper.js';
import type { FlowWaitDto } from './wait.dto.js';

/** A run may wait for thousands of children; a list of runs must stay readable. */
const MOST_WAITS = 100;

/** Shows a record as callers see it. `tasks` counts anew where the run is open and LIVE may know more. */
export function toFlowRunDto(kept: EarlierFlowRun, tasks: TaskCounts = kept.tasks): FlowRunDto {
  const record = completeFlowRun(kept);
  return {
    id: record._id,
    flow: record.flow,
    version: record.version,
    status: record.status,
    parameters: fromText(record.parameters),
    tags: record.tags,
    actor: record.actor,
    parentFlowRunId: record.parentFlowRunId,
    deploymentId: record.deploymentId,
    restartedFrom: record.restartedFrom,
    restartedBy: record.restartedBy,
    restartedAtStep: record.restartedAtStep,
    triggeredBy: record.triggeredBy,
    continues: record.continues,
    continuedBy: record.continuedBy,
    idempotencyKey: record.idempotencyKey,
    traceId: record.traceId,
    attempt: record.attempt,
    result: fromText(record.result),
    error: record.error,
    waitingFor: record.waitingFor.slice(0, MOST_WAITS).map(toWait),
    waitingForTotal: record.waitingFor.length,
    pause: timed(record.pause),
    halt: toHalt(record.halt),
    resumed: timed(record.resumed),
    cancelling: timed(record.cancelling),
    compensating: record.compensating && {
      steps: [...record.compensating.steps],
      at: record.compensating.at.toISOString(),
    },
    children: record.children,
    artifacts: record.artifacts,
    state: fromText(record.state),
    tasks,
    taskSuccessRate: taskSuccessRate(tasks),
    metadata: record.metadata,
    startedAt: iso(record.startedAt),
    finishedAt: iso(record.finishedAt),
    durationMs: record.durationMs,
    createdAt: record.createdAt.toISOString(),
    updatedAt: record.updatedAt.toISOString(),
    lastSeq: record.lastSeq,
  };
}

/** Says of which tasks a run waits for the next attempt; the run's own record knows their steps alone. */
export function withTaskNames(
  run: FlowRunDto,
  nameOf: (step: number) => string | null | undefined,
): FlowRunDto {
  if (!run.waitingFor.some(isRetry)) return run;
  return {
    ...run,
    waitingFor: run.waitingFor.map((wait) =>
      isRetry(wait) ? { ...wait, name: nameOf(wait.step) ?? null } : wait,
    ),
  };
}

const isRetry = ({ kind }: FlowWaitDto): boolean => kind === 'task-retry';

function toWait({ kind, name, step, since, dueAt, childRunId }: StoredWait): FlowWaitDto {
  return { kind, name, step, since: since.toISOString(), dueAt: iso(dueAt), childRunId };
}

function toHalt(halt: FlowRunCourse['halt']): FlowRunDto['halt'] {
  if (!halt) return null;
  const { reason, at, taskRunIds } = halt;
  return { reason, at: at.toISOString(), ...(taskRunIds ? { taskRunIds: [...taskRunIds] } : {}) };
}

function timed<T extends { readonly at: Date }>(said: T | null): (Omit<T, 'at'> & { at: string }) | null {
  return said && { ...said, at: said.at.toISOString() };
}

function taskSuccessRate({ success, cached, failed }: TaskCounts): number | null {
  const settled = success + cached + failed;
  return settled === 0 ? null : (success + cached) / settled;
}
