import type { ApprovalDto, ArtifactDto, FlowRunDto, TaskRunDto } from '#libs/contracts';
import type { DeploymentSpec } from '#libs/deployments';
import type { ErrorRecord, LiveEvent, RunEvent } from '#libs/run-log';
import type { JsonSchema } from '../parameters/json-schema.js';

/** What the gateway answers, as far as the commands read it. Times are ISO 8601, durations milliseconds. */
export interface FlowEntry {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly aliases: readonly string[];
  readonly tags: readonly string[];
  readonly retries: number;
  readonly inputSchema: JsonSchema;
}

export interface OperationEntry {
  readonly name: string;
  readonly service: string;
  readonly category: string;
  readonly stage: string;
  readonly description: string;
  readonly version: number | string;
  readonly tags: readonly string[];
  readonly permissions?: readonly string[];
  readonly inputSchema: JsonSchema;
  readonly outputSchema?: JsonSchema;
}

export interface StartedRun {
  readonly runId: string;
  readonly flow: string;
  readonly status: string;
  /** True when the idempotency key had started this run before. */
  readonly existing: boolean;
  readonly links: Readonly<Record<string, string>>;
}

export type TaskNode = TaskRunDto & { readonly children: readonly TaskNode[] };

export type FlowRunTree = FlowRunDto & {
  readonly taskTree: readonly TaskNode[];
  readonly taskTreeTruncated: boolean;
};

export interface OperationAnswer {
  readonly operation: string;
  readonly taskRunId: string;
  readonly status: 'success' | 'failed';
  readonly result: unknown;
  readonly error: { readonly message: string } | null;
  readonly itemErrors: readonly { readonly item: string; readonly message: string }[];
}

/** The data of one event of a run's stream. `seq` is null for what is told by LIVE only. */
export interface StreamedEvent {
  readonly runId: string;
  readonly seq: number | null;
  readonly time: string;
  readonly event: RunEvent | LiveEvent;
}

/** The data of the stream's last event. */
export interface RunEnd {
  readonly runId: string;
  readonly status: 'completed' | 'failed' | 'cancelled' | 'halted';
  readonly result: unknown;
  readonly error: ErrorRecord | null;
  /** The run that goes on with its work, and whose result is its own. */
  readonly continuedBy?: string;
}

export interface Health {
  readonly status: 'ok' | 'degraded' | 'down';
  readonly dependencies: Readonly<Record<string, { readonly status: string; readonly reason?: string }>>;
}

/** What is answered to whatever is said to a run. */
export interface SteerAnswer {
  /** Where it went: the run itself, or the last of those that have gone on with its work. */
  readonly runId: string;
  readonly status: string;
  readonly duplicate: boolean;
  readonly note: string | null;
}

export interface RestartAnswer {
  /** The new run. */
  readonly runId: string;
  readonly flow: string;
  readonly existing: boolean;
}

export type Approval = ApprovalDto;
export type Artifact = ArtifactDto;

/** One thing that a flow has asked for. */
export interface Step {
  readonly number: number;
  readonly kind: string;
  readonly name: string;
  readonly state: string;
  readonly epoch: number;
  readonly askedAt: string;
  readonly endedAt: string | null;
  readonly taskRunId?: string;
  readonly attempt?: number;
  readonly compensates?: number;
  readonly childRunId?: string;
  readonly error?: { readonly message: string };
  readonly undone?: boolean;
}

/** What would be done to many runs. */
export interface BulkPreview {
  readonly action: 'cancel' | 'restart';
  readonly count: number;
  readonly skipped?: number;
  readonly byStatus: Readonly<Record<string, number>>;
  readonly first: readonly FlowRunDto[];
}

/** What is being done to many runs, as a list tells it. */
export interface BulkSummary {
  readonly id: string;
  readonly action: 'cancel' | 'restart';
  readonly status: 'running' | 'stopping' | 'stopped' | 'done' | 'failed';
  readonly total: number;
  readonly done: number;
  readonly skipped: number;
  readonly failed: number;
  readonly filter: Readonly<Record<string, string>>;
  readonly by: { readonly userId: string };
  readonly createdAt: string;
  readonly error: { readonly message: string } | null;
}

/** The same with what became of single runs. */
export interface BulkWork extends BulkSummary {
  readonly failures: readonly { readonly runId: string; readonly message: string }[];
  readonly leftAlone?: readonly { readonly runId: string; readonly message: string }[];
}

/** A value that a flow keeps over its runs. */
export interface State {
  readonly flow: string;
  readonly name: string;
  readonly found: boolean;
  readonly value: unknown;
  readonly runId: string | null;
  readonly keptAt: string | null;
}

/** As whom the server sees who asks. */
export interface Me {
  readonly userId: string;
  readonly method: 'key' | 'token' | 'off';
  readonly role: string | null;
  readonly permissions: readonly string[];
  /** Who really asks, where somebody acts for the user. */
  readonly actingUser: string | null;
  readonly key: { readonly id: string; readonly name: string } | null;
  readonly expiresAt: string | null;
}

export interface Key {
  readonly id: string;
  readonly name: string;
  readonly userId: string;
  readonly role: string | null;
  readonly permissions: readonly string[];
  readonly status: 'active' | 'expired' | 'revoked';
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
}

export interface NewKey extends Key {
  /** Told this once. */
  readonly key: string;
}

/** What a deployment did about an instant, or about a wish to run now. */
export interface FiringEntry {
  readonly instant: string;
  readonly at: string;
  readonly action: 'started' | 'queued' | 'skipped' | 'missed';
  readonly runId?: string;
  readonly reason?: string;
  readonly by: 'schedule' | 'person' | 'trigger';
  readonly askedBy?: string;
  readonly event?: { readonly id: string; readonly type: string };
}

/** A flow with its parameters and when it is run, and how it stands. */
export interface DeploymentEntry extends DeploymentSpec {
  readonly id: string;
  readonly userId: string;
  readonly revision: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly next: readonly string[];
  readonly active: readonly string[];
  readonly queued: number;
  readonly lastFiring: FiringEntry | null;
  readonly problem?: { readonly message: string };
  readonly links: { readonly hook?: string };
}

export interface PlannedChange {
  readonly flow: string;
  readonly name: string;
  readonly change: 'created' | 'updated' | 'unchanged' | 'removed';
  readonly fields: readonly { readonly field: string; readonly from?: unknown; readonly to?: unknown }[];
}

export interface DeploymentPlan {
  readonly hash: string;
  readonly changes: readonly PlannedChange[];
  readonly refused: readonly {
    readonly index: number;
    readonly flow: string;
    readonly name: string;
    readonly error: {
      readonly code: string;
      readonly message: string;
      readonly fields?: readonly {
        readonly field: string;
        readonly value?: unknown;
        readonly message: string;
      }[];
    };
  }[];
}

export interface AppliedPlan {
  readonly done: readonly {
    readonly flow: string;
    readonly name: string;
    readonly change: string;
    readonly revision?: number;
  }[];
  readonly unchanged: number;
}

/** A run of a deployment that somebody asked for. */
export interface RunOfDeployment {
  readonly runId: string;
  readonly flow: string;
  readonly name: string;
  readonly existing: boolean;
  readonly links: Readonly<Record<string, string>>;
}
