import type { FlowRunId, Millis, TaskRunId } from '#libs/run-log';
import { Behaviour } from './behaviours.js';
import type { Hold } from './hold.js';
import type { RunState } from './run-state.js';
import { isCompensable } from './saga.js';
import type { Scope } from './scope.js';
import type { Step } from './step-book.js';
import type { Tasks } from './tasks.js';
import type { Waits } from './waits.js';

/** An operation that is not done by its own deadline is redelivered and looked into; after that nobody will know. */
const OUTCOME_MARGIN_MS = 60_000 as Millis;

export interface WhatToClose {
  /** Picks the tasks that are not given up: of those the engine alone waits for the outcome. */
  readonly keep?: (step: Step) => boolean;
  /** Picks the tasks that are cancelled, but whose outcome the engine waits for all the same. */
  readonly follow?: (step: Step) => boolean;
  /** Picks the tasks whose success is of use even after they were given up. */
  readonly provisional?: (step: Step) => boolean;
  /** Picks the steps that are left as they are. */
  readonly spare?: (step: Step) => boolean;
  /** Only what was asked for in one of them. */
  readonly within?: readonly Scope[];
  /** Whether another decision of this moment says that all that was waiting is given up. */
  readonly said?: boolean;
}

/** Gives up steps that are pending, tells services and children of it, and waits for what only the engine waits for. */
export class Closing {
  private quiet: (() => void) | undefined;

  constructor(
    private readonly run: RunState,
    private readonly tasks: Tasks,
    private readonly waits: Waits,
    private readonly hold: Hold,
  ) {}

  close(reason: string, what: WhatToClose = {}): void {
    const { spare, within, provisional: isOfUse, said = false } = what;
    const taskRunIds: TaskRunId[] = [];
    const childRunIds: FlowRunId[] = [];
    const provisional: TaskRunId[] = [];
    const steps: number[] = [];
    const names = this.run.goesBy(Behaviour.namesWhatItGivesUp);
    for (const step of this.run.steps.open) {
      if ((within && !within.some((scope) => step.scope.within(scope))) || spare?.(step)) continue;
      if (step.task) {
        if (step.state === 'waiting') steps.push(step.number);
        if (!this.closeTask(step, what)) continue;
        step.calledOff = true;
        taskRunIds.push(step.task.taskRunId);
        if (isOfUse?.(step)) provisional.push(step.task.taskRunId);
      } else {
        this.waits.close(step);
        if (step.child) childRunIds.push(step.child);
        else steps.push(step.number);
      }
    }
    const named = names && !said && steps.length > 0 ? { steps } : {};
    if (taskRunIds.length > 0 || named.steps) {
      const ofUse = provisional.length > 0 ? { provisional } : {};
      this.run.emit({ type: 'TasksCancelled', taskRunIds, reason, ...ofUse, ...named });
    }
    if (childRunIds.length > 0) this.run.emit({ type: 'ChildrenCancelled', childRunIds, reason });
  }

  /** The code is begun again, and asks for what it needs. */
  closeEpoch(): void {
    // What may take effect only once, or can be undone, is neither given up nor begun again: the next epoch waits for
    // how it ends.
    this.close('the flow is tried again', {
      keep: (step) => isRunningOnce(step) || isCompensable(step),
      provisional: () => true,
    });
  }

  /** Gives up what the branches that lost a race have begun. */
  closeBranches(scopes: readonly Scope[]): void {
    // Before, each branch had a decision of its own.
    if (this.run.goesBy(Behaviour.namesWhatItGivesUp)) this.closeWithin(scopes);
    else for (const scope of scopes) this.closeWithin([scope]);
  }

  private closeWithin(within: readonly Scope[]): void {
    this.close('another branch of the race was first', {
      keep: isCompensable,
      // Another try of the flow would ask for it again.
      follow: (step) => isRunningOnce(step) && !isCompensable(step) && this.run.mayUseLater(step),
      provisional: (step) => isCompensable(step) || this.run.mayUseLater(step),
      within,
    });
  }

  /** Returns whether the log has to say that the task is given up. */
  private closeTask(step: Step, { keep, follow, provisional }: WhatToClose): boolean {
    const waiting = step.state === 'waiting';
    const followed = follow?.(step) ?? false;
    if (!waiting && (followed || keep?.(step))) {
      this.leaveToTheEngine(step);
      return followed;
    }
    const working = this.tasks.close(step, provisional?.(step));
    return working || (waiting && this.run.goesBy(Behaviour.namesWhatItGivesUp));
  }

  /** Only the engine waits for the task's outcome from here on, and not for ever. */
  leaveToTheEngine(step: Step): void {
    if (step.state === 'ambiguous') step.unawaited = true;
    if (step.state !== 'open') return;
    step.state = 'awaited';
    if (!this.run.goesBy(Behaviour.endsInOrder)) return;
    const { timeoutMs = 0 } = step.task!.call.spec;
    const atMost = Math.max(timeoutMs, this.run.program.cleanUpSeconds * 1_000) + OUTCOME_MARGIN_MS;
    this.run.setTimer(`outcome-${step.number}`, 'clean-up', step.number, atMost, () =>
      this.tasks.giveUpOn(step, atMost),
    );
  }

  /** Goes on once no task is left whose outcome only the engine waits for. */
  whenQuiet(goOn: () => void): void {
    this.quiet = goOn;
    this.tellQuiet();
  }

  /** What was to go on then does not any more. */
  forgetQuiet(): void {
    this.quiet = undefined;
  }

  /** The engine has learnt how a task ended that no code waits for. */
  tellQuiet(): void {
    const unknown = this.run.steps.open.filter((step) => step.unawaited);
    if (unknown.length > 0 && !this.hold.isOn && this.quiet) this.hold.halt(unknown[0]!);
    if (this.run.steps.open.some((step) => step.state === 'awaited' || step.unawaited)) return;
    const goOn = this.quiet;
    this.quiet = undefined;
    goOn?.();
  }
}

/** Whether the task may take effect only once, and nobody knows yet whether it has. */
const isRunningOnce = ({ task, state }: Step): boolean =>
  state !== 'waiting' && task?.call.spec.execution === 'at-most-once';
