import type { RunEvent, StoredInRun } from '#libs/run-log';
import type { ApprovalRecord } from './approval.record.js';
import type { ArtifactRecord } from './artifact.record.js';
import type { FlowRunRecord } from './flow-run.record.js';
import { approvalIdOf, approvalsOf, foldApproval } from './fold-approval.js';
import { foldArtifact } from './fold-artifact.js';
import { applyFlowRun, foldFlowRun } from './fold-flow-run.js';
import { foldTaskRun } from './fold-task-run.js';
import type { TaskRunRecord } from './task-run.record.js';
import { isTaskEvent, taskIdsOf } from './task-state.js';

/** A run and what belongs to it as RUN alone tells: without what services said while they worked. */
export interface RunRecords {
  readonly run: FlowRunRecord;
  /** In the order in which they were scheduled; only those that leave a record. */
  readonly tasks: readonly TaskRunRecord[];
  /** In the order in which they were recorded. */
  readonly artifacts: readonly ArtifactRecord[];
  /** In the order in which they were asked for. */
  readonly approvals: readonly ApprovalRecord[];
}

/**
 * Folds the whole history of one run, in stream order, into the records that a projection keeps of it. Null where
 * the history holds no start.
 */
export function foldRun(events: readonly StoredInRun<RunEvent>[]): RunRecords | null {
  let run: FlowRunRecord | null = null;
  const tasks = new Map<string, TaskRunRecord>();
  const approvals = new Map<string, ApprovalRecord>();
  const artifacts: ArtifactRecord[] = [];
  for (const stored of events) {
    foldTasks(tasks, stored, run?.deploymentId ?? null);
    const changes = foldFlowRun(run, stored);
    if (changes) run = applyFlowRun(run, changes);
    if (!run) continue;
    foldApprovals(approvals, stored, run);
    const artifact = foldArtifact(run, stored);
    if (artifact) artifacts.push(artifact);
  }
  return run && { run, tasks: [...tasks.values()], artifacts, approvals: [...approvals.values()] };
}

function foldTasks(
  tasks: Map<string, TaskRunRecord>,
  { event, ...where }: StoredInRun<RunEvent>,
  deploymentId: string | null,
): void {
  if (!isTaskEvent(event)) return;
  for (const id of taskIdsOf(event)) {
    const record = tasks.get(id) ?? null;
    const changes = foldTaskRun(record, { ...where, event }, id, deploymentId);
    if (changes) tasks.set(id, { ...record, ...changes } as TaskRunRecord);
  }
}

function foldApprovals(
  approvals: Map<string, ApprovalRecord>,
  stored: StoredInRun<RunEvent>,
  run: FlowRunRecord,
): void {
  const which = approvalsOf(stored.event, run);
  if (which.length === 0) return;
  const ids = which === 'pending' ? [...approvals.keys()] : which.map((step) => approvalIdOf(run._id, step));
  for (const id of ids) {
    const record = approvals.get(id) ?? null;
    const changes = foldApproval(record, stored, run);
    if (changes) approvals.set(id, { ...record, ...changes } as ApprovalRecord);
  }
}
