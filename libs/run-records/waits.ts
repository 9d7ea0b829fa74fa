import type { RunEvent } from '#libs/run-log';
import { closesWaits, goesOn, spares } from './run-course.js';

/** What a run can wait for beside its tasks. `version` stands for an orchestrator that has loaded the run's version. */
export const WaitKind = {
  sleep: 'sleep',
  taskRetry: 'task-retry',
  flowRetry: 'flow-retry',
  signal: 'signal',
  approval: 'approval',
  child: 'child',
  value: 'value',
  version: 'version',
} as const;
export type WaitKind = (typeof WaitKind)[keyof typeof WaitKind];

/** One thing that a run waits for. */
export interface StoredWait {
  readonly kind: WaitKind;
  /** The signal's, approval's, child flow's or value's name, or the version; null for time, which has none. */
  readonly name: string | null;
  /** 0 where the whole run waits. */
  readonly step: number;
  readonly since: Date;
  /** When it ends by itself at the latest; null where it does not. */
  readonly dueAt: Date | null;
  /** The timer that is the whole wait; null where another event ends it. */
  readonly timerId: string | null;
  readonly childRunId: string | null;
  /** Whose answers count; null for everybody's. */
  readonly approvers: readonly string[] | null;
}

/** Signals that have come and that nobody has taken yet. */
export interface UntakenSignals {
  readonly name: string;
  readonly count: number;
}

/** What the fold of waits must remember. */
export interface Waiting {
  /** In the order in which the flow asked. */
  readonly waits: readonly StoredWait[];
  readonly signals: readonly UntakenSignals[];
  /** Ids that senders have given to signals: the same id again is the same signal. */
  readonly heard: readonly string[];
  /** Which step each time-out and deadline stands by for. They stay known when they have gone off. */
  readonly deadlines: Readonly<Record<string, number>>;
  /** By step, the name of the signal that it has taken in this try of the flow. */
  readonly taken: Readonly<Record<string, string>>;
}

export const NO_WAITS: Waiting = Object.freeze({
  waits: [],
  signals: [],
  heard: [],
  deadlines: {},
  taken: {},
});

/**
 * Says what a run waits for after an event, beside its tasks; the same object where the event changes nothing.
 *
 * 1. A timer that only stands by (a time-out, a deadline, the clean-up's end) is no wait; what it ends early is one.
 * 2. Signals of a name are taken in the order of their coming, by the waits for it in the order of asking.
 * 3. An answer by somebody who is not among the approvers is none.
 * 4. A retry of the flow and its end give up all that it waits for; the beginning of its cancellation what it does not
 *    spare; a lost race, and whatever else gives something up, what it names.
 * 5. What is named so had not ended: a signal that lies before the decision, and was fed after what led to it, is still
 *    there for others.
 */
