import type { CallAnswer, OperationDescription } from '#libs/operations';
import { TerminalError } from '#libs/operations';
import type { ItemError, LogEntry, Outcome, ResultRef } from '#libs/run-log';
import type { Speaking } from '../problems/problem.js';

/** What running an operation comes to. `success: false` in its output is an answer too: status `failed`, with that output. */
export interface OperationAnswer {
  readonly operation: string;
  readonly taskRunId: string;
  readonly status: 'success' | 'failed';
  readonly result: unknown;
  readonly resultRefs: readonly ResultRef[];
  readonly itemErrors: readonly ItemError[];
  readonly logEntries?: readonly LogEntry[];
  readonly error: { readonly code: string; readonly message: string; readonly disposition: string } | null;
  readonly links: { readonly self: string; readonly taskRun?: string };
}

/** Turns a call's end into an answer. Throws an error that carries the task run's id where there is no output. */
export function answerOf(
  entry: Pick<OperationDescription, 'name' | 'createTaskrun'>,
  call: CallAnswer,
): OperationAnswer {
  const { taskRunId } = call;
  if (call.status === 'unanswered') throw withRecord(call.error, entry, taskRunId);
  const { outcome } = call;
  switch (outcome.status) {
    case 'success':
      return answer(entry, taskRunId, outcome, outcome.result, null);
    case 'failed': {
      if (outcome.result === undefined) throw withRecord(withItems(outcome.error, outcome), entry, taskRunId);
      const { code, message, disposition } = outcome.error;
      return answer(entry, taskRunId, outcome, outcome.result, { code, message, disposition });
    }
    case 'cancelled': {
      const why = outcome.reason ? `: ${outcome.reason}` : '';
      throw withRecord(
        new TerminalError('operation/cancelled', `${entry.name} was cancelled${why}`),
        entry,
        taskRunId,
      );
    }
    case 'deferred':
      throw withRecord(
        {
          code: 'operation/rate-limited',
          message: `${entry.name} has reached a limit and takes no more for the moment`,
          disposition: 'retry',
          retryAfterMs: Math.max(0, outcome.until - Date.now()),
        },
        entry,
        taskRunId,
      );
  }
}

function answer(
  entry: Pick<OperationDescription, 'name' | 'createTaskrun'>,
  taskRunId: string,
  { resultRefs = [], itemErrors = [], logEntries }: Outcome,
  result: unknown,
  error: OperationAnswer['error'],
): OperationAnswer {
  return {
    operation: entry.name,
    taskRunId,
    status: error ? 'failed' : 'success',
    result,
    resultRefs,
    itemErrors,
    ...(logEntries ? { logEntries } : {}),
    error,
    links: {
      self: `/operations/${entry.name}`,
      ...(entry.createTaskrun ? { taskRun: `/task-runs/${taskRunId}` } : {}),
    },
  };
}

/** An execution that ended without an output. Its record can be looked up, where one is kept. */
export class RefusedExecution extends Error implements Speaking {
  readonly code: string;
  readonly disposition: Speaking['disposition'];
  readonly fields?: Speaking['fields'];
  readonly itemErrors?: Speaking['itemErrors'];
  readonly retryAfterMs?: number;
  readonly taskRunId?: string;

  constructor(said: Speaking, taskRunId: string | undefined) {
    super(said.message);
    this.name = new.target.name;
    this.code = said.code;
    this.disposition = said.disposition;
    if (said.fields) this.fields = said.fields;
    if (said.itemErrors) this.itemErrors = said.itemErrors;
    if (said.retryAfterMs !== undefined) this.retryAfterMs = said.retryAfterMs;
    if (taskRunId !== undefined) this.taskRunId = taskRunId;
  }
}

const withItems = (error: Speaking, { itemErrors }: Pick<Outcome, 'itemErrors'>): Speaking =>
  itemErrors ? { ...error, itemErrors } : error;

function withRecord(
  error: Speaking,
  { createTaskrun }: Pick<OperationDescription, 'createTaskrun'>,
  taskRunId: string,
): RefusedExecution {
  return new RefusedExecution(error, createTaskrun ? taskRunId : undefined);
}
