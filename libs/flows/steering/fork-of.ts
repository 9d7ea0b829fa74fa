import type { Actor, AskId, FlowRunId, Fork, KeptResult, RunHistory } from '#libs/run-log';
import { UnknownStepError } from './errors.js';
import { StepFold } from './fold-steps.js';
import { reuseId, type LoggedStep } from './step-log.js';

/**
 * Builds what a new run begins with from the history of an old one: every success before `fromStep`, or all of them.
 * What the old run had itself taken over was done before its own first step, so it is kept. Left out is what was
 * undone, and what was done for cleaning up. Pure. Throws UnknownStepError; the history must hold a start.
 */
export function forkOf(
  history: RunHistory,
  by: Actor,
  fromStep?: number,
  /** What other runs have undone of it since it ended. */
  undoneLater: readonly (AskId & { readonly by: FlowRunId })[] = [],
): Fork {
  const { runId: from, events, last: uptoSeq } = history;
  const start = events.map(({ event }) => event).find((event) => event.type === 'StartRequested');
  const fold = new StepFold(events);
  const steps = fold.steps.all;
  const count = steps.reduce((most, { number }) => Math.max(most, number), 0);
  if (fromStep !== undefined && !(Number.isInteger(fromStep) && fromStep >= 1 && fromStep <= count))
    throw new UnknownStepError(from, fromStep, count);
  const taken = start?.fork;

  const results = new Map<string, KeptResult>();
  for (const result of taken?.results ?? []) results.set(reuseId(result), result);
  const undone = [...fold.undone.map((ask) => ({ ...ask, by: from })), ...undoneLater];
  for (const ask of undone) results.delete(reuseId(ask));
  const gone = new Set(undone.map(reuseId));
  for (const step of steps) {
    if (fromStep !== undefined && step.number >= fromStep) continue;
    const kept = keptResult(step);
    if (kept && !gone.has(reuseId(kept))) results.set(reuseId(kept), kept);
  }
  return {
    from,
    by,
    uptoSeq,
    ...(fromStep === undefined ? {} : { step: fromStep }),
    results: [...results.values()],
    ...(undone.length > 0 || taken?.undone ? { undone: [...(taken?.undone ?? []), ...undone] } : {}),
  };
}

function keptResult({ number: step, ask, success, undone, cleansUp }: LoggedStep): KeptResult | undefined {
  if (!success || undone || cleansUp) return undefined;
  return { step, ...ask, value: success.value ?? null };
}
