import { toApprovalDto, toArtifactDto, toFlowRunDto, toTaskRunDto, withTaskNames } from '#libs/contracts';
import type { ApprovalDto, ArtifactDto, FlowRunDto, TaskRunDto } from '#libs/contracts';
import type { RunHistory } from '#libs/run-log';
import { foldRun } from '#libs/run-records';

/** A flow run and what belongs to it as the log alone tells: exact, but without what services said while they worked. */
export interface RunFromLog {
  readonly run: FlowRunDto;
  readonly tasks: readonly TaskRunDto[];
  readonly artifacts: readonly ArtifactDto[];
  readonly approvals: readonly ApprovalDto[];
}

/**
 * Reads a flow run out of its history, for the moments in which the audit's record of it is not there yet or
 * behind; it folds as the audit does. Undefined where the history holds no start.
 */
export function runFromLog({ events }: RunHistory): RunFromLog | undefined {
  const records = foldRun(events);
  if (!records) return undefined;
  const tasks = records.tasks.map((task) => toTaskRunDto(task));
  const names = new Map(tasks.map(({ step, taskName }) => [step, taskName]));
  return {
    run: withTaskNames(toFlowRunDto(records.run), (step) => names.get(step)),
    tasks,
    artifacts: records.artifacts.map((artifact) => toArtifactDto(artifact)),
    approvals: records.approvals.map((approval) => toApprovalDto(approval)),
  };
}
