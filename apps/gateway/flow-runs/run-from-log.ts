import { toFlowRunDto, toTaskRunDto } from '#libs/contracts';
import type { FlowRunDto, TaskRunDto } from '#libs/contracts';
import type { RunHistory } from '#libs/run-log';
import { foldRun } from '#libs/run-records';

/** A flow run and its tasks as the log alone tells them: exact, but without what services said while they worked. */
export interface RunFromLog {
  readonly run: FlowRunDto;
  readonly tasks: readonly TaskRunDto[];
}

/**
 * Reads a flow run out of its history, for the moments in which the audit's record of it is not there yet or
 * behind; it folds as the audit does. Undefined where the history holds no start.
 */
export function runFromLog({ events }: RunHistory): RunFromLog | undefined {
  const records = foldRun(events);
  if (!records) return undefined;
  return { run: toFlowRunDto(records.run), tasks: records.tasks.map(toTaskRunDto) };
}
