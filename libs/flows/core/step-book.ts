import type { ErrorRecord, FlowRunId, KeptResult, TaskRunId } from '#libs/run-log';
import { deferred, type Deferred } from './deferred.js';
import { childRunId } from './run-ids.js';
import type { TaskCall } from './program.js';
import type { Scope } from './scope.js';

/** One thing that the flow has asked for. */
export interface Step {
  readonly number: number;
  /** How a person knows it: the task's, the signal's, the child flow's name. */
  readonly name: string;
  readonly scope: Scope;
  readonly waiter: Deferred<unknown>;
  /** Matches this step in a later epoch. */
  readonly reuse: string;
  /**
   * `waiting` stands for a timer or a message; `awaited` for an outcome that only the engine still waits for;
   * `ambiguous` for a person's word; `closed` for a step that its code has given up.
   */
  state: 'open' | 'waiting' | 'awaited' | 'ambiguous' | 'done' | 'closed';
  /** Set once the step has a success that a later epoch may use. */
  success?: { readonly value: unknown };
  readonly task?: TaskStep;
  readonly child?: FlowRunId;
  attempt: number;
  /** A terminal event of the present attempt has come; whatever comes later of it counts for nothing. */
  attemptOver?: boolean;
  /** The log says that it is cancelled, be it provisionally. */
  calledOff?: boolean;
  /** Done by the run that this one was forked from. */
  adopted?: boolean;
  /** Set where the orchestrator itself answers, at once. */
  answeredAtOnce?: boolean;
  /** Set where only the engine waits for a person's word on it. */
  unawaited?: boolean;
  /** Why nobody knows whether it took effect. */
  unknown?: ErrorRecord;
}

/** Whether somebody works on the step: a service, another run, or the orchestrator. */
export const isUnderWay = ({ state, child, answeredAtOnce }: Step): boolean =>
  state === 'open' || state === 'awaited' || child !== undefined || (answeredAtOnce ?? false);

export interface TaskStep {
  readonly call: TaskCall;
  readonly taskRunId: TaskRunId;
  readonly key: string;
  readonly nth: number;
  /** The step that this one undoes. */
  readonly compensates?: number;
}

/** What an ask is known by: the same ask of a later epoch has the same. */
export interface Ask {
  readonly name: string;
  readonly nth: number;
  readonly reuse: string;
  /** Set where an earlier epoch, or the run that this one was forked from, has had success with it. */
  readonly known: { readonly value: unknown } | undefined;
  /** Whether it was this run that has had it. */
  readonly own: boolean;
}

const reuseOf = (name: string, key: string, nth: number): string => `${name}|${key}|${nth}`;

/** The steps of a run, numbered over all its epochs and never twice. */
export class StepBook {
  private readonly all: Step[] = [];
  /** Those that something still has to come of, in order of their numbers. */
  private readonly pending = new Set<Step>();
  private readonly byTaskRun = new Map<string, Step>();
  /** How often each (name, key) was asked for in this epoch. */
  private asked = new Map<string, number>();
  private readonly kept = new Map<string, { readonly value: unknown }>();
  private successes = new Map<string, { readonly value: unknown }>();

  constructor(private readonly runId: FlowRunId) {}

  /** Takes over what the run that this one was forked from has done. */
  keep(results: readonly KeptResult[]): void {
    for (const { name, key, nth, value } of results) this.kept.set(reuseOf(name, key, nth), { value });
  }

  /** How many steps the run has taken, over all its epochs. */
  get count(): number {
    return this.all.length;
  }

  /** Whether anything is still to come of any step. */
  get anyPending(): boolean {
    return this.pending.size > 0;
  }

  /** Those that something is still to come of, in order of their numbers. */
  get open(): readonly Step[] {
    return [...this.pending];
  }

  /** All, in order of their numbers. */
  get taken(): readonly Step[] {
    return this.all;
  }

  /** Counts asks anew, and offers what has succeeded so far. */
  beginEpoch(): void {
    this.asked = new Map();
    this.successes = new Map(this.kept);
    for (const step of this.all) if (step.success) this.successes.set(step.reuse, step.success);
  }

  /** What is asked for from here on is done, whatever an earlier epoch or another run has had. */
  forget(): void {
    this.successes.clear();
  }

  /** Counts one ask. */
  ask(name: string, key: string): Ask {
    const id = `${name}|${key}`;
    const nth = (this.asked.get(id) ?? 0) + 1;
    this.asked.set(id, nth);
    const reuse = reuseOf(name, key, nth);
    const known = this.successes.get(reuse);
    return { name, nth, reuse, known, own: known !== undefined && known !== this.kept.get(reuse) };
  }

  openTask(scope: Scope, call: TaskCall, key: string, ask: Ask, compensates?: number): Step {
    const taskRunId = `${this.runId}-${this.all.length + 1}` as TaskRunId;
    const task = {
      call,
      key,
      nth: ask.nth,
      taskRunId,
      ...(compensates === undefined ? {} : { compensates }),
    };
    const step = this.add(scope, ask, 'open', { task });
    this.byTaskRun.set(taskRunId, step);
    return step;
  }

  /** A step that waits for a timer or a message. */
  openWait(scope: Scope, ask: Ask): Step {
    return this.add(scope, ask, 'waiting', {});
  }

  openChild(scope: Scope, ask: Ask, flow: string): Step {
    const child = childRunId(this.runId, this.all.length + 1);
    return this.add(scope, { ...ask, name: flow }, 'waiting', { child });
  }

  find(taskRunId: TaskRunId): Step | undefined {
    return this.byTaskRun.get(taskRunId);
  }

  /** The pending step of a number. */
  waiting(number: number): Step | undefined {
    const step = this.all[number - 1];
    return step && this.pending.has(step) ? step : undefined;
  }

  /** Nothing more comes of the step. */
  settle(step: Step, state: 'done' | 'closed' = 'done'): void {
    step.state = state;
    this.pending.delete(step);
  }

  private add(
    scope: Scope,
    ask: Ask,
    state: Step['state'],
    { task, child }: Pick<Step, 'task' | 'child'>,
  ): Step {
    // Written out: spread, it is half of what a replay takes here.
    const step: Step = {
      task,
      child,
      name: ask.name,
      scope,
      reuse: ask.reuse,
      state,
      number: this.all.length + 1,
      waiter: deferred<unknown>(),
      attempt: 0,
    };
    this.all.push(step);
    this.pending.add(step);
    return step;
  }
}
