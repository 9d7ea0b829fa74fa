import type { ErrorRecord, Millis, Outcome, Resolution, TaskRunId, Trigger } from '#libs/run-log';
import { heed } from '#libs/run-records';
import { Behaviour } from './behaviours.js';
import { TaskCancelledError, TaskFailedError, TaskTimedOutError, toErrorRecord } from './errors.js';
import { contentKey } from './hash.js';
import { asJson } from './json-value.js';
import type { TaskCall } from './program.js';
import { seededRandom } from './random.js';
import { rejected } from './rejected.js';
import { mayRetry, retryDelayMs } from './retry-policy.js';
import type { RunState } from './run-state.js';
import type { Scope } from './scope.js';
import type { Ask, Step } from './step-book.js';
import { taskScheduled } from './task-scheduled.js';

type TaskFinished = Extract<Trigger, { type: 'TaskFinished' }>;

/** What tasks ask of the run that they belong to. */
export interface TaskHost {
  /** Nobody knows whether the task took effect: the run waits for a person's word. */
  ambiguous(step: Step): void;
  /** The code goes on without the task, but how it ends is not indifferent. */
  leave(step: Step): void;
  /** The engine has learnt how a task ended that no code waits for. */
  settledUnawaited(): void;
  /** How the step's attempt ended while the run was held, which is about to be fed. */
  outcomeAside(step: Step): Outcome | undefined;
}

/**
 * The tasks of a run: their attempts, retries and time-outs.
 *
 * Only this machine makes attempts. An outcome of any other attempt than the present one is stale and ignored, and
 * whatever ended an attempt first holds; see `heed`.
 */
export class Tasks {
  /** What a person has said of tasks, where the outcome itself has not been fed yet. */
  private readonly said = new Map<TaskRunId, Resolution>();

  constructor(
    private readonly run: RunState,
    private readonly host: TaskHost,
  ) {}

  /** Schedules a task, or answers with what an earlier epoch got. */
  begin(scope: Scope, call: TaskCall, compensates?: number): Promise<unknown> {
    const { spec } = call;
    let input: unknown;
    try {
      // A copy: what the flow does to its objects afterwards must not reach what was decided.
      input = asJson(call.input, `the input of task ${spec.name}`);
    } catch (error) {
      return rejected(error as Error);
    }
    const key = call.key ?? contentKey(input);
    const ask = this.run.steps.ask(spec.name, key);
    const { full } = this.run;
    if (ask.known) {
      // What another run has done, this one may have to undo.
      if (call.compensation && !ask.own && !full) this.adopt(scope, { ...call, input }, key, ask);
      return Promise.resolve(ask.known.value);
    }
    // What was done is undone even so.
    if (full && compensates === undefined) return rejected(full);

    const step = this.run.steps.openTask(scope, { ...call, input }, key, ask, compensates);
    this.schedule(step, 1);
    const { scheduleToCloseMs } = spec;
    if (scheduleToCloseMs !== undefined) {
      this.run.setTimer(closeTimer(step), 'schedule-to-close', step.number, scheduleToCloseMs, () =>
        this.timeOut(step, 'schedule-to-close', scheduleToCloseMs),
      );
    }
    return step.waiter.promise;
  }

  takeOutcome(event: TaskFinished): void {
    const step = this.run.steps.find(event.taskRunId);
    if (!step?.task || event.attempt !== step.attempt) return;
    if (this.run.goesBy(Behaviour.firstOutcomeEnds)) return this.takeFirst(step, event);
    // Done all the same: a later epoch need not do it again.
    if (step.state === 'closed' && event.outcome.status === 'success') {
      if (this.run.goesBy(Behaviour.usesLateSuccess)) step.success ??= { value: event.outcome.result };
    }
    if (step.state !== 'open' && step.state !== 'awaited') return;
    this.takeEnd(step, event);
  }

  /** The first outcome of an attempt ends it, by the same rule as in every record (rule 4). */
  private takeFirst(step: Step, event: TaskFinished): void {
    const { attempt, attemptOver: isOver = false, state } = step;
    const { outcome } = event;
    // What it lost hope in the run has cancelled too.
    const isGivenUp = state === 'closed' || state === 'ambiguous';
    const heeded = heed({ attempt, isOver, isGivenUp }, event);
    if (heeded === 'ignore') return;
    if (outcome.status !== 'deferred') step.attemptOver = true;
    switch (state) {
      case 'open':
      case 'awaited':
        return this.takeEnd(step, event);
      case 'waiting':
        // Deferred, and run in spite of it.
        if (outcome.status === 'deferred') return;
        this.run.dropTimer(retryTimer(step, attempt));
        this.run.emit({
          type: 'TasksCancelled',
          taskRunIds: [],
          reason: 'the attempt that was deferred has ended already',
          steps: [step.number],
        });
        step.state = 'open';
        return this.takeEnd(step, event);
      case 'ambiguous':
        // The outcome that nobody hoped for any more.
        if (outcome.status === 'failed' && outcome.error.disposition === 'halt') return;
        step.state = 'awaited';
        return this.takeEnd(step, event);
      case 'closed':
        if (outcome.status === 'success') step.success = { value: outcome.result };
        return;
      case 'done':
        return;
    }
  }

