import type { Evidence, LedgerEntry, Testimony } from './evidence.js';
import type { RawEvent } from './raw-log.js';
import type { Findings } from './verdict.js';

/** Between a service's look at the log and the first line of an operation lies a moment in which another may finish. */
const MOMENT_MS = 1_000;

interface Success {
  readonly label: string;
  readonly taskRunId: string;
  readonly seq: number;
  readonly at: number;
}

/** No step was begun again after its success was in the log, by whatever attempt, retry of the flow or process. */
export function checkSteps({ runs, ledger, testimony }: Evidence, findings: Findings): void {
  const begun = new Map<string, LedgerEntry[]>();
  for (const entry of ledger) {
    if (entry.kind !== 'begin') continue;
    const what = `${runOf(entry.taskRunId)} ${entry.label}`;
    const entries = begun.get(what);
    if (entries) entries.push(entry);
    else begun.set(what, [entry]);
  }
  for (const [run, events] of runs) {
    for (const success of successesOf(events)) {
      const { label, taskRunId, at } = success;
      const again = (begun.get(`${run} ${label}`) ?? []).find(
        (entry) =>
          entry.at > at + MOMENT_MS + stoodStill(testimony, entry, at) && wasKnown(success, entry, events),
      );
      if (again)
        findings.add(
          'redone',
          `${label} (task run ${taskRunId}) had succeeded and was begun ${again.at - at} ms later by process ${again.pid} as task run ${again.taskRunId}, attempt ${again.attempt}`,
        );
    }
  }
}

/** Task runs are numbered within their run. */
const runOf = (taskRunId: string): string => taskRunId.slice(0, taskRunId.lastIndexOf('-'));

/**
 * The same task run is never begun again. A retry of the flow may begin another one for the same step, unless the
 * success was among what it says that it goes by.
 */
function wasKnown({ taskRunId, seq }: Success, again: LedgerEntry, events: readonly RawEvent[]): boolean {
  if (again.taskRunId === taskRunId) return true;
  let fedSeq = 0;
  for (const { type, body } of events) {
    if (type === 'FlowRetried') fedSeq = Number(body['fedSeq']);
    if (type === 'TaskScheduled' && body['taskRunId'] === again.taskRunId) break;
  }
  return seq <= fedSeq;
}

/** How long the process stood still between the success and its own beginning: it may have looked before. */
function stoodStill({ standstills }: Testimony, { pid, at }: LedgerEntry, since: number): number {
  return standstills
    .filter((still) => still.pid === pid)
    .reduce(
      (sum, { from, to }) => sum + Math.max(0, Math.min(to, at) - Math.max(from, since - MOMENT_MS)),
      0,
    );
}

/** The successes of a run: each the first word about the attempt that the run was waiting for. */
function successesOf(events: readonly RawEvent[]): readonly Success[] {
  const steps = new Map<string, { readonly label: string; readonly attempt: number; settled: boolean }>();
  const successes: Success[] = [];
  for (const { type, body, seq, time } of events) {
    if (type === 'TaskScheduled') {
      const { taskRunId, attempt, input } = body as {
        taskRunId: string;
        attempt: number;
        input: { label: string };
      };
      steps.set(taskRunId, { label: input.label, attempt, settled: false });
    } else if (type === 'TaskFinished') {
      const { taskRunId, attempt, outcome } = body as {
        taskRunId: string;
        attempt: number;
        outcome: { status: string };
      };
      const step = steps.get(taskRunId);
      if (!step || step.settled || step.attempt !== attempt) continue;
      // A deferred attempt is tried again under its number, a failed one under the next, when it is scheduled.
      step.settled = outcome.status !== 'deferred';
      if (outcome.status === 'success') successes.push({ label: step.label, taskRunId, seq, at: time });
    }
  }
  return successes;
}
