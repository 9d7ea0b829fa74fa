import { CompensationFailedError } from './errors.js';
import type { TaskCall, TaskSpec } from './program.js';
import type { RunState } from './run-state.js';
import type { Scope } from './scope.js';
import type { Step } from './step-book.js';
import type { Tasks } from './tasks.js';

/** Whether the task can be undone, and so must not be given up while nobody knows how it ended. */
export const isCompensable = (step: Step): boolean => step.task?.call.compensation !== undefined;

/** Whether it may turn out at the run's end that there is something to undo. */
export const mayNeedUndoing = (step: Step): boolean =>
  isCompensable(step) && (step.success !== undefined || (step.state !== 'done' && step.state !== 'closed'));

/**
 * Undoes, last first, what the tasks of a run have done. A compensation is registered when its task is scheduled, so a
 * crash at any point leaves the same list behind.
 */
export class Saga {
  constructor(
    private readonly run: RunState,
    private readonly tasks: Tasks,
  ) {}

  /** Undoes everything. Resolves with the error that says what could not be undone, if so. */
  async undo(scope: Scope, cause: Error | undefined): Promise<CompensationFailedError | undefined> {
    const done = this.run.steps.taken.filter((step) => isCompensable(step) && step.success).reverse();
    if (done.length === 0) return undefined;
    const adopted = done.filter((step) => step.adopted).map(askOf);
    this.run.emit({
      type: 'CompensationStarted',
      steps: done.map((step) => step.number),
      ...(adopted.length > 0 ? { adopted } : {}),
    });
    const failed: { step: number; name: string; message: string }[] = [];
    for (const step of done) {
      const { spec } = step.task!.call.compensation!;
      try {
        await this.tasks.begin(scope, undoing(step), step.number);
      } catch (error) {
        failed.push({ step: step.number, name: spec.name, message: messageOf(error) });
      }
    }
    return failed.length > 0 ? new CompensationFailedError(failed, { cause }) : undefined;
  }
}

/** A piece of work that can be undone, and how. */
export interface Undoable {
  readonly step: number;
  readonly ask: { readonly name: string; readonly key: string; readonly nth: number };
  readonly undoing: TaskSpec;
  /** Throws what the flow's own function throws. */
  readonly input: () => unknown;
}

/** Lists what the tasks of a run have done and could undo, last first, whether or not it was undone. */
export function undoables(steps: readonly Step[]): readonly Undoable[] {
  return steps
    .filter((step) => isCompensable(step) && step.success)
    .reverse()
    .map((step) => {
      const { step: number, ...ask } = askOf(step);
      const { spec } = step.task!.call.compensation!;
      return { step: number, ask, undoing: spec, input: () => undoing(step).input };
    });
}

function undoing(step: Step): TaskCall {
  const { compensation, input } = step.task!.call;
  return {
    spec: compensation!.spec,
    input: compensation!.input(step.success!.value, input),
    key: `undo-${step.number}`,
  };
}

function askOf({ number, name, task }: Step) {
  const { key, nth } = task!;
  return { step: number, name, key, nth };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
