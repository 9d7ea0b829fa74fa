import type { FlowRunId, TaskRunId } from '#libs/run-log';
import { deferred, type Deferred } from './deferred.js';
import type { TaskCall } from './program.js';

/** One thing that the flow has asked for: a task with its attempts, or a sleep. */
export interface Step {
  readonly number: number;
  readonly waiter: Deferred<unknown>;
  /** Matches this step in a later epoch. */
  readonly reuse: string;
  /** `waiting` stands for a timer; `closed` for a step that its epoch has given up. */
  state: 'open' | 'waiting' | 'done' | 'closed';
  /** Set once the step has a success that a later epoch may use. */
  success?: { readonly value: unknown };
  readonly task?: TaskStep;
  attempt: number;
}

export interface TaskStep {
  readonly call: TaskCall;
  readonly taskRunId: TaskRunId;
  readonly key: string;
  readonly nth: number;
}

/** What an ask is known by: the same ask of a later epoch has the same. */
export interface Ask {
  readonly nth: number;
  readonly reuse: string;
  /** Set where an earlier epoch has had success with it. */
  readonly known: { readonly value: unknown } | undefined;
}

/** The steps of a run, numbered over all its epochs and never twice. */
export class StepBook {
  private readonly all: Step[] = [];
  /** Those that are open or waiting, in order of their numbers. */
  private readonly pending = new Set<Step>();
  private readonly byTaskRun = new Map<string, Step>();
  /** How often each (name, key) was asked for in this epoch. */
  private asked = new Map<string, number>();
  private successes = new Map<string, { readonly value: unknown }>();

  constructor(private readonly runId: FlowRunId) {}

  /** How many steps the run has taken, over all its epochs. */
  get count(): number {
    return this.all.length;
  }

  /** Whether the flow waits for any step. */
  get anyPending(): boolean {
    return this.pending.size > 0;
  }

  /** Counts asks anew, and offers what has succeeded so far. */
  beginEpoch(): void {
    this.asked = new Map();
    this.successes = new Map();
    for (const step of this.all) if (step.success) this.successes.set(step.reuse, step.success);
  }

  /** Counts one ask. */
  ask(name: string, key: string): Ask {
    const id = `${name}|${key}`;
    const nth = (this.asked.get(id) ?? 0) + 1;
    this.asked.set(id, nth);
    const reuse = `${id}|${nth}`;
    return { nth, reuse, known: this.successes.get(reuse) };
  }

  openTask(call: TaskCall, key: string, { nth, reuse }: Ask): Step {
    const taskRunId = `${this.runId}-${this.all.length + 1}` as TaskRunId;
    const step = this.add({ reuse, state: 'open', task: { call, key, nth, taskRunId } });
    this.byTaskRun.set(taskRunId, step);
    return step;
  }

  openSleep({ reuse }: Ask): Step {
    return this.add({ reuse, state: 'waiting' });
  }

  find(taskRunId: TaskRunId): Step | undefined {
    return this.byTaskRun.get(taskRunId);
  }

  settle(step: Step): void {
    step.state = 'done';
    this.pending.delete(step);
  }

  /**
   * Gives up what is pending, but for the steps that `keep` picks; returns the tasks that a service may be working on.
   */
  closeAll(keep: (step: Step) => boolean = () => false): TaskRunId[] {
    const out: TaskRunId[] = [];
    for (const step of this.pending) {
      if (keep(step)) continue;
      if (step.task && step.state === 'open') out.push(step.task.taskRunId);
      step.state = 'closed';
      this.pending.delete(step);
    }
    return out;
  }

  private add(fields: Pick<Step, 'reuse' | 'state' | 'task'>): Step {
    const step: Step = { ...fields, number: this.all.length + 1, waiter: deferred<unknown>(), attempt: 0 };
    this.all.push(step);
    this.pending.add(step);
    return step;
  }
}
