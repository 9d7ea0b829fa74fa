import { taskRunId } from '#libs/run-log';
import type { Resolution } from '#libs/run-log';
import type { ResolutionBody } from './bodies.js';

/** Reads what a person says became of a task, of a body that was checked. */
export function resolutionOf({ taskRunId: id, as, result, message }: ResolutionBody): Resolution {
  const taskRun = taskRunId(id);
  switch (as) {
    case 'succeeded':
      return { taskRunId: taskRun, as, result: result ?? null };
    case 'failed':
      return { taskRunId: taskRun, as, ...(message === undefined ? {} : { message }) };
    case 'retry':
      return { taskRunId: taskRun, as };
  }
}
