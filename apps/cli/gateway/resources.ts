import type { FlowRunDto, TaskRunDto } from '#libs/contracts';
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
  readonly inputSchema: JsonSchema;
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
}

export interface Health {
  readonly status: 'ok' | 'degraded' | 'down';
  readonly dependencies: Readonly<Record<string, { readonly status: string; readonly reason?: string }>>;
}
