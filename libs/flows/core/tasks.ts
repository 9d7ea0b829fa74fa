import type { ErrorRecord, Millis, Resolution, TaskRunId, Trigger } from '#libs/run-log';
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
}

/**
 * The tasks of a run: their attempts, retries and time-outs.
 *
 * Only this machine makes attempts. An outcome of any other attempt than the present one is stale and ignored, and
 * whatever ended a task first holds.
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
    // Done all the same: a later epoch need not do it again.
    if (step.state === 'closed' && event.outcome.status === 'success') {
      if (this.run.goesBy(Behaviour.usesLateSuccess)) step.success ??= { value: event.outcome.result };
    }
    // Whatever ended it first holds, a cancellation too; the audit goes by the same rule.
    if (step.state !== 'open' && step.state !== 'awaited') return;
    this.run.dropTimer(startTimer(step));
    const { outcome } = event;
    if (outcome.status === 'failed' && outcome.error.disposition === 'halt') {
      return this.takeUnknown(step, outcome.error);
    }
    if (step.state === 'awaited') {
      if (outcome.status === 'success') step.success = { value: outcome.result };
      this.run.steps.settle(step);
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

  /** The code has given the task up; returns whether a service may be working on it. */
  close(step: Step): boolean {
    const working = step.state === 'open' || step.state === 'awaited';
    this.run.dropTimer(closeTimer(step));
    this.run.dropTimer(startTimer(step));
    this.run.steps.settle(step, 'closed');
    return working;
  }

  /** No outcome has come of a task that only the engine waits for: a person has to say what became of it. */
  giveUpOn(step: Step, afterMs: number): void {
    if (step.state !== 'awaited') return;
    const message = `no outcome came within ${afterMs / 1_000} s; whether it took effect is not known`;
    this.tellCancelled(step, message);
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
    this.run.setTimer(`task-retry-${step.number}-${attempt}`, 'task-retry', step.number, delayMs, () => {
      if (step.state !== 'waiting') return;
      step.state = 'open';
      this.schedule(step, attempt);
    });
  }

  private schedule(step: Step, attempt: number): void {
    step.attempt = attempt;
    const within = step.task!.call.spec.scheduleToStartMs;
    const startBy = within === undefined ? undefined : ((this.run.now + within) as Millis);
    this.run.emit(taskScheduled(this.run, step, startBy));
    if (within === undefined) return;
    this.run.setTimer(startTimer(step), 'schedule-to-start', step.number, within, () => {
      if (!this.run.unbegun || step.attempt !== attempt) return;
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

  private tellCancelled(step: Step, reason: string): void {
    this.run.emit({ type: 'TasksCancelled', taskRunIds: [step.task!.taskRunId], reason });
  }

  private timeOut(step: Step, which: TaskTimedOutError['which'], afterMs: number): void {
    if (step.state !== 'open' && step.state !== 'waiting') return;
    const error = new TaskTimedOutError(step.name, step.number, which, afterMs / 1_000);
    if (which === 'schedule-to-start') {
      const record = { ...toErrorRecord(error), disposition: 'retry' as const };
      if (mayRetry(step.task!.call.spec.retry, step.attempt, record)) return this.takeFailure(step, record);
    }
    const { call } = step.task!;
    const working = step.state === 'open';
    // What it may have done in spite of the cancellation has to be undone, or must not be done again.
    const matters = call.compensation !== undefined || call.spec.execution === 'at-most-once';
    const mayHaveEffect = working && which === 'schedule-to-close' && matters;
    if (!mayHaveEffect) this.close(step);
    if (working) this.tellCancelled(step, error.message);
    if (mayHaveEffect) this.host.leave(step);
    step.waiter.reject(error);
  }
}

const closeTimer = (step: Step): string => `close-by-${step.number}`;
const startTimer = (step: Step): string => `start-by-${step.number}-${step.attempt}`;
