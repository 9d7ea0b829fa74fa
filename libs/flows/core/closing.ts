import type { FlowRunId, Millis, TaskRunId } from '#libs/run-log';
import { Behaviour } from './behaviours.js';
import type { RunState } from './run-state.js';
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

/** Gives up steps that are pending, and tells services and children of it. */
export class Closing {
  constructor(
    private readonly run: RunState,
    private readonly tasks: Tasks,
    private readonly waits: Waits,
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
}