  private takeEnd(step: Step, { outcome }: TaskFinished): void {
    this.run.dropTimer(startTimer(step));
    if (outcome.status === 'failed' && outcome.error.disposition === 'halt') {
      return this.takeUnknown(step, outcome.error);
    }
    if (step.state === 'awaited') {
      if (outcome.status === 'success') step.success = { value: outcome.result };
      if (outcome.status === 'deferred' && this.run.goesBy(Behaviour.namesWhatItGivesUp)) {
        this.tellCancelled(step, 'it was deferred, and nobody waits for it any more', { provisional: true });
        this.close(step, true);
      } else this.run.steps.settle(step);
      return this.host.settledUnawaited();
    }
    switch (outcome.status) {
      case 'success':
        return this.succeed(step, outcome.result);
      case 'cancelled':
        this.settle(step);
        return step.waiter.reject(new TaskCancelledError(step.name, step.number, outcome.reason));
      case 'deferred':
        return this.again(step, step.attempt, Math.max(0, outcome.until - this.run.now));
      case 'failed':
        return this.takeFailure(
          step,
          outcome.error,
          'result' in outcome ? { value: outcome.result } : undefined,
        );
    }
  }

  /** Takes a person's word on tasks of which nobody knew whether they took effect. */
  resolve(resolutions: readonly Resolution[]): void {
    for (const resolution of resolutions) this.said.set(resolution.taskRunId, resolution);
    for (const step of this.run.steps.open) if (step.state === 'ambiguous') this.goByWord(step);
  }

  /**
   * The code has given the task up, provisionally where a success would be of use nevertheless. Returns whether a
   * service may be working on it.
   */
  close(step: Step, provisional = false): boolean {
    if (!provisional) step.attemptOver = true;
    const working = step.state === 'open' || step.state === 'awaited';
    this.run.dropTimer(closeTimer(step));
    this.run.dropTimer(startTimer(step));
    this.run.steps.settle(step, 'closed');
    return working;
  }

  /** No outcome has come of a task that only the engine waits for: a person has to say what became of it. */
  giveUpOn(step: Step, afterMs: number): void {
    if (step.state !== 'awaited') return;
    if (this.cameMeanwhile(step)) return;
    const message = `no outcome came within ${afterMs / 1_000} s; whether it took effect is not known`;
    this.tellCancelled(step, message, { provisional: true });
    this.takeUnknown(step, { code: 'flow/no-outcome', message, disposition: 'halt' });
  }

  private adopt(scope: Scope, call: TaskCall, key: string, ask: Ask): void {
    const step = this.run.steps.openTask(scope, call, key, ask);
    // A success of this run's own from here on: a later epoch must not adopt it again.
    step.adopted = true;
    if (ask.known) step.success = { value: ask.known.value };
    this.run.steps.settle(step);
  }

  private takeUnknown(step: Step, error: ErrorRecord): void {
    const awaited = step.state === 'awaited';
    step.state = 'ambiguous';
    step.unawaited = awaited;
    step.unknown = error;
    if (this.said.has(step.task!.taskRunId)) return this.goByWord(step);
    // Where no code waits for it, a person is asked only once the answer is needed.
    if (awaited) this.host.settledUnawaited();
    else this.host.ambiguous(step);
  }

  private goByWord(step: Step): void {
    const { taskRunId } = step.task!;
    const word = this.said.get(taskRunId);
    if (!word) return;
    this.said.delete(taskRunId);
    step.attemptOver = true;
    if (step.unawaited) {
      if (word.as === 'succeeded') step.success = { value: word.result };
      this.run.steps.settle(step);
      return this.host.settledUnawaited();
    }
    switch (word.as) {
      case 'succeeded':
        return this.succeed(step, word.result);
      case 'retry':
        step.state = 'open';
        return this.schedule(step, step.attempt + 1);
      case 'failed': {
        this.settle(step);
        const message = word.message ?? 'a person has said that it failed';
        const record: ErrorRecord = { code: 'flow/resolved-as-failed', message, disposition: 'terminal' };
        return step.waiter.reject(new TaskFailedError(step.name, step.number, step.attempt, record));
      }
    }
  }

