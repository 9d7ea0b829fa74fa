import type { FlowRunId, Millis, RequestEvent, TaskScheduled } from '#libs/run-log';
import type { Step } from './step-book.js';

/** Writes the decision that hands the present attempt of a task to its service. */
export function taskScheduled(
  runId: FlowRunId,
  { actor, flags }: Extract<RequestEvent, { type: 'StartRequested' }>,
  { number, attempt, task }: Step,
): TaskScheduled {
  const { call, taskRunId, key, nth } = task!;
  const { spec, input } = call;
  return {
    type: 'TaskScheduled',
    step: number,
    task: spec.name,
    attempt,
    lane: spec.lane,
    execution: spec.execution,
    reuseKey: key,
    taskRunId,
    service: spec.service,
    operation: spec.operation,
    contractVersion: spec.contractVersion,
    input,
    actor,
    flags,
    tags: spec.tags,
    idempotencyKey: `${runId}/${spec.name}/${key}/${nth}`,
    createTaskrun: spec.createTaskrun,
    ...(spec.timeoutMs === undefined ? {} : { timeoutMs: spec.timeoutMs as Millis }),
  };
}
