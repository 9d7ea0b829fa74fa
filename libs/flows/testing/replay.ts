import { ORCHESTRATOR_HOLDER } from '#libs/run-log';
import type { DecisionEvent, FlowRunId, Trigger } from '#libs/run-log';
import { Execution } from '../core/index.js';
import { programOf, type FlowDefinition } from '../flow.js';
import { settleMicrotasks } from '../orchestrator/activation-gate.js';
import { checkedHistory } from '../orchestrator/checked-history.js';
import { claimKey, readHistory, type ReadHistory } from '../orchestrator/history.js';
import { historyOf, readExport, type RunExport } from '../steering/export-run.js';
import { isDecision } from './is-decision.js';

export interface Replayed {
  /** What the code decides beyond what the history holds; nothing for a run that has ended or waits. */
  readonly missing: readonly DecisionEvent[];
  /**
   * Everything that the code decides today, in full. A replay compares only what a decision is (which task, which step),
   * not what it holds, such as a task's input or the flow's result.
   */
  readonly decisions: readonly DecisionEvent[];
  readonly ended: boolean;
}

/** The recorded run was one of another flow, or of another version of it. */
export class OtherFlowError extends Error {
  constructor(recorded: string, given: string) {
    super(`the recorded run is one of ${recorded}, and was given to ${given}`);
    this.name = 'OtherFlowError';
  }
}

/**
 * Goes over a recorded run with the flow's present code: `jobhunter flow-run export` writes one, or `TestRun.export`.
 * Takes the export or its text. Throws NonDeterminismError, whose `difference` shows where log and code part;
 * UnreadableExportError or UnknownEventError for a text that cannot be read; OtherFlowError for another flow's run;
 * a TerminalError `flow/invalid-input` where the run began unchecked and the flow refuses its input.
 */
export async function replay(definition: FlowDefinition, recorded: RunExport | string): Promise<Replayed> {
  const read = typeof recorded === 'string' ? readExport(recorded) : recorded;
  const stored = readHistory(historyOf(ofTheCode(read)));
  assertSameFlow(definition, read.flow, stored);
  const history = await checkedHistory(stored, definition.contract);
  const { execution, fresh: missing } = await fedWith(definition, read.runId, history, history.decisions);
  execution.assertReplayed();
  // The first decision pins what the run goes by.
  const pinned = history.decisions.slice(0, 1);
  const { fresh } = await fedWith(definition, read.runId, history, pinned);
  return { missing, decisions: [...pinned, ...fresh], ended: execution.ended };
}

async function fedWith(
  definition: FlowDefinition,
  runId: FlowRunId,
  history: ReadHistory,
  decisions: readonly DecisionEvent[],
): Promise<{ readonly execution: Execution; readonly fresh: readonly DecisionEvent[] }> {
  const execution = new Execution(programOf(definition), runId, decisions, {
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

/** What was decided in a recorded run, in order. */
export const decisionsOf = ({ events }: RunExport): readonly DecisionEvent[] =>
  events.map(({ event }) => event).filter(isDecision);

function assertSameFlow({ contract }: FlowDefinition, flow: string, { version }: ReadHistory): void {
  const given = `${contract.name} version ${contract.version}`;
  const recorded = `${flow} version ${version ?? contract.version}`;
  if (given !== recorded) throw new OtherFlowError(recorded, given);
}

/** Leaves out how a halted or parked run was ended from outside: no code was asked then, so none answers to it. */
function ofTheCode(recorded: RunExport): RunExport {
  const { events } = recorded;
  const stop = events.findLastIndex(
    ({ event }) => event.type === 'RunParked' || (event.type === 'RunHalted' && event.reason !== 'ambiguous'),
  );
  const since = events.slice(stop).map(({ event }) => event);
  const goesOn = since.some((event) => event.type === 'RunResumed' && event.after === 'halt');
  const endedFromOutside = stop >= 0 && !goesOn && since.some((event) => event.type === 'FlowCancelled');
  return endedFromOutside ? { ...recorded, events: events.slice(0, stop) } : recorded;
}

function isUnbegun(event: Trigger, runId: string, { claims }: ReadHistory): boolean {
  if (event.type !== 'TimerFired') return false;
  const [, step, attempt] = /^start-by-(\d+)-(\d+)$/.exec(event.timerId) ?? [];
  return (
    step !== undefined && claims.get(claimKey(`${runId}-${step}`, Number(attempt))) === ORCHESTRATOR_HOLDER
  );
}