export function evolveWaits(waiting: Waiting, event: RunEvent, at: Date): Waiting {
  const before = outlasting(waiting, event);
  const asked = { name: null, since: at, dueAt: null, timerId: null, childRunId: null, approvers: null };
  switch (event.type) {
    case 'TimerScheduled': {
      const { kind, step, timerId } = event;
      const dueAt = new Date(event.dueAt);
      if (kind === 'signal-timeout' || kind === 'approval-deadline')
        return { ...before, deadlines: { ...before.deadlines, [timerId]: step } };
      if (kind !== 'sleep' && kind !== 'task-retry' && kind !== 'flow-retry') return before;
      const others = without(before, (wait) => wait.timerId === timerId);
      return open(others, { ...asked, kind, step, dueAt, timerId });
    }
    case 'TimerFired': {
      const step = before.deadlines[event.timerId];
      return without(
        before,
        (wait) => wait.timerId === event.timerId || (step !== undefined && ends(wait, step)),
      );
    }
    case 'TaskScheduled':
      return without(before, ({ kind, step }) => kind === WaitKind.taskRetry && step === event.step);
    case 'SignalAwaited': {
      const { name, step } = event;
      const dueAt = event.dueAt === undefined ? null : new Date(event.dueAt);
      const signals = takenOne(before.signals, name);
      return signals
        ? { ...before, signals, taken: { ...before.taken, [step]: name } }
        : open(before, { ...asked, kind: 'signal', name, step, dueAt });
    }
    case 'SignalSent':
      return hear(before, event);
    case 'ApprovalRequested': {
      const { name, step } = event;
      const dueAt = event.dueAt === undefined ? null : new Date(event.dueAt);
      const approvers = event.approvers ? [...event.approvers] : null;
      return open(before, { ...asked, kind: 'approval', name, step, dueAt, approvers });
    }
    case 'ApprovalAnswered':
      return without(
        before,
        ({ kind, step, approvers }) =>
          kind === WaitKind.approval && step === event.step && mayAnswer(approvers, event.actor.userId),
      );
    case 'ChildScheduled': {
      if (event.detached) return before;
      const { flow: name, step, childRunId } = event;
      return open(before, { ...asked, kind: 'child', name, step, childRunId });
    }
    case 'ChildFinished':
      return without(
        before,
        ({ kind, step, childRunId }) =>
          kind === WaitKind.child && step === event.step && childRunId === event.childRunId,
      );
    case 'TasksCancelled': {
      const { steps = [] } = event;
      return without(steps.reduce(untaken, before), ({ step }) => steps.includes(step));
    }
    case 'ChildrenCancelled': {
      const cancelled: readonly string[] = event.childRunIds;
      return without(before, ({ childRunId }) => childRunId !== null && cancelled.includes(childRunId));
    }
    case 'ValueRequested':
      return open(before, { ...asked, kind: 'value', name: event.name, step: event.step });
    case 'ValueLoaded':
      return without(before, ({ kind, step }) => kind === WaitKind.value && step === event.step);
    case 'FlowRetried':
      return Object.keys(before.taken).length > 0 ? { ...before, taken: {} } : before;
    case 'RunParked':
      return open(before, { ...asked, kind: 'version', name: event.version, step: 0 });
    default:
      return before;
  }
}

/** What is still waited for when the event itself has not been looked at yet. */
function outlasting(waiting: Waiting, event: RunEvent): Waiting {
  if (closesWaits(event)) return without(waiting, ({ step }) => !spares(event, step));
  return goesOn(event) ? without(waiting, ({ kind }) => kind === WaitKind.version) : waiting;
}

function hear(before: Waiting, { name, id }: Extract<RunEvent, { type: 'SignalSent' }>): Waiting {
  if (id !== undefined && before.heard.includes(id)) return before;
  const after = id === undefined ? before : { ...before, heard: [...before.heard, id] };
  const taker = after.waits.find((wait) => wait.kind === WaitKind.signal && wait.name === name);
  return taker
    ? { ...without(after, (wait) => wait === taker), taken: { ...after.taken, [taker.step]: name } }
    : { ...after, signals: oneMore(after.signals, name) };
}

/** Tells whether somebody's answer to an approval counts. */
export const mayAnswer = (approvers: readonly string[] | null, userId: string): boolean =>
  approvers === null || approvers.includes(userId);

const ends = ({ kind, step }: StoredWait, stepOfDeadline: number): boolean =>
  step === stepOfDeadline && (kind === WaitKind.signal || kind === WaitKind.approval);

const open = (before: Waiting, wait: StoredWait): Waiting => ({ ...before, waits: [...before.waits, wait] });

function without(before: Waiting, over: (wait: StoredWait) => boolean): Waiting {
  return before.waits.some(over) ? { ...before, waits: before.waits.filter((wait) => !over(wait)) } : before;
}

function untaken(before: Waiting, step: number): Waiting {
  const { [step]: name, ...taken } = before.taken;
  return name === undefined ? before : { ...before, taken, signals: oneMore(before.signals, name) };
}

function takenOne(signals: readonly UntakenSignals[], name: string): readonly UntakenSignals[] | undefined {
  const here = signals.find((signal) => signal.name === name);
  if (!here) return undefined;
  const others = signals.filter((signal) => signal !== here);
  return here.count > 1 ? [...others, { name, count: here.count - 1 }] : others;
}

function oneMore(signals: readonly UntakenSignals[], name: string): readonly UntakenSignals[] {
  const here = signals.find((signal) => signal.name === name);
  return [...signals.filter((signal) => signal !== here), { name, count: (here?.count ?? 0) + 1 }];
}
