import type { Execution } from './execution.js';
import type { FlowRunId, Millis, TaskRunId } from './ids.js';
import type { ErrorRecord, Outcome } from './outcome.js';

/** Direct and nested calls, on `call.<service>.<operation>` in the stream CALLS. */
export type CallEvent =
  | ({
      readonly type: 'CallClaimed';
      readonly startedAt: Millis;
      /** Past it, a claim without an outcome is recorded as lost. */
      readonly deadline: Millis;
      readonly by: string;
      /** Set when the call was made inside a flow's task. */
      readonly flowRunId?: FlowRunId;
      readonly parentTaskRunId?: TaskRunId;
    } & Execution)
  | {
      readonly type: 'CallFinished';
      readonly taskRunId: TaskRunId;
      readonly service: string;
      readonly operation: string;
      readonly startedAt: Millis;
      readonly finishedAt: Millis;
      readonly by: string;
      readonly outcome: Outcome;
    }
  /** Work that was handed out too often and is kept for a person to look at. */
  | ({
      readonly type: 'DeadLettered';
      readonly runId?: FlowRunId;
      readonly attempt: number;
      readonly deliveries: number;
      readonly error: ErrorRecord;
    } & Execution);
