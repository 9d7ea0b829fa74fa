/*
 * Words used throughout
 *
 * deployment  a flow with its parameters and when it is run
 * instant     a point in time at which a schedule fires
 * firing      what was done about an instant, or about a wish to run now
 * missed      passed while nobody could fire
 * event       something happened: somebody said so, a run has ended, or a signed request came
 * trigger     which events start a run of a deployment, and with what parameters
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
export type { FiredBy, Firing, FiringAction, FiringEvent } from './firing.js';
export { RUN_ENDS, WEBHOOK_SCHEMES } from './trigger.js';
export type {
  EventTrigger,
  RunEnd,
  RunTrigger,
  Trigger,
  TriggerEvent,
  WebhookScheme,
  WebhookTrigger,
} from './trigger.js';
export { TriggerBody } from './triggers/trigger-body.js';
export { MOST_EVENT_BYTES, MOST_HOOK_BYTES } from './triggers/said-event.js';
export type { SaidEvent, SignedEvent, Webhook } from './triggers/said-event.js';
export { isEventType } from './triggers/topic.js';
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
  KeyOverError,
  RevisionConflictError,
  UnknownDeploymentError,
} from './errors.js';
export { deploymentIdOf, runIdOfInstant } from './ids.js';
export { instantsOf, nextOf } from './instants.js';
export { rightsByKeys } from './firing/rights-of.js';
export type { Rights, RightsOf } from './firing/rights-of.js';
export { startDeployments } from './start-deployments.js';
export type { Deployments, DeploymentsOptions } from './start-deployments.js';
export { toDeployment } from './to-deployment.js';
