import type { RunEvent, StoredInRun, TriggeredBy } from '#libs/run-log';
import { NO_COURSE, NO_TASKS } from './flow-run.record.js';
import type { FlowRunRecord } from './flow-run.record.js';
import { toText } from './json-text.js';
import { traceIdOf } from './new-task-run.js';
import { FlowRunStatus } from './statuses.js';
import { storedError } from './stored-error.js';
import { who } from './who.js';

/** Stands for the flow of a run whose start cannot be read. */
export const UNREAD_FLOW = 'unknown';

/** Tells whether an event shows a run, of which nothing else does, because its start cannot be read. */
export const showsUnread = (event: RunEvent): event is Extract<RunEvent, { type: 'RunHalted' }> =>
  event.type === 'RunHalted' && event.reason === 'unknown-event';

/** Gives the record of a run whose start cannot be read. For whom it works is not known, so it is the platform's. */
export function beginUnread(
  stored: StoredInRun<RunEvent>,
  event: Extract<RunEvent, { type: 'RunHalted' }>,
): Omit<FlowRunRecord, 'fold'> {
  const start = {
    type: 'StartRequested',
    flow: UNREAD_FLOW,
    input: null,
    inputHash: '',
    actor: { userId: 'system', channel: 'nats' },
    flags: {},
    tags: [],
  } as const;
  return {
    ...beginRun(stored, start),
    parameters: null,
    status: FlowRunStatus.halted,
    halt: { reason: event.reason, at: new Date(stored.time) },
    error: storedError(event.error),
  };
}

/** Gives every field of the record of a run that was just asked for. */
export function beginRun(
  stored: StoredInRun<RunEvent>,
  event: Extract<RunEvent, { type: 'StartRequested' }>,
): Omit<FlowRunRecord, 'fold'> {
  const at = new Date(stored.time);
  return {
    ...NO_COURSE,
    _id: stored.runId,
    flow: event.flow,
    version: null,
    status: FlowRunStatus.pending,
    parameters: toText(event.input),
    tags: [...event.tags],
    actor: who(event.actor),
    parentFlowRunId: event.parent?.runId ?? null,
    deploymentId: event.deploymentId ?? null,
    restartedFrom: event.fork?.from ?? null,
    restartedBy: event.fork?.by ? who(event.fork.by) : null,
    restartedAtStep: event.fork?.step ?? null,
    triggeredBy: event.triggeredBy ? triggerOf(event.triggeredBy) : null,
    continues: event.continues?.runId ?? null,
    idempotencyKey: event.idempotencyKey ?? null,
    traceId: traceIdOf(stored.trace),
    attempt: 1,
    result: null,
    error: null,
    tasks: NO_TASKS,
    metadata: {
      dryRun: event.flags.dryRun ?? false,
      testMode: event.flags.testMode ?? false,
      verbose: event.flags.verbose ?? false,
    },
    startedAt: null,
    finishedAt: null,
    durationMs: null,
    createdAt: at,
    updatedAt: at,
    lastSeq: stored.position.seq,
  };
}

/** Nothing but what is known to belong there. */
const triggerOf = ({ type, eventId, runId, depth }: TriggeredBy): TriggeredBy => ({
  type,
  eventId,
  ...(runId === undefined ? {} : { runId }),
  depth,
});
