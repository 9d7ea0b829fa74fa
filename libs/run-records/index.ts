/*
 * The one fold of the run log: what the streams RUN and CALLS say about runs, tasks and direct calls becomes records.
 * Pure: it knows no broker, no database and no clock. Whoever shows or keeps runs folds with it.
 */
export { FlowRunStatus, TaskRunStatus } from './statuses.js';
export { NO_TASKS } from './flow-run.record.js';
export type { FlowRunRecord, TaskCounts } from './flow-run.record.js';
export type { LivePart, StoredAttempt, StoredMetadata, TaskRunRecord } from './task-run.record.js';
export type { StoredError, StoredErrorItem, StoredLogEntry } from './stored-error.js';
export { fromText, toText } from './json-text.js';
export { isClosed, isTaskEvent, taskIdsOf } from './task-state.js';
export type { TaskEvent } from './task-state.js';
export { foldRun } from './fold-run.js';
export type { RunRecords } from './fold-run.js';
export { applyFlowRun, foldFlowRun, readState } from './fold-flow-run.js';
export type { FlowRunChanges } from './fold-flow-run.js';
export { foldTaskRun } from './fold-task-run.js';
export type { TaskRunChanges } from './fold-task-run.js';
export { foldCall } from './fold-call.js';
export { lostCall } from './lost-call.js';
