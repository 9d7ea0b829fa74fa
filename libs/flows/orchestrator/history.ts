import type {
  DecisionEvent,
  FlowRunId,
  Millis,
  RunHistory,
  StartRequested,
  StoredInRun,
  StreamSeq,
  TaskRunId,
  TaskScheduled,
  Trigger,
} from '#libs/run-log';

type Decision<T extends DecisionEvent['type']> = Extract<DecisionEvent, { type: T }>;
export type RunEnding = Decision<'FlowCompleted' | 'FlowFailed' | 'FlowCancelled' | 'FlowContinued'>;

/** A run's history as the engine reads it. */
export interface ReadHistory {
  readonly start: StoredInRun<StartRequested> | undefined;
  /** What is fed, in stream order: exactly what a partition's consumer lets through. */
  readonly triggers: readonly StoredInRun<Trigger>[];
  readonly decisions: readonly DecisionEvent[];
  readonly lastDecision: StreamSeq;
  /** Set while the run waits for a person whom the shell has called, for a version, or has ended. */
  readonly standing: 'going' | 'ended' | 'halted' | 'parked';
  readonly ending: { readonly event: RunEnding; readonly seq: StreamSeq } | undefined;
  /** What the first decision pinned: the flow by its own name, and its version. */
  readonly flow: string | undefined;
  readonly version: string | undefined;
  /** Every task, with the time of its first scheduling. */
  readonly scheduled: readonly { readonly event: TaskScheduled; readonly time: Millis }[];
  /** Tasks whose latest attempt has not ended. */
  readonly open: readonly TaskRunId[];
  /** Who began what: attempts whose beginning was claimed, and triggers that were begun again. */
  readonly claims: ReadonlyMap<string, string>;
  /** What was claimed: by whom each time, and where the last claim of it lies. */
  readonly marks: ReadonlyMap<string, { readonly by: readonly string[]; readonly last: StreamSeq }>;
  /** Timers that were set and have not fired; the flow's own journal tells which of them are still waited for. */
  readonly waitingTimers: readonly Decision<'TimerScheduled'>[];
  /** Children of which no end was told; those that were given up are in `cancelledChildren`. */
  readonly openChildren: readonly Decision<'ChildScheduled'>[];
  readonly cancelledChildren: readonly { readonly childRunId: FlowRunId; readonly reason: string }[];
  /** Values that were asked for and have not come. */
  readonly openValues: readonly Decision<'ValueRequested'>[];
}

/** How a claim is found. */
export const claimKey = (taskRunId: string, attempt: number): string => `${taskRunId}/${attempt}`;

/** Sorts a history into what is fed and what is matched. */
export function readHistory(history: RunHistory): ReadHistory {
  const triggers: StoredInRun<Trigger>[] = [];
  const decisions: DecisionEvent[] = [];
  const timers = new Map<string, Decision<'TimerScheduled'>>();
  const scheduled = new Map<string, { event: TaskScheduled; time: Millis }>();
  const children = new Map<string, Decision<'ChildScheduled'>>();
  const cancelled = new Map<FlowRunId, string>();
  const values = new Map<number, Decision<'ValueRequested'>>();
  const claims = new Map<string, string>();
  const marks = new Map<string, { by: readonly string[]; last: StreamSeq }>();
  const open = new Map<TaskRunId, number>();
  let start: ReadHistory['start'];
  let ending: ReadHistory['ending'];
  let flow: string | undefined;
  let version: string | undefined;
  let standing: ReadHistory['standing'] = 'going';

  for (const stored of history.events) {
    const { event } = stored;
    switch (event.type) {
      case 'TaskClaimed':
        claims.set(claimKey(event.taskRunId, event.attempt), event.holder);
        marks.set(event.taskRunId, {
          by: [...(marks.get(event.taskRunId)?.by ?? []), event.holder],
          last: stored.position.seq,
        });
        continue;
      case 'StartRequested':
        start ??= { ...stored, event };
        break;
      case 'TaskFinished':
        // Deferred, it is to be scheduled again.
        if (event.outcome.status !== 'deferred' && open.get(event.taskRunId) === event.attempt)
          open.delete(event.taskRunId);
        break;
      case 'TimerFired':
        timers.delete(event.timerId);
        break;
      case 'ChildFinished':
        children.delete(event.childRunId);
        cancelled.delete(event.childRunId);
        break;
      case 'ValueLoaded':
        values.delete(event.step);
        break;
      case 'CancelRequested':
      case 'PauseRequested':
      case 'ResumeRequested':
      case 'SignalSent':
      case 'ApprovalAnswered':
        break;
      default:
        decisions.push(event);
        standing = standingAfter(event);
        takeDecision(event, stored);
        continue;
    }
    triggers.push(stored as StoredInRun<Trigger>);
  }
  return {
    start,
    triggers,
    decisions,
    lastDecision: history.lastDecision,
    standing,
    ending,
    flow,
    version,
    scheduled: [...scheduled.values()],
    open: [...open.keys()],
    claims,
    marks,
    waitingTimers: [...timers.values()],
    openChildren: [...children.values()],
    cancelledChildren: [...cancelled].map(([childRunId, reason]) => ({ childRunId, reason })),
    openValues: [...values.values()],
  };

  function takeDecision(event: DecisionEvent, { time, position }: StoredInRun<unknown>): void {
    switch (event.type) {
      case 'FlowStarted':
        flow ??= event.flow;
        version ??= event.version;
        break;
      case 'TimerScheduled':
        timers.set(event.timerId, event);
        break;
      case 'TaskScheduled':
        if (!scheduled.has(event.taskRunId)) scheduled.set(event.taskRunId, { event, time });
        open.set(event.taskRunId, event.attempt);
        break;
      case 'ChildScheduled':
        children.set(event.childRunId, event);
        break;
      case 'ChildrenCancelled':
        for (const childRunId of event.childRunIds) {
          children.delete(childRunId);
          cancelled.set(childRunId, event.reason);
        }
        break;
      case 'ValueRequested':
        values.set(event.step, event);
        break;
      case 'FlowCompleted':
      case 'FlowFailed':
      case 'FlowCancelled':
      case 'FlowContinued':
        ending = { event, seq: position.seq };
        break;
      default:
        // Nothing of it is open: the flow's own journal holds it.
        break;
    }
  }
}

function standingAfter(event: DecisionEvent): ReadHistory['standing'] {
  switch (event.type) {
    case 'FlowCompleted':
    case 'FlowFailed':
    case 'FlowCancelled':
    case 'FlowContinued':
      return 'ended';
    case 'RunHalted':
      // The flow's own journal holds this one, and its code says how it goes on.
      return event.reason === 'ambiguous' ? 'going' : 'halted';
    case 'RunParked':
      return 'parked';
    default:
      return 'going';
  }
}
