import type { AskId, ErrorRecord, FlowRunId, RunHistory } from '#libs/run-log';
import type { TaskSpec } from '../../core/index.js';
import { checkedHistory } from '../../orchestrator/checked-history.js';
import { readHistory } from '../../orchestrator/history.js';
import type { FlowRegistry } from '../../orchestrator/registry.js';
import { CannotUndoError } from '../errors.js';
import { StepFold } from '../fold-steps.js';
import { ofTheCode, replayRun } from '../replay-run.js';
import { reuseId, type LoggedStep } from '../step-log.js';
import type { PlainSpec, UndoStep } from './undo-flow.js';

/** A step that stays as it is, and why. */
export interface LeftStep {
  readonly step: number;
  readonly name: string;
  readonly why: string;
}

/** What undoing a run would do, and what it would not. */
export interface UndoPlan {
  readonly runId: FlowRunId;
  readonly flow: string;
  readonly version: string;
  /** In the order in which it is undone: last first. */
  readonly steps: readonly UndoStep[];
  readonly left: readonly LeftStep[];
}

const OF_NO_EFFECT: readonly LoggedStep['kind'][] = ['task', 'child'];

/**
 * Plans to undo what a run has done, by going over its history with the code that it was run by: that alone knows what
 * undoes a task, and with which input. `undone` was undone before, by other runs. Throws CannotUndoError where that code
 * is not there, or does not agree with the history.
 */
export async function planUndo(
  registry: FlowRegistry,
  history: RunHistory,
  undone: readonly AskId[],
): Promise<UndoPlan> {
  const { runId } = history;
  const read = readHistory({ ...history, events: ofTheCode(history.events) });
  const { flow, version } = read;
  const none = { runId, steps: [], left: [] };
  // It was ended before it began.
  if (flow === undefined || version === undefined)
    return { ...none, flow: read.start?.event.flow ?? '', version: '' };
  const program = registry.program(flow, version);
  const contract = registry.contract(flow, version);
  if (!program || !contract)
    throw new CannotUndoError(
      runId,
      `version ${version} of flow ${flow}, by which it was run, is not known here`,
    );
  const fold = new StepFold(history.events);
  const before = new Set([...undone, ...fold.undone].map(reuseId));
  const steps: UndoStep[] = [];
  const left: LeftStep[] = [];
  for (const { step, ask, undoing, input } of await undoableOf()) {
    if (before.has(reuseId(ask))) {
      left.push({ step, name: ask.name, why: 'it was undone before' });
      continue;
    }
    try {
      const made = JSON.parse(JSON.stringify(input() ?? {})) as unknown;
      steps.push({ step, ...ask, undoing: plain(undoing), input: made });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      left.push({
        step,
        name: ask.name,
        why: `the input of ${undoing.name}, which undoes it, cannot be made: ${why}`,
      });
    }
  }
  const known = new Set([...steps, ...left].map(({ step }) => step));
  for (const step of fold.steps.all)
    if (
      step.success &&
      OF_NO_EFFECT.includes(step.kind) &&
      !known.has(step.number) &&
      step.compensates === undefined
    )
      left.push({ step: step.number, name: step.name, why: whyLeft(step) });
  return { runId, flow, version, steps, left };

  async function undoableOf() {
    try {
      const checked = await checkedHistory(read, contract!);
      const { execution } = await replayRun(program!, runId, checked, checked.decisions);
      return execution.undoable();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new CannotUndoError(runId, `its history cannot be gone over with the flow's code: ${why}`, {
        cause: error,
      });
    }
  }
}

const whyLeft = ({ kind, childRunId }: LoggedStep): string =>
  kind === 'child'
    ? `it is a run of its own: undo ${childRunId} by itself`
    : 'nothing is declared that undoes it';

/** Some error that may be tried again; delays that are made from the error are settled for it. */
const ANY: ErrorRecord = { code: 'flow/any', message: 'it failed', disposition: 'retry' };

/** Gives a spec as data: it goes into the log. */
function plain({ retry, ...spec }: TaskSpec): PlainSpec {
  const { delaySeconds, retryOn, ...policy } = retry;
  return {
    ...spec,
    retry: {
      ...policy,
      delaySeconds:
        typeof delaySeconds === 'function'
          ? Array.from({ length: retry.retries }, (_, n) => Math.max(0, delaySeconds(n + 1, ANY)))
          : delaySeconds,
      ...(Array.isArray(retryOn) ? { retryOn: retryOn as readonly string[] } : {}),
    },
  };
}
