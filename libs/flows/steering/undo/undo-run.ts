import { createHash } from 'node:crypto';
import { flowRunId } from '#libs/run-log';
import type { AskId, FlowRunId, RunHistory, RunLog } from '#libs/run-log';
import type { FlowRegistry } from '../../orchestrator/registry.js';
import { startRun, type StartedRun } from '../../orchestrator/start-run.js';
import { CannotUndoError, StillRunningError, UnknownRunError } from '../errors.js';
import type { By } from '../requests.js';
import { viewRun } from '../view-run.js';
import { planUndo, type UndoPlan } from './plan-undo.js';
import { UNDO_FLOW, undoKey, type UndoRunInput } from './undo-flow.js';

/** What came of asking for an undo; `run` is absent where nothing is left to undo, or only a preview was asked for. */
export interface Undone extends UndoPlan {
  readonly run?: StartedRun;
}

/** Tells what undoing a run would do. Throws UnknownRunError, StillRunningError and CannotUndoError. */
export async function previewUndo(log: RunLog, registry: FlowRegistry, runId: FlowRunId): Promise<UndoPlan> {
  return (await prepared(log, registry, runId)).plan;
}

/**
 * Undoes what a run has done, by a run of its own whose id follows from it: however often it is asked for, each piece
 * of work is undone by one run. Where an earlier one could not undo everything, another tries what is left. Throws
 * what previewUndo throws, and what startRun throws.
 */
export async function undoRun(
  log: RunLog,
  registry: FlowRegistry,
  runId: FlowRunId,
  { actor, trace }: By,
): Promise<Undone> {
  const { plan, next, history, tags } = await prepared(log, registry, runId);
  if (plan.steps.length === 0) return plan;
  const start = history.events.map(({ event }) => event).find((event) => event.type === 'StartRequested')!;
  const input: UndoRunInput = { runId, steps: [...plan.steps] };
  const run = await startRun(log, registry, {
    flow: UNDO_FLOW,
    input,
    // What was done for this user is undone for this user, whoever asks.
    actor: {
      ...actor,
      userId: start.actor.userId,
      ...(actor.userId === start.actor.userId ? {} : { by: actor.by ?? actor.userId }),
    },
    flags: start.flags,
    tags: [...tags, `undoes:${runId}`],
    runId: next,
    lineage: { root: start.root ?? runId },
    ...(trace ? { trace } : {}),
  });
  return { ...plan, run };
}

/**
 * Lists the pieces of work of a run that were undone after its end, each by which run. Throws StillRunningError while
 * an undo goes on: nobody knows yet.
 */
export async function undoneLater(
  log: Pick<RunLog, 'readRun'>,
  runId: FlowRunId,
): Promise<readonly (AskId & { readonly by: FlowRunId })[]> {
  return (await earlier(log, runId)).undone;
}

async function prepared(log: RunLog, registry: FlowRegistry, runId: FlowRunId) {
  const history = await log.readRun(runId);
  const view = viewRun(history);
  if (!view) throw history.unreadable ?? new UnknownRunError(runId);
  if (history.unreadable) throw history.unreadable;
  if (!view.end) throw new StillRunningError(runId, view.standing);
  if (view.flow === UNDO_FLOW) throw new CannotUndoError(runId, 'it is itself an undo');
  const { undone, next } = await earlier(log, runId);
  return { history, next, tags: view.tags, plan: await planUndo(registry, history, undone) };
}

/** Reads the undos of a run that there were, and says what the id of the next one is. */
async function earlier(log: Pick<RunLog, 'readRun'>, runId: FlowRunId) {
  const undone: (AskId & { readonly by: FlowRunId })[] = [];
  for (let nth = 1; ; nth++) {
    const id = idOf(runId, nth);
    const history = await log.readRun(id);
    const view = viewRun(history);
    if (!view) {
      if (history.unreadable) throw history.unreadable;
      return { undone, next: id };
    }
    if (!view.end) throw new StillRunningError(id, view.standing);
    undone.push(...successesOf(history, id));
  }
}

function successesOf(history: RunHistory, by: FlowRunId): (AskId & { readonly by: FlowRunId })[] {
  const keys = new Map<string, string>();
  const done = new Set<string>();
  let input: UndoRunInput | undefined;
  for (const { event } of history.events) {
    if (event.type === 'StartRequested') input = event.input as UndoRunInput;
    else if (event.type === 'TaskScheduled') keys.set(event.taskRunId, event.reuseKey);
    else if (event.type === 'TaskFinished' && event.outcome.status === 'success')
      done.add(keys.get(event.taskRunId) ?? '');
    else if (event.type === 'RunResumed')
      for (const word of event.resolutions ?? [])
        if (word.as === 'succeeded') done.add(keys.get(word.taskRunId) ?? '');
  }
  return (input?.steps ?? [])
    .filter((step) => done.has(undoKey(step)))
    .map(({ name, key, nth }) => ({ name, key, nth, by }));
}

const idOf = (runId: FlowRunId, nth: number): FlowRunId =>
  flowRunId(createHash('sha256').update(['undo', runId, nth].join('\0')).digest('hex').slice(0, 32));
