import type { DecisionEvent, FlowRunId, HaltReason, Millis } from '#libs/run-log';
import { toErrorRecord } from '../core/index.js';
import type { ActorEnvironment } from './actor-environment.js';
import { countDecision } from './figures.js';
import { readHistory } from './history.js';
import type { RunLines } from './run-lines.js';
import { RunSpans } from './run-spans.js';

/** Why a run is to halt. */
export interface Halt {
  readonly reason: HaltReason;
  readonly error: Error;
  /** It may be halted although its start cannot be read. */
  readonly withoutStart: boolean;
}

/**
 * Appends RunHalted, unless the run has ended or halted already. Reads the log for the fence's sake. `at` is the stream
 * time of what the run was last fed.
 */
export async function haltRun(
  { log, registry }: Pick<ActorEnvironment, 'log' | 'registry'>,
  runId: FlowRunId,
  { reason, error, withoutStart }: Halt,
  lines: RunLines,
  at: Millis,
): Promise<void> {
  const history = readHistory(await log.readRun(runId));
  if (!history.start && !withoutStart) return;
  if (history.standing === 'ended') {
    const what =
      reason === 'unknown-event' ? 'was told what cannot be read' : 'what follows from that failed';
    lines.error(`run ${runId} has ended, and ${what}: ${error.message}`);
    return;
  }
  // Halted again for the same reason: the person has read it already.
  const before = history.decisions.findLast((event) => event.type === 'RunHalted');
  if (history.standing === 'halted' && before?.error.message === error.message) return;
  const decision: DecisionEvent = {
    type: 'RunHalted',
    reason,
    error: { ...toErrorRecord(error), disposition: 'halt' },
  };
  const trace = history.start && new RunSpans(runId, history.start).trace;
  await log.decide(runId, history.lastDecision, [decision], trace);
  const asked = history.start?.event.flow;
  const flow = history.flow ?? (asked === undefined ? 'unknown' : registry.ownName(asked));
  countDecision({ flow, time: history.start?.time }, decision, at);
  lines.warn(`run ${runId} is halted (${reason}): ${error.message}`);
}
