import type {
  AskId,
  ErrorRecord,
  RequestEvent,
  Resolution,
  RunEvent,
  StoredInRun,
  StreamSeq,
} from '#libs/run-log';
import { heed } from '#libs/run-records';
import { end, isOpen, StepLog, succeed, type Answer, type LoggedStep } from './step-log.js';

type Of<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;
type Where = Pick<StoredInRun<RunEvent>, 'time' | 'position'>;
type Resume = Extract<RequestEvent, { type: 'ResumeRequested' }>;
type Words = Pick<Resume, 'resolutions'>;

/**
 * Folds the steps out of a run's history, event by event, in stream order. Goes by what the engine makes of each
 * event (core/), but needs neither the flow's code nor its version.
 */
export class StepFold {
  readonly steps: StepLog;
  private readonly timers = new Map<string, Of<'TimerScheduled'>>();
  /** Signals that came and that nobody has taken, oldest first. */
  private readonly untaken: Of<'SignalSent'>[] = [];
  /** Ids of signals: the same id again is the same signal. */
  private readonly heard = new Set<string>();
  /** What persons have said of tasks since the run was last resumed. */
  private said: Resume[] = [];
  private cleansUp = false;
  private lastTrigger = 0;
  /** What was taken over from another run and may be undone here, by its step. */
  private readonly adopted = new Map<number, AskId>();

  constructor(events: readonly StoredInRun<RunEvent>[]) {
    const retriedAt: StreamSeq[] = [];
    const givenUp = new Set<number>();
    for (const { event } of events) {
      if (event.type === 'FlowRetried') retriedAt.push(event.fedSeq);
      if (event.type === 'TasksCancelled') for (const step of event.steps ?? []) givenUp.add(step);
    }
    this.steps = new StepLog(retriedAt, givenUp);
    for (const stored of events) this.take(stored.event, stored);
    for (const { compensates, success } of this.steps.all) {
      const undone = success && compensates !== undefined ? this.steps.at(compensates) : undefined;
      if (undone) undone.undone = true;
    }
  }

  /** What was undone: pieces of work of this run, and of those that it had taken over. */
  get undone(): readonly AskId[] {
    return this.steps.all.flatMap(({ compensates, success }) => {
      if (!success || compensates === undefined) return [];
      const ask = this.steps.at(compensates)?.ask ?? this.adopted.get(compensates);
      return ask ? [{ name: ask.name, key: ask.key, nth: ask.nth }] : [];
    });
  }

  private take(event: RunEvent, where: Where): void {
    const { time } = where;
    if (isTrigger(event)) this.lastTrigger = time;
    switch (event.type) {
      case 'StartRequested':
        return event.fork && this.steps.keep(event.fork.results);
      case 'TaskScheduled':
        return this.takeTask(event, where);
      case 'TimerScheduled':
        return this.takeTimer(event, where);
      case 'ChildScheduled':
        return this.takeChild(event, where);
      case 'SignalAwaited':
        return this.takeWait(event, where);
      case 'ApprovalRequested':
        this.steps.add(
          { ...this.begun(event, where), kind: 'approval', approval: event },
          `approval:${event.name}`,
          '',
        );
        return;
      case 'ValueRequested':
        this.steps.add(
          { ...this.begun(event, where), kind: event.source },
          `${event.source}:${event.name}`,
          '',
        );
        return;
      case 'ArtifactRecorded': {
        const { artifact } = event;
        const name = artifact.title ?? artifact.key ?? artifact.kind;
        const step = this.steps.add(
          { ...this.begun({ ...event, name }, where), kind: 'artifact' },
          'artifact',
          '',
        );
        step.state = 'succeeded';
        step.endedAt = time;
        return;
      }
      case 'TaskFinished':
        return this.takeOutcome(event, where);
      case 'TimerFired':
        return this.takeTimerFired(event, where);
      case 'SignalSent':
        return this.takeSignal(event, where);
      case 'ApprovalAnswered':
        return this.takeAnswer(event, where);
      case 'ChildFinished':
        return this.takeChildEnd(event, where);
      case 'ValueLoaded': {
        const step = this.steps.at(event.step);
        const { found, value } = event;
        if (this.steps.heeds(step, where.position.seq)) succeed(step, { found, value }, time);
        return;
      }
      case 'ResumeRequested':
        this.said.push(event);
        return;
      case 'RunResumed':
        return this.takeResolutions(event, where);
      case 'RunHalted':
        for (const id of event.taskRunIds ?? []) this.doubt(this.steps.ofTask(id), event.error, where);
        return;
      case 'TasksCancelled':
        for (const id of event.taskRunIds) {
          const step = this.steps.ofTask(id);
          this.giveUp(step, where);
          if (step && !event.provisional?.includes(id)) step.attemptOver = true;
        }
        for (const step of event.steps ?? []) this.giveUp(this.steps.at(step), where);
        return;
      case 'ChildrenCancelled':
        for (const id of event.childRunIds)
          this.giveUp(
            this.steps.all.find(({ childRunId }) => childRunId === id),
            where,
          );
        return;
      case 'FlowRetried':
        return this.steps.retry(time);
      case 'FlowCancelling':
        this.cleansUp = true;
        return this.steps.closeOpen(time, false, event.spares);
      case 'CompensationStarted':
        this.cleansUp = true;
        for (const { step, ...ask } of event.adopted ?? []) this.adopted.set(step, ask);
        return;
      case 'FlowCompleted':
      case 'FlowFailed':
      case 'FlowCancelled':
      case 'FlowContinued':
        return this.steps.closeOpen(time);
      case 'CancelRequested':
      case 'PauseRequested':
      case 'FlowStarted':
      case 'RunPaused':
      case 'RunParked':
      case 'TaskClaimed':
        return;
    }
  }

