import type { ChildEnd, FlowRunId, Trigger } from '#libs/run-log';
import {
  ApprovalExpiredError,
  ChildCancelledError,
  ChildFailedError,
  FlowUsageError,
  SignalTimeoutError,
} from './errors.js';
import { contentKey } from './hash.js';
import { asJson } from './json-value.js';
import { Mailbox, type Signal } from './mailbox.js';
import type { ApprovalAnswer, ApprovalCall, ChildCall } from './program.js';
import { rejected } from './rejected.js';
import type { RunState } from './run-state.js';
import type { Scope } from './scope.js';
import type { Step } from './step-book.js';

const LONGEST_WAIT_SECONDS = 366 * 24 * 3_600;

interface AskedApproval {
  readonly step: Step;
  readonly call: ApprovalCall;
}

/** What a flow waits for beside tasks: time, signals, people, children, and values kept by other runs. */
export class Waits {
  private readonly mailbox = new Mailbox();
  /** Ids of signals: the same id again is the same signal. */
  private readonly heard = new Set<string>();
  /** Steps that wait for a signal, in the order of asking. */
  private readonly listening: { readonly step: Step; readonly name: string }[] = [];
  private readonly approvals = new Map<number, AskedApproval>();

  constructor(private readonly run: RunState) {}

  /** Signals that nobody has taken. */
  get untaken(): readonly Signal[] {
    return this.mailbox.rest;
  }

  sleep(scope: Scope, seconds: number): Promise<void> {
    const wrong = wrongDuration('sleep', seconds);
    if (wrong) return rejected(wrong);
    return this.wait<void>(scope, 'sleep', String(seconds), (step) =>
      this.run.setTimer(
        `sleep-${step.number}`,
        'sleep',
        step.number,
        Math.round(seconds * 1_000),
        () => this.succeed(step, undefined),
        { seconds },
      ),
    );
  }

  signal(scope: Scope, name: string, timeoutSeconds: number | undefined): Promise<unknown> {
    const wrong = timeoutSeconds === undefined ? undefined : wrongDuration('signal', timeoutSeconds);
    if (wrong) return rejected(wrong);
    return this.wait(scope, `signal:${name}`, '', (step) => {
      const dueAt =
        timeoutSeconds === undefined
          ? undefined
          : this.run.setTimer(
              signalTimer(step),
              'signal-timeout',
              step.number,
              Math.round(timeoutSeconds * 1_000),
              () => this.fail(step, new SignalTimeoutError(name, timeoutSeconds)),
            );
      const { number } = step;
      this.run.emit({ type: 'SignalAwaited', step: number, name, ...(dueAt === undefined ? {} : { dueAt }) });
      const here = this.mailbox.take(name);
      if (here) this.hear(step, here);
      else this.listening.push({ step, name });
    });
  }

  takeSignal(signal: Signal): void {
    if (signal.id !== undefined) {
      if (this.heard.has(signal.id)) return;
      this.heard.add(signal.id);
    }
    const index = this.listening.findIndex(
      ({ step, name }) => name === signal.name && step.state === 'waiting',
    );
    if (index < 0) return this.mailbox.put(signal);
    this.hear(this.listening.splice(index, 1)[0]!.step, signal);
  }

  approval(scope: Scope, call: ApprovalCall): Promise<ApprovalAnswer> {
    const { name, deadlineSeconds, otherwise, approvers } = call;
    const wrong = deadlineSeconds === undefined ? undefined : wrongDuration('approval', deadlineSeconds);
    if (wrong) return rejected(wrong);
    let payload: unknown;
    try {
      payload = asJson(call.payload, `what approval ${name} shows`);
    } catch (error) {
      return rejected(error as Error);
    }
    return this.wait<ApprovalAnswer>(scope, `approval:${name}`, '', (step) => {
      const { number } = step;
      const dueAt =
        deadlineSeconds === undefined
          ? undefined
          : this.run.setTimer(
              approvalTimer(step),
              'approval-deadline',
              number,
              Math.round(deadlineSeconds * 1_000),
              () => this.expire(step, call),
            );
      this.approvals.set(number, { step, call });
      this.run.emit({
        type: 'ApprovalRequested',
        step: number,
        name,
        payload,
        ...(dueAt === undefined ? {} : { dueAt }),
        ...(otherwise === undefined ? {} : { otherwise }),
        ...(approvers === undefined ? {} : { approvers }),
      });
    });
  }

