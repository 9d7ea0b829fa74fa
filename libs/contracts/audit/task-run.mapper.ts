import { completeTaskRun, fromText } from '#libs/run-records';
import type {
  EarlierTaskRun,
  StoredAttempt,
  StoredErrorItem,
  StoredLogEntry,
  StoredResolution,
  TaskRunRecord,
} from '#libs/run-records';
import type { AttemptDto, ErrorItemDto, LogEntryDto, ResolutionDto } from './record-parts.dto.js';
import type { TaskRunDto } from './task-run.dto.js';

/** Shows a record as callers see it; while it runs, what LIVE told stands in for what is not settled. */
export function toTaskRunDto(kept: EarlierTaskRun): TaskRunDto {
  const record = completeTaskRun(kept);
  const { live } = record;
  const isRunning = record.status === 'running';
  const liveStart = isRunning && live?.attempt === record.attempt ? live.startedAt : undefined;
  return {
    id: record._id,
    operationName: record.operationName,
    service: record.service,
    taskName: record.taskName,
    step: record.step,
    compensates: record.compensates,
    cacheKey: record.cacheKey,
    resultName: record.resultName,
    startBy: iso(record.startBy),
    deferredUntil: iso(record.deferredUntil),
    resolution: toResolution(record.resolution),
    status: record.status,
    actor: record.actor,
    attempt: record.attempt,
    attempts: record.attempts.map((attempt) => toAttempt(attempt, isRunning ? live : undefined)),
    idempotencyKey: record.idempotencyKey,
    orchestrated: record.orchestrated,
    flowRunId: record.flowRunId,
    parentTaskRunId: record.parentTaskRunId,
    deploymentId: record.deploymentId,
    replayOf: record.replayOf,
    inputDump: fromText(record.inputDump),
    resultRefs: record.resultRefs,
    errorMessage: record.errorMessage,
    errorCode: record.errorCode,
    errorTraceback: record.errorTraceback,
    errorList: record.errorList.map(toErrorItem),
    logEntries: record.logEntries.map(toLogEntryDto),
    logsRef: `task_logs/${record._id}`,
    tags: record.tags,
    metadata: record.metadata,
    progress: isRunning ? (live?.progress ?? null) : null,
    traceId: record.traceId,
    startedAt: iso(record.startedAt ?? liveStart),
    finishedAt: iso(record.finishedAt),
    durationMs: record.durationMs,
    createdAt: record.createdAt.toISOString(),
    updatedAt: record.updatedAt.toISOString(),
    lastSeq: record.lastSeq,
  };
}

export const iso = (date: Date | null | undefined): string | null => date?.toISOString() ?? null;

function toAttempt(attempt: StoredAttempt, live: TaskRunRecord['live']): AttemptDto {
  const seen = attempt.startedAt === null && live?.attempt === attempt.attempt ? live : undefined;
  return {
    attempt: attempt.attempt,
    startedAt: iso(attempt.startedAt ?? seen?.startedAt),
    finishedAt: iso(attempt.finishedAt),
    error: attempt.error,
    deliveries: attempt.deliveries,
    by: attempt.by ?? seen?.by ?? null,
    resolution: toResolution(attempt.resolution),
  };
}

function toResolution(resolution: StoredResolution | null): ResolutionDto | null {
  return resolution && { ...resolution, at: resolution.at.toISOString() };
}

function toErrorItem({ value, ...item }: StoredErrorItem): ErrorItemDto {
  return value === undefined ? item : { ...item, value: fromText(value) };
}

export function toLogEntryDto({ level, message, at, fields }: StoredLogEntry): LogEntryDto {
  return {
    level,
    message,
    at: at.toISOString(),
    ...(fields === undefined ? {} : { fields: fromText(fields) as Record<string, unknown> }),
  };
}
