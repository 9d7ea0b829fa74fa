import type { Actor, FlowRunId, RunLog } from '#libs/run-log';
import type { FlowRegistry } from '../orchestrator/registry.js';
import { startRun, type StartedRun } from '../orchestrator/start-run.js';
import { CannotUndoError, StillRunningError, UnknownRunError } from './errors.js';
import { forkOf } from './fork-of.js';
import type { By, RestartRequest } from './requests.js';
import { UNDO_FLOW } from './undo/undo-flow.js';
import { undoneLater } from './undo/undo-run.js';
import { viewRun } from './view-run.js';

/**
 * Starts a new run of the flow's current version that begins with what an ended run has done. It works for the same
 * user with the same flags and tags. Throws UnknownRunError, UnknownEventError, UndecodableEventError,
 * StillRunningError, UnknownStepError, and what startRun throws.
 */
export async function restartRun(
  log: RunLog,
  registry: FlowRegistry,
  runId: FlowRunId,
  { fromStep, input, idempotencyKey }: RestartRequest,
  { actor, trace }: By,
): Promise<StartedRun> {
  const history = await log.readRun(runId);
  const view = viewRun(history);
  if (!view) throw history.unreadable ?? new UnknownRunError(runId);
  // What it has done cannot all be told.
  if (history.unreadable) throw history.unreadable;
  await assertEnded(log, runId);
  if (view.flow === UNDO_FLOW) throw new CannotUndoError(runId, 'an undo is not restarted; ask for it again');
  const undone = await undoneLater(log, runId);
  const start = history.events.map(({ event }) => event).find((event) => event.type === 'StartRequested')!;
  return startRun(log, registry, {
    flow: view.flow,
    input: input ?? view.input,
    // Its data and its kept results are this user's, whoever asks for the restart. What it may do is what that one may:
    // with another input it could do more in the user's name than the user's own run did.
    actor: { userId: view.actor.userId, channel: actor.channel, ...rightsOf(actor, view.actor) },
    flags: view.flags,
    tags: view.tags,
    lineage: { fork: forkOf(history, actor, fromStep, undone), root: start.root ?? runId },
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    ...(trace ? { trace } : {}),
  });
}

function rightsOf({ userId, grants, by, key }: Actor, owner: Actor): Pick<Actor, 'grants' | 'by' | 'key'> {
  if (!grants) return {};
  const asking = by ?? userId;
  return {
    grants,
    ...(asking === owner.userId ? {} : { by: asking }),
    ...(key === undefined ? {} : { key }),
  };
}

/** A run that was continued has ended once the last of its chain has. */
async function assertEnded(log: RunLog, runId: FlowRunId): Promise<void> {
  for (let at = runId; ;) {
    const history = await log.readRun(at);
    const view = viewRun(history);
    if (!view && history.unreadable) throw history.unreadable;
    if (!view?.end) throw new StillRunningError(at, view?.standing ?? 'about to start');
    if (view.end.status !== 'continued') return;
    at = view.end.nextRunId;
  }
}