  private begun({ step, name }: { readonly step: number; readonly name: string }, { time }: Where) {
    return { number: step, name, askedAt: time, cleansUp: this.cleansUp };
  }

  private takeTask(event: Of<'TaskScheduled'>, where: Where): void {
    const known = this.steps.at(event.step);
    if (known) {
      // A further attempt, or the same one after a limit had no room for it.
      known.state = 'pending';
      known.attempt = event.attempt;
      known.attemptOver = false;
      delete known.error;
      delete known.endedAt;
      return;
    }
    const { taskRunId, attempt, compensates, task, reuseKey, idempotencyKey } = event;
    const nth = Number(idempotencyKey.slice(idempotencyKey.lastIndexOf('/') + 1));
    this.steps.add(
      {
        ...this.begun({ step: event.step, name: task }, where),
        kind: compensates === undefined ? 'task' : 'compensation',
        taskRunId,
        attempt,
        ...(compensates === undefined ? {} : { compensates }),
      },
      task,
      reuseKey,
      Number.isInteger(nth) && nth > 0 ? nth : undefined,
    );
  }

  private takeTimer(event: Of<'TimerScheduled'>, where: Where): void {
    this.timers.set(event.timerId, event);
    const step = this.steps.at(event.step);
    if (event.kind === 'sleep') {
      const seconds = event.seconds ?? Math.max(0, event.dueAt - this.lastTrigger) / 1_000;
      const begun = this.begun({ step: event.step, name: `${seconds} s` }, where);
      this.steps.add({ ...begun, kind: 'sleep', dueAt: event.dueAt }, 'sleep', String(seconds));
    } else if (event.kind === 'task-retry' && step && step.state !== 'cancelled') step.state = 'retrying';
    // Until the flow is tried again nothing is heeded but the tasks that it still waits for.
    else if (event.kind === 'flow-retry') this.steps.closeOpen(where.time, false);
  }

  private takeChild(event: Of<'ChildScheduled'>, where: Where): void {
    const { step: number, flow: name, childRunId, reuseKey, detached } = event;
    const begun = this.begun({ step: number, name }, where);
    const step = this.steps.add({ ...begun, kind: 'child', childRunId }, `flow:${name}`, reuseKey);
    if (detached) succeed(step, childRunId, where.time);
  }

  private takeWait(event: Of<'SignalAwaited'>, where: Where): void {
    const { name, dueAt } = event;
    const step = this.steps.add(
      { ...this.begun(event, where), kind: 'signal', ...(dueAt === undefined ? {} : { dueAt }) },
      `signal:${name}`,
      '',
    );
    const here = this.untaken.findIndex((signal) => signal.name === name);
    if (here >= 0) succeed(step, this.untaken.splice(here, 1)[0]!.payload, where.time);
  }

  private takeSignal(event: Of<'SignalSent'>, { time, position }: Where): void {
    if (event.id !== undefined) {
      if (this.heard.has(event.id)) return;
      this.heard.add(event.id);
    }
    const step = this.steps.all.find(
      (each) => each.kind === 'signal' && each.name === event.name && this.steps.heeds(each, position.seq),
    );
    if (step) succeed(step, event.payload, time);
    else this.untaken.push(event);
  }

  private takeAnswer(event: Of<'ApprovalAnswered'>, { time, position }: Where): void {
    const step = this.steps.at(event.step);
    if (!this.steps.heeds(step, position.seq) || !step.approval) return;
    const { approvers } = step.approval;
    if (approvers && !approvers.includes(event.actor.userId)) return;
    const { approved, actor, comment, payload } = event;
    const answer: Answer = {
      approved,
      by: actor,
      at: time,
      ...(comment === undefined ? {} : { comment }),
      ...(payload === undefined ? {} : { payload }),
    };
    step.answer = answer;
    succeed(step, answer, time);
  }

