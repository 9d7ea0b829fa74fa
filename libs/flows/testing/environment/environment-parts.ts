import type { FlowRunId, MemoryRunLog } from '#libs/run-log';
import type { RunResult } from '../../steering/follow-result.js';
import type { Steering } from '../../steering/steering.js';

/** What a run of the environment needs of it. */
export interface EnvironmentParts {
  readonly log: MemoryRunLog;
  readonly steering: Steering;
  settle(): Promise<void>;
  endOf(runId: FlowRunId): Promise<RunResult>;
}
