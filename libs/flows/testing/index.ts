/*
 * The test kit of flows. For tests only: nothing that runs in production imports it.
 *
 * given            given what has happened to a flow, when something comes, then it decides this
 * testEnvironment  a world in memory with a clock that leaps: runs as they run in earnest, a year in an instant
 * BOTH_WAYS        runs kept in memory, and replay at every await
 * replay           goes over a recorded run with the flow's present code
 * SimulatedRun     one run over a log that is a plain list, for what the others do not reach
 */
export { testEnvironment } from './environment/test-environment.js';
export type { TestEnvironment, TestEnvironmentOptions, TestStart } from './environment/test-environment.js';
export { BOTH_WAYS } from './both-ways.js';
export { NoResultError, RunWaitsError } from './environment/test-run.js';
export type { TestRun } from './environment/test-run.js';
export { NOT_RUNNING } from './environment/played-operation.js';
export type { PlayedOperation, PlayedRun } from './environment/played-operation.js';
export type { PlayedOperations } from './environment/played-services.js';
export { DecidedOtherwiseError, given } from './specification/given.js';
export type { Expected, Given, When } from './specification/given.js';
export {
  approved,
  cancelled,
  childEnds,
  declined,
  paused,
  resumed,
  signalComes,
  started,
  taskFails,
  taskIsLost,
  taskSucceeds,
  timePasses,
  valueIsLoaded,
} from './specification/happenings.js';
export type { Happening, Which } from './specification/happenings.js';
export {
  asksForApproval,
  completes,
  endsCancelled,
  fails,
  schedules,
  sleeps,
  startsChild,
  undoes,
  waitsForSignal,
} from './specification/expectations.js';
export { decisionsOf, OtherFlowError, replay } from './replay.js';
export type { Replayed } from './replay.js';
export type { RunExport } from '../steering/export-run.js';
export { SimulatedRun } from './simulated-run.js';
export type { SimulatedStart, Word } from './simulated-run.js';
