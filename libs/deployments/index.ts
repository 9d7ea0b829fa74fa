/*
 * Words used throughout
 *
 * deployment  a flow with its parameters and when it is run
 * instant     a point in time at which a schedule fires
 * firing      what was done about an instant, or about a wish to run now
 * missed      passed while nobody could fire
 * overlap     an instant comes while as many runs are active as may be
 */
export { MISSED, OVERLAP } from './deployment.js';
export type {
  Deployment,
  DeploymentChange,
  DeploymentInput,
  DeploymentPage,
  DeploymentQuery,
  DeploymentRef,
  DeploymentSpec,
  DeploymentView,
  FieldChange,
  Missed,
  Overlap,
  Plan,
  PlannedDeployment,
  PlanRefusal,
  PutResult,
} from './deployment.js';
export { FIRED_BY, FIRING_ACTIONS } from './firing.js';
export type { FiredBy, Firing, FiringAction } from './firing.js';
export type { CronSchedule, Instants, IntervalSchedule, Schedule } from './schedule.js';
export { DeploymentClient } from './client.js';
export type { NextOptions, PlanOptions, PutOptions, RunNowOptions } from './client.js';
export { FlagsBody, MOST_PLANNED, ScheduleBody, SpecBody } from './spec-bodies.js';
export { readDeploymentFile } from './file/read-deployment-file.js';
export type { DeploymentFile } from './file/read-deployment-file.js';
export { DeploymentFileError, placed } from './file/problems.js';
export type { FileProblem, Place } from './file/problems.js';
export { readEvery } from './file/every.js';
export { DEPLOYMENT_VERBS } from './verbs.js';
export type { DeploymentVerb } from './verbs.js';
export {
  DeploymentCode,
  DeploymentExistsError,
  InvalidDeploymentError,
  RevisionConflictError,
  UnknownDeploymentError,
} from './errors.js';
export { deploymentIdOf, runIdOfInstant } from './ids.js';
export { instantsOf, nextOf } from './instants.js';
export { startDeployments } from './start-deployments.js';
export type { Deployments, DeploymentsOptions } from './start-deployments.js';
export { toDeployment } from './to-deployment.js';
export type { ToDeployment } from './to-deployment.js';
