import type { DecisionEvent } from './decisions.js';
import type { FactEvent } from './facts.js';
import type { RequestEvent } from './requests.js';

export type { Actor, Execution, RunFlags, TaskTerms } from './execution.js';
export type { ErrorRecord, FieldError, ItemError, LogEntry, Outcome, ResultRef } from './outcome.js';
export type { AskId, Fork, KeptResult } from './fork.js';
export type { ChildEnd, RequestEvent, Resolution, TriggeredBy } from './requests.js';
export type { Artifact, DecisionEvent, HaltReason, TimerKind } from './decisions.js';
export type { FactEvent } from './facts.js';
export type { LiveEvent } from './live-events.js';
export type { CallEvent } from './calls.js';

/** Everything that the stream RUN holds. */
export type RunEvent = RequestEvent | DecisionEvent | FactEvent;

/** The current version of each event's shape; a changed shape is a new version and an upcaster on read. */
export const EVENT_VERSION = 1;
