import type { FlowRunRecord, TaskCounts } from './flow-run.record.js';
import { isAtWork, nextTaskState, taskIdsOf } from './task-state.js';
import type { TaskEvent, TaskState } from './task-state.js';

/** How a run remembers one of its tasks. */
export interface KnownTask extends TaskState {
  /** False for tasks that leave no record of their own. */
  readonly recorded: boolean;
}

export interface TallyChanges {
  /** How some tasks stand, by id, among all that the fold remembers. */
  readonly taskStates: Readonly<Record<string, string>>;
  /** How many tasks a service has in hand, or can take. */
  readonly openTasks: number;
  readonly tasks: TaskCounts;
}

/** Says how a run's tasks stand after an event, each counted once over all its attempts. */
export function tallyTasks(
  { fold, tasks: counted }: Pick<FlowRunRecord, 'fold' | 'tasks'>,
  event: TaskEvent,
): TallyChanges {
  const taskStates: Record<string, string> = {};
  let tasks = counted;
  let { openTasks } = fold;
  for (const id of taskIdsOf(event)) {
    const before = readState(taskStates[id] ?? fold.tasks[id]);
    const after = nextTaskState(before, event, id);
    if (!after) continue;
    const recorded = before?.recorded ?? (event.type !== 'TaskScheduled' || event.createTaskrun);
    taskStates[id] = writeState({ ...after, recorded });
    openTasks += Number(isAtWork(after)) - Number(before !== undefined && isAtWork(before));
    if (recorded) tasks = recount(tasks, before, after);
  }
  return { taskStates, openTasks, tasks };
}

function recount(counts: TaskCounts, before: TaskState | undefined, after: TaskState): TaskCounts {
  const next = { ...counts };
  if (before) next[before.status] -= 1;
  else next.total += 1;
  next[after.status] += 1;
  return next;
}

const DEFERRED = 'deferred';
const AMBIGUOUS = 'ambiguous';
const GIVEN_UP = 'given-up';

function writeState({ attempt, status, deferred, ambiguous, givenUp, recorded }: KnownTask): string {
  const note = deferred ? `:${DEFERRED}` : ambiguous ? `:${AMBIGUOUS}` : givenUp ? `:${GIVEN_UP}` : '';
  return `${recorded ? '' : '-'}${attempt}:${status}${note}`;
}

/** Reads how the fold remembers a task. */
export function readState(text: string | undefined): KnownTask | undefined {
  if (text === undefined) return undefined;
  const recorded = !text.startsWith('-');
  const [attempt, status, note] = (recorded ? text : text.slice(1)).split(':');
  return {
    attempt: Number(attempt),
    status: status as TaskState['status'],
    deferred: note === DEFERRED,
    ambiguous: note === AMBIGUOUS,
    givenUp: note === GIVEN_UP,
    recorded,
  };
}
