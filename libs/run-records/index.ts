/*
 * The one fold of the run log: what the streams RUN and CALLS say about runs, tasks and direct calls becomes records.
 * Pure: it knows no broker, no database and no clock. Whoever shows or keeps runs folds with it.
 */
export { FlowRunStatus, TaskRunStatus } from './statuses.js';
export { completeFlowRun, emptyFold, NO_COURSE, NO_TASKS } from './flow-run.record.js';
export type {
  EarlierFlowRun,
  FlowRunCourse,
  FlowRunFold,
  FlowRunRecord,
  TaskCounts,
} from './flow-run.record.js';
export { completeTaskRun, NO_TERMS } from './task-run.record.js';
export type {
  EarlierTaskRun,
  LivePart,
  StoredAttempt,
  StoredMetadata,
  StoredResolution,
  TaskRunRecord,
  TaskRunTerms,
} from './task-run.record.js';
export type { ArtifactRecord } from './artifact.record.js';
export { ApprovalStatus } from './approval.record.js';
export type { ApprovalRecord } from './approval.record.js';
export { storedError } from './stored-error.js';
export type { StoredError, StoredErrorItem, StoredLogEntry } from './stored-error.js';
export { traceIdOf } from './new-task-run.js';
export { fromText, toText } from './json-text.js';
export { endsRun, goesOn } from './run-course.js';
export type { RunEnd } from './run-course.js';
export { evolveWaits, NO_WAITS, WaitKind } from './waits.js';
export type { StoredWait, UntakenSignals, Waiting } from './waits.js';
export { heed } from './attempt-end.js';
export type { Heed, LatestAttempt } from './attempt-end.js';
export { isClosed, isTaskEvent, nextTaskState, taskIdsOf } from './task-state.js';
export type { TaskEvent, TaskState } from './task-state.js';
export { readState } from './task-tally.js';
export { foldRun } from './fold-run.js';
export type { RunRecords } from './fold-run.js';
export { showsUnread } from './begin-run.js';
export { applyFlowRun, foldFlowRun } from './fold-flow-run.js';
export type { FlowRunChanges } from './fold-flow-run.js';
export { foldTaskRun } from './fold-task-run.js';
export type { TaskRunChanges } from './fold-task-run.js';
export { foldArtifact } from './fold-artifact.js';
export { approvalIdOf, approvalsOf, foldApproval } from './fold-approval.js';
export type { ApprovalChanges } from './fold-approval.js';
export { foldCall } from './fold-call.js';
export { lostCall } from './lost-call.js';
export { who } from './who.js';
