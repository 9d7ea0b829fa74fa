import { isEnd } from './check-ends.js';
import type { Evidence } from './evidence.js';
import type { Json, RawEvent } from './raw-log.js';
import type { Findings } from './verdict.js';

/**
 * No decision log says anything else than a replay of its run's triggers, decision by decision. Two orchestrators that
 * both have had their way show here too: what each of them decided stands in the log twice.
 */
export function checkReplay({ runs, replayed }: Evidence, findings: Findings): void {
  for (const [run, events] of runs) {
    if (!events.some(({ type }) => type === 'StartRequested')) continue;
    const decisions = events.filter(({ kind }) => kind === 'decision');
    const again = replayed.get(run);
    if (!again) {
      findings.add('diverged', `run ${run} could not be replayed`);
      continue;
    }
    const ends = decisions.filter(isEnd).length;
    const difference = ends > 1 ? `it has ended ${ends} times` : firstDifference(decisions, again);
    if (difference) findings.add('diverged', `run ${run}: ${difference}`);
  }
}

function firstDifference(decisions: readonly RawEvent[], again: readonly Json[]): string | undefined {
  const { said, goesOn } = saidByTheFlow(decisions);
  for (const [at, decision] of said.entries()) {
    const other = again[at];
    const logged = canonical(decision.body);
    const repeated = other && canonical(other);
    if (logged !== repeated)
      return `decision ${at + 1} (message ${decision.seq}) is ${logged}, a replay gives ${repeated ?? 'nothing'}`;
  }
  if (goesOn && again.length > said.length)
    return `a replay goes on with ${canonical(again[said.length]!)}, the log does not`;
  return undefined;
}

/**
 * What the flow's code has decided. The orchestrator itself says that a run is parked, halted (but for an outcome that
 * nobody knows) or goes on afterwards. Where it ends a halted run, the code was never asked.
 */
function saidByTheFlow(decisions: readonly RawEvent[]): {
  readonly said: readonly RawEvent[];
  readonly goesOn: boolean;
} {
  const said: RawEvent[] = [];
  let halted = false;
  for (const decision of decisions) {
    const { type, body } = decision;
    if (type === 'RunParked') continue;
    if (type === 'RunHalted' && body['reason'] !== 'ambiguous') halted = true;
    else if (type === 'RunResumed' && body['after'] === 'halt') halted = false;
    else if (!halted) said.push(decision);
  }
  return { said, goesOn: !halted };
}

/** Writes JSON with sorted keys. Stack traces are of the process that wrote them and say nothing about the run. */
export function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (key, inner: unknown) => {
      if (key === 'traceback') return undefined;
      if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
      return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
    }) ?? 'null'
  );
}
