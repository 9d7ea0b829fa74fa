import type { DecisionEvent, FlowRunId, Millis, TaskScheduled, TraceContext, Trigger } from '#libs/run-log';
import { flowSpanKey, plannedSpan, recordSpan, taskSpanKey } from '#libs/telemetry';
import type { AttemptKind } from './figures.js';
import type { ReadHistory } from './history.js';

/**
 * The spans of one run: one for the flow, one for each task, attempts inside. Their ids follow from the run, so that
 * whichever process ends a piece of work can record its span.
 */
export class RunSpans {
  /** What the run's messages carry. */
  readonly trace: TraceContext;
  private readonly scheduled = new Map<
    string,
    { readonly task: string; readonly step: number; readonly time: Millis; attempt: number }
  >();

  constructor(
    private readonly runId: FlowRunId,
    private readonly start: NonNullable<ReadHistory['start']>,
  ) {
    this.trace = plannedSpan(start.trace, flowSpanKey(runId));
  }

  /** When the run was asked for. */
  get startedAt(): Millis {
    return this.start.time;
  }

  /**
   * Remembers when a task was first scheduled, and tells which attempt this is: one that was deferred comes again under
   * its number.
   */
  taskScheduled({ taskRunId, task, step, attempt }: TaskScheduled, time: Millis): AttemptKind {
    const before = this.scheduled.get(taskRunId);
    if (!before) {
      this.scheduled.set(taskRunId, { task, step, time, attempt });
      return attempt > 1 ? 'retry' : 'first';
    }
    if (attempt <= before.attempt) return 'again';
    before.attempt = attempt;
    return 'retry';
  }

  /** Records the span of a task, unless what followed shows that it is tried again. */
  taskFinished(event: Extract<Trigger, { type: 'TaskFinished' }>, followed: readonly DecisionEvent[]): void {
    const begun = this.scheduled.get(event.taskRunId);
    if (!begun || followed.some((decision) => 'step' in decision && decision.step === begun.step)) return;
    this.scheduled.delete(event.taskRunId);
    recordSpan(`task ${begun.task}`, {
      parent: this.trace,
      key: taskSpanKey(event.taskRunId),
      startedAt: begun.time,
      finishedAt: event.finishedAt,
      attributes: { 'task.name': begun.task, 'task.run.id': event.taskRunId, 'task.attempts': event.attempt },
      ...(event.outcome.status === 'failed' ? { error: event.outcome.error.message } : {}),
    });
  }

  /** Records the span of the run itself. */
  ended(end: DecisionEvent, finishedAt: Millis): void {
    const { flow } = this.start.event;
    recordSpan(`flow ${flow}`, {
      parent: this.start.trace,
      key: flowSpanKey(this.runId),
      kind: 'consumer',
      startedAt: this.start.time,
      finishedAt,
      attributes: { 'flow.name': flow, 'flow.run.id': this.runId },
      ...(end.type === 'FlowFailed' ? { error: end.error.message } : {}),
    });
  }
}
