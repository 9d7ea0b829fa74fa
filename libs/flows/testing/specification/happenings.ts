import type { Actor, ChildEnd, DecisionEvent, ErrorRecord } from '#libs/run-log';
import type { SimulatedRun, SimulatedStart, Word } from '../simulated-run.js';

/** Something that comes for a run. */
export type Happening = (run: SimulatedRun) => Promise<readonly DecisionEvent[]>;

/**
 * Which step is meant: its number, or the name of the task, child flow, approval or value. A name stands for the first
 * of that name of which nothing has come so far.
 */
export type Which = number | string;

type Said = Extract<DecisionEvent, { readonly step: number }>;

export const started =
  (input: object = {}, options: SimulatedStart = {}): Happening =>
  (run) =>
    run.start(input, options);

export const taskSucceeds =
  (which: Which, result: unknown = {}): Happening =>
  (run) =>
    run.succeed(stepOf(run, which, 'TaskScheduled'), result);

/** Ends an attempt with an error after which another may go well, unless it says otherwise. */
export const taskFails =
  (which: Which, error: Partial<ErrorRecord> = {}): Happening =>
  (run) =>
    run.fail(stepOf(run, which, 'TaskScheduled'), error);

/** Ends an attempt so that nobody knows whether it took effect. */
export const taskIsLost =
  (which: Which, message?: string): Happening =>
  (run) =>
    run.lose(stepOf(run, which, 'TaskScheduled'), message);

export const childEnds =
  (which: Which, end: ChildEnd): Happening =>
  (run) =>
    run.childEnds(stepOf(run, which, 'ChildScheduled'), end);

export const signalComes =
  (name: string, payload: unknown = null, options: { readonly id?: string } = {}): Happening =>
  (run) =>
    run.signal(name, payload, options);

export const approved =
  (which: Which, by: { readonly by?: Actor; readonly comment?: string } = {}): Happening =>
  (run) =>
    run.approve(stepOf(run, which, 'ApprovalRequested'), by);

export const declined =
  (which: Which, by: { readonly by?: Actor; readonly comment?: string } = {}): Happening =>
  (run) =>
    run.decline(stepOf(run, which, 'ApprovalRequested'), by);

/** What was kept under a name is loaded; without a value nothing was. */
export const valueIsLoaded =
  (which: Which, ...value: [] | [unknown]): Happening =>
  (run) =>
    run.value(stepOf(run, which, 'ValueRequested'), ...value);

export const cancelled =
  (reason?: string): Happening =>
  (run) =>
    run.cancel(reason);

export const paused =
  (reason?: string): Happening =>
  (run) =>
    run.pause(reason);

export const resumed =
  (...words: Word[]): Happening =>
  (run) =>
    run.resume(words);

/** Lets so many seconds pass; every timer that is due by then fires at its time. Gives what all of them lead to. */
export const timePasses =
  (seconds: number): Happening =>
  async (run) => {
    const until = run.now + seconds * 1_000;
    const decisions: DecisionEvent[] = [];
    for (let due = nextTimer(run, until); due; due = nextTimer(run, until))
      decisions.push(...(await run.fire(due)));
    run.at(Math.max(run.now, until));
    return decisions;
  };

function nextTimer(run: SimulatedRun, until: number): string | undefined {
  const fired = new Set(run.log.map(({ event }) => (event.type === 'TimerFired' ? event.timerId : '')));
  const due = run.decisions
    .filter((event) => event.type === 'TimerScheduled')
    .filter(({ timerId, dueAt }) => !fired.has(timerId) && dueAt <= until)
    .sort((a, b) => a.dueAt - b.dueAt);
  return run.ended ? undefined : due[0]?.timerId;
}

function stepOf(run: SimulatedRun, which: Which, type: Said['type']): number {
  if (typeof which === 'number') return which;
  const asked = new Map<number, Said>();
  for (const event of run.decisions)
    if (event.type === type && nameOf(event) === which) asked.set(event.step, event);
  for (const event of asked.values()) if (!hasCome(run, event)) return event.step;
  const names = run.decisions.flatMap((event) => (event.type === type ? [nameOf(event)] : []));
  throw new Error(
    `the run waits for no ${JSON.stringify(which)}; it has asked for ${names.map((name) => JSON.stringify(name)).join(', ') || 'nothing of the kind'}`,
  );
}

function nameOf(event: Said): string {
  switch (event.type) {
    case 'TaskScheduled':
      return event.task;
    case 'ChildScheduled':
      return event.flow;
    case 'ApprovalRequested':
    case 'ValueRequested':
    case 'SignalAwaited':
      return event.name;
    default:
      return '';
  }
}

const hasCome = (run: SimulatedRun, asked: Said): boolean =>
  run.log.some(({ event }) => {
    switch (event.type) {
      case 'TaskFinished':
        return (
          asked.type === 'TaskScheduled' &&
          event.taskRunId === asked.taskRunId &&
          event.attempt === asked.attempt
        );
      case 'ChildFinished':
      case 'ApprovalAnswered':
      case 'ValueLoaded':
        return event.step === asked.step;
      default:
        return false;
    }
  });
