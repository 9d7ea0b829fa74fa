import type { RunEvent, StoredInRun, StreamSeq, TaskScheduled } from '#libs/run-log';

export type SettledBy =
  | { readonly kind: 'outcome' | 'later-attempt' | 'run-ended' }
  | { readonly kind: 'cancelled'; readonly reason: string };

/**
 * Looks in a run's history for what makes a delivered task not worth running: an outcome of this attempt, a later
 * attempt, a cancel that names it, or the end of the run. What stands before the task in the log cannot be about
 * this delivery, but for an outcome that ends the attempt for good.
 */
export function settledBefore(
  history: readonly StoredInRun<RunEvent>[],
  task: TaskScheduled,
  deliveredSeq: StreamSeq,
): SettledBy | undefined {
  let cancelled: SettledBy | undefined;
  for (const { event, position } of history) {
    const after = position.seq > deliveredSeq;
    switch (event.type) {
      case 'TaskFinished':
        if (event.taskRunId !== task.taskRunId) break;
        if (event.attempt > task.attempt) return { kind: 'later-attempt' };
        if (event.attempt === task.attempt && (after || event.outcome.status !== 'deferred'))
          return { kind: 'outcome' };
        break;
      case 'TaskScheduled':
        if (event.taskRunId === task.taskRunId && event.attempt > task.attempt)
          return { kind: 'later-attempt' };
        break;
      case 'TasksCancelled':
        if (after && event.taskRunIds.includes(task.taskRunId))
          cancelled = { kind: 'cancelled', reason: event.reason };
        break;
      case 'FlowCompleted':
      case 'FlowFailed':
      case 'FlowCancelled':
      case 'FlowContinued':
        if (after) return { kind: 'run-ended' };
        break;
      case 'StartRequested':
      case 'CancelRequested':
      case 'PauseRequested':
      case 'ResumeRequested':
      case 'SignalSent':
      case 'ApprovalAnswered':
      case 'ChildFinished':
      case 'ValueLoaded':
      case 'TimerFired':
      case 'FlowStarted':
      case 'TimerScheduled':
      case 'FlowRetried':
      case 'ChildScheduled':
      case 'ChildrenCancelled':
      case 'SignalAwaited':
      case 'ApprovalRequested':
      case 'ValueRequested':
      case 'ArtifactRecorded':
      case 'FlowCancelling':
      case 'CompensationStarted':
      case 'RunPaused':
      case 'RunResumed':
      case 'RunHalted':
      case 'RunParked':
      case 'TaskClaimed':
        break;
    }
  }
  return cancelled;
}