  private takeFailure(step: Step, error: ErrorRecord, answer?: { readonly value: unknown }): void {
    const { retry } = step.task!.call.spec;
    const retryable = answer ? retry.retryOnUnsuccessful : true;
    const judged: ErrorRecord = answer && retryable ? { ...error, disposition: 'retry' } : error;
    if (retryable && mayRetry(retry, step.attempt, judged)) {
      const random = seededRandom(`${this.run.runId}/${step.number}/${step.attempt}`);
      return this.again(step, step.attempt + 1, retryDelayMs(retry, step.attempt, judged, random));
    }
    this.settle(step);
    if (answer) step.waiter.resolve(answer.value);
    else step.waiter.reject(new TaskFailedError(step.name, step.number, step.attempt, error));
  }

  private succeed(step: Step, value: unknown): void {
    this.settle(step);
    step.success = { value };
    step.waiter.resolve(value);
  }

  private settle(step: Step): void {
    this.run.dropTimer(closeTimer(step));
    this.run.steps.settle(step);
  }

  /** Schedules an attempt of an open step now or after a delay. */
  private again(step: Step, attempt: number, delayMs: number): void {
    if (delayMs <= 0) return this.schedule(step, attempt);
    step.state = 'waiting';
    this.run.setTimer(retryTimer(step, attempt), 'task-retry', step.number, delayMs, () => {
      if (step.state !== 'waiting') return;
      step.state = 'open';
      this.schedule(step, attempt);
    });
  }

  private schedule(step: Step, attempt: number): void {
    step.attempt = attempt;
    step.attemptOver = false;
    const within = step.task!.call.spec.scheduleToStartMs;
    const startBy = within === undefined ? undefined : ((this.run.now + within) as Millis);
    this.run.emit(taskScheduled(this.run, step, startBy));
    if (within === undefined) return;
    this.run.setTimer(startTimer(step), 'schedule-to-start', step.number, within, () => {
      if (!this.run.unbegun || step.attempt !== attempt || this.cameMeanwhile(step)) return;
      if (step.state === 'awaited') this.takeNeverBegun(step);
      else this.timeOut(step, 'schedule-to-start', within);
    });
  }

  /** Only the engine waits for it, and now knows that it has not taken effect and never will. */
  private takeNeverBegun(step: Step): void {
    this.tellCancelled(step, 'it was not begun in time');
    this.settle(step);
    this.host.settledUnawaited();
  }

  private tellCancelled(
    step: Step,
    reason: string,
    how: { readonly provisional?: boolean; readonly waiting?: boolean } = {},
  ): void {
    const taskRunIds = [step.task!.taskRunId];
    step.calledOff = true;
    this.run.emit({
      type: 'TasksCancelled',
      taskRunIds,
      reason,
      ...(how.provisional ? { provisional: taskRunIds } : {}),
      ...(how.waiting ? { steps: [step.number] } : {}),
    });
  }

  /** The outcome came too late for a time-out, and yet before the run, which was held, went on. */
  private cameMeanwhile(step: Step): Outcome | undefined {
    return this.run.goesBy(Behaviour.firstOutcomeEnds) ? this.host.outcomeAside(step) : undefined;
  }

  private timeOut(step: Step, which: TaskTimedOutError['which'], afterMs: number): void {
    if (step.state !== 'open' && step.state !== 'waiting') return;
    // A failure might be tried again, for which there is no time left.
    if (this.cameMeanwhile(step)?.status === 'success') return;
    const error = new TaskTimedOutError(step.name, step.number, which, afterMs / 1_000);
    if (which === 'schedule-to-start') {
      // Who holds its claim will not begin it.
      step.attemptOver = true;
      const record = { ...toErrorRecord(error), disposition: 'retry' as const };
      if (mayRetry(step.task!.call.spec.retry, step.attempt, record)) return this.takeFailure(step, record);
    }
    const { call } = step.task!;
    const working = step.state === 'open';
    // What it may have done in spite of the cancellation has to be undone, or must not be done again.
    const matters = call.compensation !== undefined || call.spec.execution === 'at-most-once';
    const mayHaveEffect = working && which === 'schedule-to-close' && matters;
    const provisional = which === 'schedule-to-close' && (matters || this.run.mayUseLater(step));
    if (!mayHaveEffect) this.close(step, provisional);
    if (working || this.run.goesBy(Behaviour.namesWhatItGivesUp))
      this.tellCancelled(step, error.message, { provisional, waiting: !working });
    if (mayHaveEffect) this.host.leave(step);
    step.waiter.reject(error);
  }
}

const closeTimer = (step: Step): string => `close-by-${step.number}`;
const retryTimer = (step: Step, attempt: number): string => `task-retry-${step.number}-${attempt}`;
const startTimer = (step: Step): string => `start-by-${step.number}-${step.attempt}`;
