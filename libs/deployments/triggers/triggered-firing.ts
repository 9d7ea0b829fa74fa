import type { FlowRunId, TraceContext } from '#libs/run-log';
import type { TriggerEvent } from '../trigger.js';

/** An event that a trigger of a deployment was waiting for, as it is told to the deployment. */
export interface TriggeredFiring {
  /** Nothing of its data is kept but what the parameters take. */
  readonly event: Omit<TriggerEvent, 'data'>;
  /** When the deployment was created: another one of the same name is not meant. */
  readonly createdAt: string;
  /** Place of the trigger in the deployment's list, from 0. */
  readonly trigger: number;
  /** How many triggers led here one after the other, with this one. */
  readonly depth: number;
  /** The run whose end it was. */
  readonly runId?: FlowRunId;
  /** With those of the deployment, and filled in; left out where there is a reason not to fire. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Why it does not fire. */
  readonly reason?: string;
}

/** The same as it is stored. */
export interface StoredFiring extends TriggeredFiring {
  readonly seq: number;
  /** When it was stored, in milliseconds since the epoch. */
  readonly at: number;
  /** Stands at the end of its subject: the same event has the same. */
  readonly key: string;
  readonly trace: TraceContext;
}
