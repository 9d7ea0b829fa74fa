import { ORCHESTRATOR_HOLDER } from '#libs/run-log';
import type { DecisionEvent, FlowRunId, RunEvent, Trigger } from '#libs/run-log';
import { Execution, type FlowProgram } from '../core/index.js';
import { settleMicrotasks } from '../orchestrator/activation-gate.js';
import { claimKey, type ReadHistory } from '../orchestrator/history.js';

/** Goes over a history with a program, beside everything else. Throws NonDeterminismError and what the code halts by. */
export async function replayRun(
  program: FlowProgram,
  runId: FlowRunId,
  history: ReadHistory,
  decisions: readonly DecisionEvent[],
): Promise<{ readonly execution: Execution; readonly fresh: readonly DecisionEvent[] }> {
  const execution = new Execution(program, runId, decisions, {
    settle: settleMicrotasks,
    log: () => undefined,
    violated: (error) => execution.violate(error),
  });
  const fresh: DecisionEvent[] = [];
  for (const { event, time, position } of history.triggers) {
    const fed = { event, time, seq: position.seq, live: false };
    fresh.push(...(await execution.feed({ ...fed, unbegun: isUnbegun(event, runId, history) })));
  }
  return { execution, fresh };
}

/** Leaves out how a halted or parked run was ended from outside: no code was asked then, so none answers to it. */
export function ofTheCode<T extends { readonly event: RunEvent }>(events: readonly T[]): readonly T[] {
  const stop = events.findLastIndex(
    ({ event }) => event.type === 'RunParked' || (event.type === 'RunHalted' && event.reason !== 'ambiguous'),
  );
  const since = events.slice(stop).map(({ event }) => event);
  const goesOn = since.some((event) => event.type === 'RunResumed' && event.after === 'halt');
  const endedFromOutside = stop >= 0 && !goesOn && since.some((event) => event.type === 'FlowCancelled');
  return endedFromOutside ? events.slice(0, stop) : events;
}

function isUnbegun(event: Trigger, runId: string, { claims }: ReadHistory): boolean {
  if (event.type !== 'TimerFired') return false;
  const [, step, attempt] = /^start-by-(\d+)-(\d+)$/.exec(event.timerId) ?? [];
  return (
    step !== undefined && claims.get(claimKey(`${runId}-${step}`, Number(attempt))) === ORCHESTRATOR_HOLDER
  );
}
