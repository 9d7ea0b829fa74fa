import type { CallEvent, Delivery, ErrorRecord, TaskScheduled } from '#libs/run-log';
import type { OperationContract } from './contract.js';
import { TerminalError } from './errors.js';
import { redact } from './sensitive.js';

/** Every process that took the task died or lost it. */
export class DeliveryExhaustedError extends TerminalError {
  constructor(operation: string, limit: number) {
    super(
      'operation/delivery-exhausted',
      `${operation} was handed out ${limit} times and no process finished it; it is kept as a dead letter`,
    );
  }
}

/** Makes what is kept of a task for a person to look at, and to hand in again. */
export function deadLetterOf(
  contract: OperationContract,
  { event: task, runId, deliveries }: Delivery<TaskScheduled>,
  error: ErrorRecord,
): Extract<CallEvent, { type: 'DeadLettered' }> {
  return {
    type: 'DeadLettered',
    taskRunId: task.taskRunId,
    service: task.service,
    operation: task.operation,
    contractVersion: task.contractVersion,
    input: redact(contract.input, task.input),
    actor: task.actor,
    flags: task.flags,
    tags: task.tags,
    idempotencyKey: task.idempotencyKey,
    createTaskrun: task.createTaskrun,
    ...(task.timeoutMs === undefined ? {} : { timeoutMs: task.timeoutMs }),
    runId,
    attempt: task.attempt,
    deliveries,
    error,
  };
}
