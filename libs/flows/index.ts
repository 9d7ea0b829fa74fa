/*
 * Words used throughout
 *
 * flow        a durable program: an async function that composes tasks
 * flow run    one execution of a flow, with an id and a history in the run log
 * task        an operation plus how it is run: retries, timeout, tags
 * task run    one use of a task in a flow run, however many attempts it takes
 * attempt     one try of a task run; only the orchestrator makes them
 * operation   business logic with a contract, hosted by a service
 * trigger     a request or an outcome that makes a flow go on
 * activation  what happens between a trigger and the flow's next await
 * decision    what an activation asks for; at once journal entry and command
 * epoch       one pass over a flow's code; a retry of the flow opens the next
 * replay      feeding a run's triggers again and matching its decisions with the log
 * terminal    no further attempt would help; retryable: another may
 * halted      waiting for a person; not failed
 */
export { defineFlow } from './contract.js';
export type { FlowContract, FlowOptions } from './contract.js';
export { flow, programOf, soloFlow, soloFlowName } from './flow.js';
export type { FlowDefinition, FlowDeployment, FlowHooks } from './flow.js';
export type { DeploymentOptions } from './deployment-options.js';
export { RUN_ENDS, WEBHOOK_SCHEMES } from './deployment-trigger.js';
export type {
  EndOfRun,
  EventTrigger,
  RunTrigger,
  Trigger,
  WebhookScheme,
  WebhookTrigger,
} from './deployment-trigger.js';
export { task } from './task.js';
export type { CacheContext, Compensation, TaskDefinition, TaskOptions } from './task.js';
export type {
  Approval,
  ApprovalOptions,
  ChildOptions,
  FlowContext,
  FlowState,
  TaskCallOptions,
} from './context.js';
export { FlowClient } from './client.js';
export type { StartOptions } from './client.js';
export { FlowRegistry, UnknownFlowError } from './orchestrator/registry.js';
export { startOrchestrator } from './orchestrator/orchestrator.js';
export type { Orchestrator, OrchestratorOptions } from './orchestrator/orchestrator.js';
export type { EndedRun, EndStatus, TellDeployment } from './orchestrator/effects.js';
export { serveStarts, START_SUBJECT, START_HEADERS } from './orchestrator/start-endpoint.js';
export type { StartReply } from './orchestrator/start-endpoint.js';
export { newRunId } from './orchestrator/new-run-id.js';
export { checkedBy as checkFlowInput, startRun, IdempotencyConflictError } from './orchestrator/start-run.js';
export type { StartFlow, StartedRun } from './orchestrator/start-run.js';
export { serveSteering } from './steering/serve-steering.js';
export type { SteeringParts } from './steering/serve-steering.js';
export { AnswerBody, ReasonBody, ResolutionBody, RestartBody, ResumeBody } from './steering/bodies.js';
export { resolutionOf } from './steering/resolution-of.js';
export { readBody, serveVerbs } from './steering/request-endpoint.js';
export type { Answering, EndpointRequest } from './steering/request-endpoint.js';
export { Asker } from './steering/asker.js';
export type { Ask } from './steering/asker.js';
export { REQUEST_HEADERS, REQUEST_ROOT, RUN_VERBS, STATE_VERBS } from './steering/requests.js';
export type {
  ApprovalRef,
  ApprovalReply,
  By,
  RestartRequest,
  ResumeRequest,
  RunVerb,
  StateVerb,
  Steered,
} from './steering/requests.js';
export {
  AlreadyAnsweredError,
  AlreadyPausedError,
  CancellingError,
  ContinuingError,
  NotAmbiguousError,
  NotAnApproverError,
  NotPausedError,
  ResolutionNeededError,
  RunEndedError,
  SeveralApprovalsError,
  SteeringCode,
  SteeringError,
  StillRunningError,
  TooLargeError,
  UnknownApprovalError,
  UnknownRunError,
  UnknownStepError,
} from './steering/errors.js';
export { viewRun } from './steering/view-run.js';
export type {
  AmbiguousTask,
  AwaitedSignal,
  PendingApproval,
  RunEndView,
  RunView,
  SettledApproval,
  Standing,
  StepKind,
  StepState,
  StepView,
} from './steering/run-view.js';
export { followResult } from './steering/follow-result.js';
export type { ResultOptions, RunResult } from './steering/follow-result.js';
export { bulk } from './steering/bulk.js';
export type { BulkOptions, BulkProgress } from './steering/bulk.js';
export { exportOf, exportRun, historyOf, readExport, UnreadableExportError } from './steering/export-run.js';
export type { ExportedEvent, RunExport } from './steering/export-run.js';
export { UNDO_FLOW } from './steering/undo/undo-flow.js';
export type { PlainSpec, UndoStep } from './steering/undo/undo-flow.js';
export type { LeftStep, UndoPlan } from './steering/undo/plan-undo.js';
export type { Undone } from './steering/undo/undo-run.js';
export { archiveInPieces, packRun, unpackRun } from './steering/packed-run.js';
export type { PackedPiece, PackedRun } from './steering/packed-run.js';
export type { KeptState } from './steering/flow-states.js';
export { startWatchdog } from './orchestrator/watchdog.js';
export type { Watchdog, WatchdogData, WatchdogOptions } from './orchestrator/watchdog.js';
export { watchMainThread } from './orchestrator/watch-main-thread.js';
export { canonicalJson } from './core/index.js';
export {
  AmbiguousOutcomeError,
  ApprovalExpiredError,
  ChildCancelledError,
  ChildFailedError,
  CompensationFailedError,
  FlowCancelledError,
  FlowTimeoutError,
  FlowUsageError,
  ForeignPromiseError,
  NonDeterminismError,
  SignalTimeoutError,
  TaskCancelledError,
  TaskFailedError,
  TaskTimedOutError,
} from './core/index.js';
