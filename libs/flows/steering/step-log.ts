import type {
  Actor,
  DecisionEvent,
  ErrorRecord,
  FlowRunId,
  KeptResult,
  Millis,
  StreamSeq,
  TaskRunId,
} from '#libs/run-log';
import type { StepKind, StepState } from './run-view.js';

/** What a step is known by over the epochs of a run and its forks; as core/step-book.ts counts. */
export interface StepAsk {
  readonly name: string;
  readonly key: string;
  /** The how-manieth ask of this name and key in its epoch, from 1. */
  readonly nth: number;
}

/** How an approval was answered. */
export interface Answer {
  readonly approved: boolean;
  /** Null when the deadline answered. */
  readonly by: Actor | null;
  readonly at: Millis;
  readonly comment?: string;
  readonly payload?: unknown;
}

/** One step as the log tells it. */
export interface LoggedStep {
  readonly number: number;
  readonly kind: StepKind;
  readonly name: string;
  readonly ask: StepAsk;
  readonly epoch: number;
  readonly askedAt: Millis;
  /** Asked for after the flow's own code had come to its end, or was told to. */
  readonly cleansUp: boolean;
  state: StepState;
  endedAt?: Millis;
  /** Set once the step has a success that another epoch or run may use. */
  success?: { readonly value: unknown };
  error?: ErrorRecord;
  undone?: boolean;
  attempt?: number;
  /** A terminal event of the attempt has come. */
  attemptOver?: boolean;
  readonly taskRunId?: TaskRunId;
  readonly compensates?: number;
  readonly childRunId?: FlowRunId;
  readonly dueAt?: Millis;
  readonly approval?: Extract<DecisionEvent, { type: 'ApprovalRequested' }>;
  answer?: Answer;
}

export type NewStep = Pick<LoggedStep, 'number' | 'kind' | 'name' | 'askedAt' | 'cleansUp'> &
  Partial<Pick<LoggedStep, 'attempt' | 'taskRunId' | 'compensates' | 'childRunId' | 'dueAt' | 'approval'>>;

const idOf = (name: string, key: string, nth: number): string => `${name}|${key}|${nth}`;

/** Names a step in a way that epochs and forks share. */
export const reuseId = ({ name, key, nth }: StepAsk): string => idOf(name, key, nth);

/** A step of which something is still to come. */
export const isOpen = ({ state }: LoggedStep): boolean =>
  state === 'pending' || state === 'retrying' || state === 'ambiguous';

/**
 * The steps of a run, told from its log alone.
 *
 * An ask that an earlier epoch or run had success with leaves no trace in the log, but counts. So the next one that
 * the log does hold is the first number that nobody had success with when the epoch began.
 */
export class StepLog {
  readonly all: LoggedStep[] = [];
  private readonly byNumber = new Map<number, LoggedStep>();
  private readonly byTaskRun = new Map<string, LoggedStep>();
  private readonly closesAtEpoch: StreamSeq[];
  private known = new Set<string>();
  private asked = new Map<string, number>();
  epoch = 1;

  /**
   * `retriedAt` holds, for each retry of the flow, the trigger that it followed; `givenUp` the steps of which the log
   * says that the flow has given them up while they were waiting.
   */
  constructor(
    retriedAt: readonly StreamSeq[],
    private readonly givenUp: ReadonlySet<number>,
  ) {
    this.closesAtEpoch = [...retriedAt];
  }

  /** Takes over what the run that this one was forked from has done. */
  keep(results: readonly KeptResult[]): void {
    for (const result of results) this.known.add(reuseId(result));
  }

  add(step: NewStep, name: string, key: string, told?: number): LoggedStep {
    const nth = told ?? this.nextUnknown(name, key);
    const id = `${name}|${key}`;
    this.asked.set(id, Math.max(nth, this.asked.get(id) ?? 0));
    const logged: LoggedStep = { ...step, ask: { name, key, nth }, epoch: this.epoch, state: 'pending' };
    this.all.push(logged);
    this.byNumber.set(step.number, logged);
    if (step.taskRunId) this.byTaskRun.set(step.taskRunId, logged);
    return logged;
  }

  at(number: number): LoggedStep | undefined {
    return this.byNumber.get(number);
  }

  ofTask(taskRunId: string): LoggedStep | undefined {
    return this.byTaskRun.get(taskRunId);
  }

  /**
   * Whether something that came at `seq` still counts for a step. The log may hold it before the decision that it came
   * too late for: the retry of the flow, or to wait no more.
   */
  heeds(step: LoggedStep | undefined, seq: StreamSeq): step is LoggedStep {
    if (!step || !isOpen(step)) return false;
    if (!step.taskRunId && this.givenUp.has(step.number)) return false;
    return step.epoch >= 1 + this.closesAtEpoch.filter((fedSeq) => fedSeq < seq).length;
  }

  /** A new epoch begins: successes so far are known, and what was open is given up. */
  retry(at: Millis): void {
    this.closeOpen(at);
    for (const step of this.all) if (step.success) this.known.add(reuseId(step.ask));
    this.asked = new Map();
    this.epoch++;
  }

  /**
   * Gives up what is open, but for what is spared; tasks only where `tasks` says so, for they have decisions of their
   * own.
   */
  closeOpen(at: Millis, tasks = true, spared: readonly number[] = []): void {
    for (const step of this.all) {
      if (!isOpen(step) || spared.includes(step.number)) continue;
      if (tasks || !step.taskRunId) end(step, 'cancelled', at);
    }
  }

  private nextUnknown(name: string, key: string): number {
    let nth = (this.asked.get(`${name}|${key}`) ?? 0) + 1;
    while (this.known.has(idOf(name, key, nth))) nth++;
    return nth;
  }
}

export function end(step: LoggedStep, state: 'failed' | 'cancelled', at: Millis, error?: ErrorRecord): void {
  step.state = state;
  step.endedAt = at;
  if (error) step.error = error;
}

export function succeed(step: LoggedStep, value: unknown, at: Millis): void {
  step.state = 'succeeded';
  step.endedAt = at;
  step.success = { value };
  delete step.error;
}
