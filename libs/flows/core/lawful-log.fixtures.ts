import type { DecisionEvent, RunEvent } from '#libs/run-log';
import type { SimulatedEntry } from '../testing/simulated-entry.js';
import type { SimulatedRun } from '../testing/simulated-run.js';

type Of<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;

interface TaskStory {
  readonly step: number;
  readonly first: Of<'TaskScheduled'>;
  /** Sequences of the triggers that its attempts followed from. */
  readonly causes: number[];
  attempt: number;
  /** What first came of its latest attempt, and when. */
  outcome?: { readonly status: string; readonly unknown: boolean; readonly seq: number };
  /** A time to be begun went by, with nobody who had begun it. */
  unbegun: boolean;
}

const ENDS: readonly string[] = ['FlowCompleted', 'FlowFailed', 'FlowCancelled', 'FlowContinued'];

/**
 * What holds of every log, whatever the flow and whatever came. Told from the log alone, without the engine. Returns
 * what does not hold.
 */
export function unlawful({ log, ended }: SimulatedRun): string[] {
  const wrong: string[] = [];
  const decisions = log.filter((entry) => entry.cause !== undefined);
  const end = decisions.find(({ event }) => ENDS.includes(event.type));
  const tasks = storiesOf(log);
  const steps = [...new Set(decisions.flatMap(({ event }) => numbered(event as DecisionEvent)))];

  if (ended !== (end !== undefined)) wrong.push('the run and its log do not agree whether it has ended');
  if (end && end !== decisions.at(-1)) wrong.push('the end is not the last decision');
  steps.forEach((step, index) => {
    if (step <= (steps[index - 1] ?? 0)) wrong.push(`step ${step} comes after step ${steps[index - 1]}`);
  });
  if (end) {
    const cancelled = new Set(
      decisions.flatMap(({ event }) => (event.type === 'TasksCancelled' ? event.taskRunIds : [])),
    );
    for (const { step, first, outcome, unbegun } of tasks) {
      if (!outcome && !unbegun && !cancelled.has(first.taskRunId))
        wrong.push(`step ${step} was left open (rule 7)`);
    }
    wrong.push(...wronglyUndone(log, tasks, end));
  }
  for (const [index, later] of tasks.entries()) {
    const earlier = tasks
      .slice(0, index)
      .findLast(({ first }) => first.idempotencyKey === later.first.idempotencyKey);
    if (!earlier || earlier.unbegun) continue;
    const { outcome, first } = earlier;
    const before = outcome && outcome.seq <= takenInto(log, later);
    if (before && outcome.status === 'success' && !wasGivenUp(log, earlier) && !wentByWord(log, earlier.step))
      wrong.push(`step ${later.step} does again what step ${earlier.step} had done`);
    if (first.execution === 'at-most-once' && !isKnown(log, earlier, later.causes[0]!))
      wrong.push(`step ${later.step} may do twice what step ${earlier.step} may have done (rule 14)`);
  }
  return wrong;
}

function storiesOf(log: readonly SimulatedEntry[]): TaskStory[] {
  const stories = new Map<number, TaskStory>();
  for (const { event, seq, cause, unbegun } of log) {
    if (event.type === 'TaskScheduled') {
      const known = stories.get(event.step);
      const story = known ?? { step: event.step, first: event, causes: [], attempt: 0, unbegun: false };
      story.causes.push(cause!);
      story.attempt = event.attempt;
      delete story.outcome;
      stories.set(event.step, story);
    } else if (event.type === 'TaskFinished') {
      const story = [...stories.values()].find(({ first }) => first.taskRunId === event.taskRunId);
      if (!story || event.attempt !== story.attempt || story.outcome) continue;
      const { outcome } = event;
      const unknown = outcome.status === 'failed' && outcome.error.disposition === 'halt';
      story.outcome = { status: outcome.status, unknown, seq };
    } else if (event.type === 'TimerFired' && unbegun) {
      const story = stories.get(Number(event.timerId.split('-')[2]));
      if (story) story.unbegun = true;
    }
  }
  return [...stories.values()];
}

/** Up to where the log counted for the try of the flow that asked for the task. */
function takenInto(log: readonly SimulatedEntry[], { step, causes }: TaskStory): number {
  const asked = log.findIndex(({ event }) => event.type === 'TaskScheduled' && event.step === step);
  const retried = log.slice(0, asked).findLast(({ event }) => event.type === 'FlowRetried')?.event;
  return retried?.type === 'FlowRetried' ? retried.fedSeq : causes[0]! - 1;
}

/** Whether the code had given the task up before it was done: its success counts for nothing then. */
const wasGivenUp = (log: readonly SimulatedEntry[], { first, outcome }: TaskStory): boolean =>
  log.some(
    ({ event, cause }) =>
      event.type === 'TasksCancelled' && event.taskRunIds.includes(first.taskRunId) && cause! <= outcome!.seq,
  );

/** Whether it was known by then that the task had not taken effect, by its outcome or by a person's word. */
function isKnown(log: readonly SimulatedEntry[], { first, outcome }: TaskStory, by: number): boolean {
  if (outcome && outcome.seq <= by && !outcome.unknown) return true;
  return log.some(
    ({ event, seq }) =>
      event.type === 'ResumeRequested' &&
      event.resolutions?.some(({ taskRunId }) => taskRunId === first.taskRunId) &&
      seq <= by,
  );
}

function wronglyUndone(
  log: readonly SimulatedEntry[],
  tasks: readonly TaskStory[],
  { event: end, cause }: SimulatedEntry,
): string[] {
  const undone = tasks.flatMap(({ first }) => (first.compensates === undefined ? [] : [first.compensates]));
  const isUndone = new Set(undone);
  const wrong: string[] = [];
  if (isUndone.size < undone.length)
    wrong.push(`steps ${undone.join(', ')} were undone more than once (rule 8)`);
  if (undone.some((step, index) => step > (undone[index - 1] ?? Infinity)))
    wrong.push(`steps ${undone.join(', ')} were not undone in reverse (rule 8)`);
  const forced = log.filter(({ event }) => event.type === 'CancelRequested').length > 1;
  if (forced) return wrong;
  for (const { step, first, outcome, unbegun } of tasks) {
    if (!first.operation.endsWith('_undoable') || unbegun || wentByWord(log, step)) continue;
    const success = outcome?.status === 'success' && outcome.seq <= cause!;
    if (end.type === 'FlowFailed' || end.type === 'FlowCancelled') {
      if (success && !isUndone.has(step)) wrong.push(`step ${step} was not undone (rule 8)`);
    } else if (isUndone.has(step)) wrong.push(`step ${step} was undone though the flow went well`);
    else if (success && end.type === 'FlowContinued')
      wrong.push(`step ${step} can be undone by nobody any more`);
  }
  return wrong;
}

/** Whether no outcome had come in time, so that a person's word holds, whatever came afterwards. */
const wentByWord = (log: readonly SimulatedEntry[], step: number): boolean =>
  log.some(({ event }) => event.type === 'TimerFired' && event.timerId === `outcome-${step}`);

/** The number of a step that is asked for here for the first time. */
function numbered(event: DecisionEvent): number[] {
  switch (event.type) {
    case 'TaskScheduled':
      return event.attempt === 1 ? [event.step] : [];
    case 'TimerScheduled':
      return event.kind === 'sleep' ? [event.step] : [];
    case 'ChildScheduled':
    case 'SignalAwaited':
    case 'ApprovalRequested':
    case 'ValueRequested':
    case 'ArtifactRecorded':
      return [event.step];
    default:
      return [];
  }
}
