import { fromText } from '#libs/run-records';
import type { FlowRunRecord, TaskCounts } from '#libs/run-records';
import type { FlowRunDto } from './flow-run.dto.js';
import { iso } from './task-run.mapper.js';

/** Shows a record as callers see it. `tasks` counts anew where the run is open and LIVE may know more. */
export function toFlowRunDto(record: FlowRunRecord, tasks: TaskCounts = record.tasks): FlowRunDto {
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
    idempotencyKey: record.idempotencyKey,
    traceId: record.traceId,
    attempt: record.attempt,
    result: fromText(record.result),
    error: record.error,
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

function taskSuccessRate({ success, cached, failed }: TaskCounts): number | null {
  const settled = success + cached + failed;
  return settled === 0 ? null : (success + cached) / settled;
}
