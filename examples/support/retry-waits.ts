import type { FlowRunId, RunLog } from '#libs/run-log';

/** Reads out of a run's history how long it waited before each further attempt, in seconds. */
export async function retryWaits(log: RunLog, runId: FlowRunId): Promise<number[]> {
  const { events } = await log.readRun(runId);
  const waits: number[] = [];
  let failedAt = 0;
  for (const { event, time } of events) {
    if (event.type === 'TaskFinished') failedAt = time;
    if (event.type === 'TimerScheduled' && event.kind === 'task-retry')
      waits.push((event.dueAt - failedAt) / 1_000);
  }
  return waits;
}
