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
export type { FlowDefinition } from './flow.js';
export { task } from './task.js';
export type { TaskDefinition, TaskOptions } from './task.js';
export type { FlowContext, TaskCallOptions } from './context.js';
export { FlowClient } from './client.js';
export type { StartOptions } from './client.js';
export { FlowRegistry, UnknownFlowError } from './orchestrator/registry.js';
export { startOrchestrator } from './orchestrator/orchestrator.js';
export type { Orchestrator, OrchestratorOptions } from './orchestrator/orchestrator.js';
export { serveStarts, START_SUBJECT, START_HEADERS } from './orchestrator/start-endpoint.js';
export type { StartReply } from './orchestrator/start-endpoint.js';
export { startRun, IdempotencyConflictError } from './orchestrator/start-run.js';
export type { StartFlow, StartedRun } from './orchestrator/start-run.js';
export { startWatchdog } from './orchestrator/watchdog.js';
export type { Watchdog, WatchdogData, WatchdogOptions } from './orchestrator/watchdog.js';
export { watchMainThread } from './orchestrator/watch-main-thread.js';
export {
  AmbiguousOutcomeError,
  ForeignPromiseError,
  NonDeterminismError,
  TaskCancelledError,
  TaskFailedError,
} from './core/index.js';
