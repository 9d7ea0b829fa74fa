import type { Artifact, HaltReason, Resolution } from '#libs/run-log';

export { ApprovalStatus, FlowRunStatus, TaskRunStatus, WaitKind } from '#libs/run-records';

/** A channel that an actor came in by. */
export const CHANNELS = ['api', 'cli', 'ui', 'nats', 'flow', 'schedule'] as const;

export const ARTIFACT_KINDS = ['markdown', 'table', 'link', 'image'] as const satisfies Artifact['kind'][];

export const RESOLUTIONS = ['succeeded', 'failed', 'retry'] as const satisfies Resolution['as'][];

/** A reason that is missing here does not compile. */
const HALTED_BY: Readonly<Record<HaltReason, true>> = {
  'non-determinism': true,
  poison: true,
  'unhandled-rejection': true,
  'foreign-promise': true,
  blocked: true,
  'unknown-event': true,
  ambiguous: true,
  error: true,
};
export const HALT_REASONS = Object.keys(HALTED_BY) as HaltReason[];
