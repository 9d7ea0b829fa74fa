import type { Millis, TaskScheduled } from '#libs/run-log';
import type { RunState } from './run-state.js';
import type { Step, TaskStep } from './step-book.js';

/** Writes the decision that hands the present attempt of a task to its service. */
export function taskScheduled(
  run: RunState,
  { number, attempt, task }: Step,
  startBy?: Millis,
): TaskScheduled {
  const { call, taskRunId, key, compensates } = task!;
  const { spec, input, cache, resultName } = call;
  const { actor, flags } = run.start!;
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
    idempotencyKey: idempotencyKeyOf(run, task!),
    createTaskrun: spec.createTaskrun,
    ...(spec.timeoutMs === undefined ? {} : { timeoutMs: spec.timeoutMs as Millis }),
    ...(cache ? { cache } : {}),
    ...(resultName === undefined ? {} : { resultName }),
    ...(spec.logPrints ? { logPrints: true } : {}),
    ...(startBy === undefined ? {} : { startBy }),
    ...(compensates === undefined ? {} : { compensates }),
  };
}

/** What undoes a piece of work is known by that work: in another run its step may have another number. */
function idempotencyKeyOf(run: RunState, { call, key, nth, compensates }: TaskStep): string {
  if (compensates === undefined) return run.idempotencyKey({ name: call.spec.name, key, nth });
  return `undo/${idempotencyKeyOf(run, run.steps.taken[compensates - 1]!.task!)}`;
}
