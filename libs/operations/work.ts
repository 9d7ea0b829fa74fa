import type { Execution, FlowRunId, Outcome, TaskRunId, TaskScheduled, TraceContext } from '#libs/run-log';
import type { OperationContract } from './contract.js';
import type { StopReason } from './stop-reasons.js';
import type { Stop } from './stop.js';

/** One execution of an operation that this process is about to run, whichever way it came in. */
export interface Work {
  readonly contract: OperationContract;
  readonly execution: Execution;
  /** How often a flow's task may take effect; it was said when the task was scheduled. The contract's for direct calls. */
  readonly guarantee?: TaskScheduled['execution'];
  readonly attempt: number;
  readonly flowRunId: FlowRunId | null;
  readonly parentTaskRunId: TaskRunId | null;
  /** The trace of the message that asked for it. */
  readonly trace: TraceContext;
  /** Ends the execution early; its reason is a StopReason. */
  readonly stop: Stop;
  /** What the handler writes to the console becomes lines of its log. */
  readonly logPrints?: boolean;
}

/** Whether it may take effect once only: stopped in the middle, it is for a person to judge. */
export const runsOnce = ({ contract, guarantee = contract.execution }: Work): boolean =>
  guarantee === 'at-most-once';

/** How an execution ended. */
export interface Ended {
  /** As the caller gets it. */
  readonly outcome: Outcome;
  /** As it is kept: sensitive values are struck out. */
  readonly recorded: Outcome;
  readonly startedAt: number;
  readonly finishedAt: number;
  /** Why it was told to stop, where that decided the outcome. */
  readonly stopped?: StopReason;
}

/** A handler with Nest's guards, interceptors, pipes and filters around it. */
export type Handler = (input: object, run: object) => unknown;
