import type { FlowRunId, RunLog } from '#libs/run-log';

/** How a run stands, and those that go on with its work: `unknown` where it was never begun, or is archived. */
export async function standingOf(log: RunLog, runId: FlowRunId): Promise<'going' | 'ended' | 'unknown'> {
  const { last } = await lastOfChain(log, runId);
  return last;
}

/** Finds the run that does the work now. */
export async function lastOfChain(
  log: RunLog,
  runId: FlowRunId,
): Promise<{ readonly runId: FlowRunId; readonly last: 'going' | 'ended' | 'unknown' }> {
  for (let at = runId, first = true; ; first = false) {
    const { events } = await log.readRun(at);
    // A run that goes on with another's work is known by name a moment before it is started.
    if (events.length === 0) return { runId: at, last: first ? 'unknown' : 'going' };
    const end = events.map(({ event }) => event).find((event) => ENDS.has(event.type));
    if (end?.type !== 'FlowContinued') return { runId: at, last: end ? 'ended' : 'going' };
    at = end.nextRunId;
  }
}

const ENDS = new Set<string>(['FlowCompleted', 'FlowFailed', 'FlowCancelled', 'FlowContinued']);
