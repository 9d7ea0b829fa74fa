import type { Actor, ErrorRecord, FlowRunId, RunFlags } from '#libs/run-log';
import type { Firing } from './firing.js';
import type { Schedule } from './schedule.js';
import type { Trigger } from './trigger.js';

/** What happens to a firing while `concurrency` runs of the deployment are active. */
export const OVERLAP = ['skip', 'queue', 'all', 'cancel-old'] as const;
export type Overlap = (typeof OVERLAP)[number];

/** What happens to instants that passed while nobody could fire. */
export const MISSED = ['skip', 'latest', 'all'] as const;
export type Missed = (typeof MISSED)[number];

/** A flow with its parameters and when it is run. */
export interface DeploymentSpec {
  /** The flow's own name or an alias; kept as its own name. */
  readonly flow: string;
  /** Lower case letters, digits, `-` and `_`; unique for its flow and owner. */
  readonly name: string;
  readonly description?: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly tags: readonly string[];
  readonly schedule?: Schedule;
  /** What starts a run of it beside its schedule; ten at most. */
  readonly triggers: readonly Trigger[];
  readonly paused: boolean;
  readonly concurrency: number;
  readonly overlap: Overlap;
  readonly missed: Missed;
  readonly flags: RunFlags;
  /** Which file it is kept in, where it came from one: pruning removes only what came from the same. */
  readonly source?: string;
}

/** A specification as people write it: what is left out has its usual value. */
export type DeploymentInput = Pick<DeploymentSpec, 'flow' | 'name'> & Partial<DeploymentSpec>;

/** A specification as it is kept. */
export interface Deployment extends DeploymentSpec {
  /** Follows from owner, flow and name. */
  readonly id: string;
  /** Whom its runs act for. */
  readonly owner: Actor;
  /** Rises with each change; names this very version. */
  readonly revision: number;
  /** ISO. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A deployment and how it stands. */
export interface DeploymentView extends Deployment {
  /** The next instants, ISO, three at most; none where it is paused or has no schedule. */
  readonly next: readonly string[];
  /** Runs that have not ended, as far as the deployment counts them. */
  readonly active: readonly FlowRunId[];
  /** How many firings wait for a run to end. */
  readonly queued: number;
  readonly lastFiring?: Firing;
  /** Why it cannot fire: its flow is gone, its parameters no longer fit, or its owner's key holds no more. */
  readonly problem?: ErrorRecord;
}

/** Names a deployment of the caller's, or of `owner` where the caller may see everybody's. */
export interface DeploymentRef {
  readonly flow: string;
  readonly name: string;
  /** A user's id. */
  readonly owner?: string;
}

export interface DeploymentQuery {
  readonly flow?: string;
  readonly tag?: string;
  readonly paused?: boolean;
  /** Part of the flow, the name or the description; case does not count. */
  readonly search?: string;
  /** Another user's, where the caller may see everybody's. */
  readonly owner?: string;
  /** 1 to 500; 50 unless told otherwise. */
  readonly limit?: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string;
}

export interface DeploymentPage {
  readonly items: readonly DeploymentView[];
  readonly nextCursor?: string;
}

export type DeploymentChange = 'created' | 'updated' | 'unchanged';

export interface PutResult {
  readonly deployment: DeploymentView;
  readonly change: DeploymentChange;
}

/** One field that a plan changes; `from` is left out where it was not there, `to` where it goes. */
export interface FieldChange {
  readonly field: string;
  readonly from?: unknown;
  readonly to?: unknown;
}

/** What would become of one deployment. */
export interface PlannedDeployment {
  readonly flow: string;
  readonly name: string;
  readonly change: DeploymentChange | 'removed';
  /** What differs, of an update. */
  readonly fields: readonly FieldChange[];
  /** The revision that the plan was made against; none for what would be created. */
  readonly revision?: number;
}

/** One specification that was refused. */
export interface PlanRefusal {
  /** Its place in the list that was planned, from 0. */
  readonly index: number;
  readonly flow: string;
  readonly name: string;
  readonly error: ErrorRecord;
}

/** What applying a list of specifications would do; nothing was changed. */
export interface Plan {
  readonly changes: readonly PlannedDeployment[];
  readonly refused: readonly PlanRefusal[];
}
