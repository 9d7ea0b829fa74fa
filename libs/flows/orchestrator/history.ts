import type {
  DecisionEvent,
  Millis,
  RequestEvent,
  RunHistory,
  StoredInRun,
  StreamSeq,
  TaskRunId,
  TaskScheduled,
  Trigger,
} from '#libs/run-log';

/** A run's history as the engine reads it. */
export interface ReadHistory {
  readonly start: StoredInRun<Extract<RequestEvent, { type: 'StartRequested' }>> | undefined;
  /** What is fed, in stream order: exactly what a partition's consumer lets through. */
  readonly triggers: readonly StoredInRun<Trigger>[];
  readonly decisions: readonly DecisionEvent[];
  readonly lastDecision: StreamSeq;
  /** Set while the run waits for a person, for a version, or has ended. */
  readonly standing: 'going' | 'ended' | 'halted' | 'parked';
  /** The version that the first decision pinned. */
  readonly version: string | undefined;
  /** Every task, with the time of its first scheduling. */
  readonly scheduled: readonly { readonly event: TaskScheduled; readonly time: Millis }[];
  /** Tasks without any outcome. */
  readonly open: readonly TaskRunId[];
  /** What was claimed: attempts that may run once only, and triggers that were begun again. */
  readonly begun: ReadonlySet<string>;
  /** Timers that were set and have not fired. */
  readonly waitingTimers: readonly Extract<DecisionEvent, { type: 'TimerScheduled' }>[];
}

/** Sorts a history into what is fed and what is matched. */
export function readHistory(history: RunHistory): ReadHistory {
  const triggers: StoredInRun<Trigger>[] = [];
  const decisions: DecisionEvent[] = [];
  const timers = new Map<string, Extract<DecisionEvent, { type: 'TimerScheduled' }>>();
  const scheduled = new Map<string, { event: TaskScheduled; time: Millis }>();
  const begun = new Set<string>();
  const finished = new Set<string>();
  let start: ReadHistory['start'];
  let version: string | undefined;
  let standing: ReadHistory['standing'] = 'going';

  for (const stored of history.events) {
    const { event } = stored;
    switch (event.type) {
      case 'StartRequested':
        start ??= { ...stored, event };
        triggers.push({ ...stored, event });
        break;
      case 'CancelRequested':
        triggers.push({ ...stored, event });
        break;
      case 'TaskFinished':
        finished.add(event.taskRunId);
        triggers.push({ ...stored, event });
        break;
      case 'TimerFired':
        timers.delete(event.timerId);
        triggers.push({ ...stored, event });
        break;
      case 'TaskClaimed':
        begun.add(event.taskRunId);
        break;
      case 'FlowStarted':
        version ??= event.version;
        decisions.push(event);
        standing = 'going';
        break;
      case 'TimerScheduled':
        standing = 'going';
        timers.set(event.timerId, event);
        decisions.push(event);
        break;
      case 'TaskScheduled':
        standing = 'going';
        if (!scheduled.has(event.taskRunId)) scheduled.set(event.taskRunId, { event, time: stored.time });
        decisions.push(event);
        break;
      case 'TasksCancelled':
      case 'FlowRetried':
        standing = 'going';
        decisions.push(event);
        break;
      case 'FlowCompleted':
      case 'FlowFailed':
      case 'FlowCancelled':
        decisions.push(event);
        standing = 'ended';
        break;
      case 'RunHalted':
        standing = 'halted';
        break;
      case 'RunParked':
        standing = 'parked';
        break;
    }
  }
  return {
    start,
    triggers,
    decisions,
    lastDecision: history.lastDecision,
    standing,
    version,
    scheduled: [...scheduled.values()],
    open: [...scheduled.values()].map(({ event }) => event.taskRunId).filter((id) => !finished.has(id)),
    begun,
    waitingTimers: [...timers.values()],
  };
}
