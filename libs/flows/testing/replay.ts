import type { DecisionEvent } from '#libs/run-log';
import { programOf, type FlowDefinition } from '../flow.js';
import { checkedHistory } from '../orchestrator/checked-history.js';
import { readHistory, type ReadHistory } from '../orchestrator/history.js';
import { historyOf, readExport, type RunExport } from '../steering/export-run.js';
import { ofTheCode, replayRun } from '../steering/replay-run.js';
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
  const stored = readHistory(historyOf({ ...read, events: ofTheCode(read.events) }));
  assertSameFlow(definition, read.flow, stored);
  const history = await checkedHistory(stored, definition.contract);
  const { execution, fresh: missing } = await replayRun(
    programOf(definition),
    read.runId,
    history,
    history.decisions,
  );
  execution.assertReplayed();
  // The first decision pins what the run goes by.
  const pinned = history.decisions.slice(0, 1);
  const { fresh } = await replayRun(programOf(definition), read.runId, history, pinned);
  return { missing, decisions: [...pinned, ...fresh], ended: execution.ended };
}

/** What was decided in a recorded run, in order. */
export const decisionsOf = ({ events }: RunExport): readonly DecisionEvent[] =>
  events.map(({ event }) => event).filter(isDecision);

function assertSameFlow({ contract }: FlowDefinition, flow: string, { version }: ReadHistory): void {
  const given = `${contract.name} version ${contract.version}`;
  const recorded = `${flow} version ${version ?? contract.version}`;
  if (given !== recorded) throw new OtherFlowError(recorded, given);
}