  takeAnswer(event: Extract<Trigger, { type: 'ApprovalAnswered' }>): void {
    const asked = this.approvals.get(event.step);
    if (!asked || asked.step.state !== 'waiting') return;
    const { approvers } = asked.call;
    if (approvers && !approvers.includes(event.actor.userId)) return;
    this.run.dropTimer(approvalTimer(asked.step));
    const { approved, actor, comment, payload } = event;
    const answer: ApprovalAnswer = {
      approved,
      by: actor,
      at: this.run.now,
      ...(comment === undefined ? {} : { comment }),
      ...(payload === undefined ? {} : { payload }),
    };
    this.succeed(asked.step, answer);
  }

  value(
    scope: Scope,
    source: 'state' | 'result',
    name: string,
  ): Promise<{ readonly found: boolean; readonly value: unknown }> {
    return this.wait(scope, `${source}:${name}`, '', (step) => {
      step.answeredAtOnce = true;
      this.run.emit({ type: 'ValueRequested', step: step.number, source, name });
    });
  }

  takeValue({ step: number, found, value }: Extract<Trigger, { type: 'ValueLoaded' }>): void {
    const step = this.run.steps.waiting(number);
    if (step) this.succeed(step, { found, value });
  }

  /** Starts a child; the promise of a detached one is settled at once, with its run id. */
  child(scope: Scope, { flow, key, tags, detached, ...call }: ChildCall): Promise<unknown> {
    let input: unknown;
    try {
      input = asJson(call.input, `the input of flow ${flow}`);
    } catch (error) {
      return rejected(error as Error);
    }
    const reuseKey = key ?? contentKey(input);
    const ask = this.run.steps.ask(`flow:${flow}`, reuseKey);
    if (ask.known) return Promise.resolve(ask.known.value);
    const { full } = this.run;
    if (full) return rejected(full);
    const step = this.run.steps.openChild(scope, ask, flow);
    this.run.emit({
      type: 'ChildScheduled',
      step: step.number,
      childRunId: step.child!,
      flow,
      input,
      tags,
      reuseKey,
      detached,
      root: `${this.run.root}/${ask.reuse}`,
    });
    if (detached) this.succeed(step, step.child!);
    return step.waiter.promise;
  }

  takeChildEnd(number: number, childRunId: FlowRunId, end: ChildEnd): void {
    const step = this.run.steps.waiting(number);
    if (!step || step.child !== childRunId) return;
    if (end.status === 'completed') return this.succeed(step, end.result);
    this.fail(
      step,
      end.status === 'failed'
        ? new ChildFailedError(step.name, childRunId, end.error)
        : new ChildCancelledError(step.name, childRunId, end.reason),
    );
  }

  /** The code has given the step up. */
  close(step: Step): void {
    this.run.dropTimer(`sleep-${step.number}`);
    this.run.dropTimer(signalTimer(step));
    this.run.dropTimer(approvalTimer(step));
    this.run.steps.settle(step, 'closed');
  }

  private wait<T>(scope: Scope, name: string, key: string, begin: (step: Step) => void): Promise<T> {
    const ask = this.run.steps.ask(name, key);
    if (ask.known) return Promise.resolve(ask.known.value as T);
    const { full } = this.run;
    if (full) return rejected(full);
    const step = this.run.steps.openWait(scope, ask);
    begin(step);
    return step.waiter.promise as Promise<T>;
  }

  private hear(step: Step, signal: Signal): void {
    this.run.dropTimer(signalTimer(step));
    this.succeed(step, signal.payload);
  }

  private expire(step: Step, { name, deadlineSeconds, otherwise }: ApprovalCall): void {
    if (otherwise === undefined) return this.fail(step, new ApprovalExpiredError(name, deadlineSeconds!));
    const answer: ApprovalAnswer = { approved: otherwise === 'approved', by: null, at: this.run.now };
    this.succeed(step, answer);
  }

  private succeed(step: Step, value: unknown): void {
    if (step.state !== 'waiting') return;
    this.run.steps.settle(step);
    step.success = { value };
    step.waiter.resolve(value);
  }

  private fail(step: Step, error: Error): void {
    if (step.state !== 'waiting') return;
    this.run.steps.settle(step);
    step.waiter.reject(error);
  }
}

const signalTimer = (step: Step): string => `signal-${step.number}`;
const approvalTimer = (step: Step): string => `approval-${step.number}`;

function wrongDuration(what: string, seconds: number): FlowUsageError | undefined {
  if (Number.isFinite(seconds) && seconds >= 0 && seconds <= LONGEST_WAIT_SECONDS) return undefined;
  return new FlowUsageError(
    `${what}(${seconds}): expected a number of seconds from 0 to ${LONGEST_WAIT_SECONDS} (a year)`,
  );
}