  private takeTimerFired({ timerId }: Of<'TimerFired'>, { time, position }: Where): void {
    const timer = this.timers.get(timerId);
    this.timers.delete(timerId);
    const step = timer && this.steps.at(timer.step);
    if (!timer || !this.steps.heeds(step, position.seq)) return;
    switch (timer.kind) {
      case 'sleep':
        return succeed(step, null, time);
      case 'signal-timeout':
        return end(step, 'failed', time);
      case 'schedule-to-close':
        // A task in question goes by a person's word, however long that takes.
        if (step.state !== 'ambiguous') end(step, 'failed', time);
        return;
      case 'approval-deadline': {
        const otherwise = step.approval?.otherwise;
        if (otherwise === undefined) return end(step, 'failed', time);
        step.answer = { approved: otherwise === 'approved', by: null, at: time };
        return succeed(step, step.answer, time);
      }
      case 'task-retry':
      case 'flow-retry':
      case 'flow-timeout':
      // Whether it was begun in time is for the claim to say, and a next attempt or the flow's next step tells.
      case 'schedule-to-start':
      case 'clean-up':
        return;
    }
  }

  private takeOutcome(event: Of<'TaskFinished'>, { time }: Where): void {
    const { taskRunId, outcome } = event;
    const step = this.steps.ofTask(taskRunId);
    if (step?.attempt === undefined) return;
    const { attempt, attemptOver: isOver = false } = step;
    const heeded = heed({ attempt, isOver, isGivenUp: !isOpen(step) }, event);
    if (heeded === 'ignore') return;
    step.attemptOver = outcome.status !== 'deferred';
    if (heeded === 'note') return;
    switch (outcome.status) {
      case 'success':
        return succeed(step, outcome.result, time);
      case 'cancelled':
        return end(step, 'cancelled', time);
      case 'deferred':
        step.state = 'retrying';
        return;
      case 'failed':
        if (outcome.error.disposition !== 'halt') return end(step, 'failed', time, outcome.error);
        step.state = 'ambiguous';
        step.error = outcome.error;
        step.endedAt = time;
    }
  }

  private takeChildEnd({ step: number, childRunId, end: how }: Of<'ChildFinished'>, where: Where): void {
    const step = this.steps.at(number);
    if (!this.steps.heeds(step, where.position.seq) || step.childRunId !== childRunId) return;
    if (how.status === 'completed') succeed(step, how.result, where.time);
    else if (how.status === 'failed') end(step, 'failed', where.time, how.error);
    else end(step, 'cancelled', where.time);
  }

  /**
   * Goes by what a person has said. Where the decision does not tell what counted, because it is older than that, it
   * was the first of the requests that says something of every task in question.
   */
  private takeResolutions(resumed: Of<'RunResumed'>, { time }: Where): void {
    const asked = this.steps.all.filter(({ state }) => state === 'ambiguous');
    const of = ({ resolutions = [] }: Words, step: LoggedStep): Resolution | undefined =>
      resolutions.findLast(({ taskRunId }) => taskRunId === step.taskRunId);
    const first = this.said.find((request) => asked.every((step) => of(request, step))) ?? this.said[0];
    const counted = resumed.resolutions ? resumed : first;
    this.said = [];
    for (const step of counted ? asked : []) {
      const resolution = of(counted!, step);
      if (resolution?.as === 'succeeded') succeed(step, resolution.result, time);
      // What is tried again is scheduled in the same breath; where nobody waits for it, it is not.
      else if (resolution) end(step, 'failed', time, step.error);
    }
  }

  /** Nobody knows whether the task took effect, whatever became of its attempts. */
  private doubt(step: LoggedStep | undefined, error: ErrorRecord, { time }: Where): void {
    if (!step || step.state === 'ambiguous') return;
    step.state = 'ambiguous';
    step.attemptOver = true;
    step.error = error;
    step.endedAt ??= time;
  }

  private giveUp(step: LoggedStep | undefined, { time }: Where): void {
    if (step && isOpen(step)) end(step, 'cancelled', time);
  }
}

const isTrigger = ({ type }: RunEvent): boolean =>
  type === 'StartRequested' ||
  type === 'TaskFinished' ||
  type === 'TimerFired' ||
  type === 'SignalSent' ||
  type === 'ApprovalAnswered' ||
  type === 'ChildFinished' ||
  type === 'ValueLoaded' ||
  type === 'ResumeRequested';
