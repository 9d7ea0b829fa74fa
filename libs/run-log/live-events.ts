import type { Millis, TaskRunId } from './ids.js';
import type { LogEntry } from './outcome.js';

/** For watching only, on `live.*`; may be lost. */
export type LiveEvent =
  | {
      readonly type: 'TaskStarted';
      readonly taskRunId: TaskRunId;
      readonly attempt: number;
      readonly service: string;
      readonly operation: string;
      readonly startedAt: Millis;
      readonly by: string;
    }
  | {
      readonly type: 'TaskProgressed';
      readonly taskRunId: TaskRunId;
      readonly done: number;
      readonly total?: number;
      readonly message?: string;
    }
  | { readonly type: 'LogEmitted'; readonly taskRunId?: TaskRunId; readonly entry: LogEntry };
