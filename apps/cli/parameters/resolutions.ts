import { UsageError } from '../terminal/cli-error.js';

/** What a person says about a task of which nobody knows whether it took effect. */
export type TypedResolution = { readonly taskRunId: string } & (
  | { readonly as: 'retry' }
  | { readonly as: 'failed'; readonly message?: string }
  | { readonly as: 'succeeded'; readonly result: unknown }
);

const EXPECTED = 'expected TASKRUN=retry, TASKRUN=failed[:why] or TASKRUN=succeeded[:JSON]';

/** Reads `t1=retry`, `t1=failed:no answer` or `t1=succeeded:{"id":7}`. */
export function readResolution(text: string): TypedResolution {
  const [, taskRunId = '', as, said] = /^([^=]+)=(retry|failed|succeeded)(?::(.*))?$/s.exec(text) ?? [];
  if (as === 'retry' && said === undefined) return { taskRunId, as };
  if (as === 'failed') return { taskRunId, as, ...(said ? { message: said } : {}) };
  if (as === 'succeeded') return { taskRunId, as, result: said === undefined ? null : resultOf(text, said) };
  throw new UsageError(`--task ${text}: ${EXPECTED}`);
}

function resultOf(text: string, said: string): unknown {
  try {
    return JSON.parse(said);
  } catch (error) {
    throw new UsageError(`--task ${text}: what follows succeeded: is no JSON: ${(error as Error).message}`);
  }
}
