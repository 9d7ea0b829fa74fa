import type { FlowRunTree, TaskNode } from '../gateway/resources.js';
import { duration } from '../terminal/format.js';
import { oneLine } from '../terminal/plain-text.js';
import type { RunView } from './run-view.js';
import { summariseInput } from './summarise-input.js';
import type { TaskView } from './task-view.js';
import type { TreeNode } from './tree.js';
import { type WaitLike, waitNode } from './wait-words.js';

/** Shapes a run that is being watched; `now` in milliseconds gives the durations of what still runs. */
export function nodeOfView(view: RunView, now: number): TreeNode {
  return {
    status: view.status,
    name: view.flow,
    about: view.runId,
    detail: [
      view.status,
      view.ending && view.finishedAt === undefined ? 'ending' : '',
      view.continuedBy === undefined ? '' : `goes on as ${view.continuedBy}`,
      since(view.startedAt, view.finishedAt ?? now),
    ]
      .filter(Boolean)
      .join('  '),
    ...(view.error === undefined || view.status === 'completed' ? {} : { trouble: oneLine(view.error) }),
    children: inOrder([
      ...[...view.tasks.values()].map((task) => ({ step: task.step, node: taskNode(task, now) })),
      ...waitNodes(view.waiting.waits, now),
    ]),
  };
}

interface Placed {
  readonly step: number;
  readonly node: TreeNode;
}

const inOrder = (placed: readonly Placed[]): TreeNode[] =>
  [...placed].sort((a, b) => a.step - b.step).map(({ node }) => node);

/** A retry is told with its task, and a missing version with the run. */
const waitNodes = (waits: readonly WaitLike[], now: number): Placed[] =>
  waits
    .filter(({ kind }) => kind !== 'task-retry' && kind !== 'version')
    .map((wait) => ({ step: wait.step, node: waitNode(wait, now) }));

function taskNode(task: TaskView, now: number): TreeNode {
  const { state, logged, progress, retryAt } = task;
  const open = state === 'running' || state === 'retrying';
  const details = [
    undoes(task.compensates),
    logged.attempt > 1 ? `attempt ${logged.attempt}` : '',
    state === 'running' && progress !== undefined ? progressText(progress) : '',
    state === 'retrying' && retryAt !== undefined ? `again in ${duration(Math.max(0, retryAt - now))}` : '',
    state === 'cached' ? 'cached' : '',
    state === 'cancelled' ? 'cancelled' : '',
    since(task.startedAt, open ? now : task.finishedAt),
  ];
  return {
    status: state,
    name: task.name,
    about: task.about,
    detail: details.filter((detail) => detail !== '').join('  '),
    ...(task.error === undefined || state === 'success' ? {} : { trouble: oneLine(task.error) }),
    children: [],
  };
}

/**
 * Shapes a run out of its records, with the calls that its tasks made and what else it waits for; `now` in
 * milliseconds gives how long.
 */
export function nodeOfRecord(run: FlowRunTree, now = Date.now()): TreeNode {
  // A server of an earlier version does not tell.
  const { waitingFor = [] } = run;
  return {
    status: run.status,
    name: run.flow,
    about: run.id,
    detail: [
      run.status,
      run.cancelling && run.finishedAt === null ? 'ending' : '',
      run.continuedBy ? `goes on as ${run.continuedBy}` : '',
      duration(run.durationMs),
    ]
      .filter(Boolean)
      .join('  '),
    ...(run.error ? { trouble: oneLine(run.error.message) } : {}),
    children: [...run.taskTree.map(recordNode), ...inOrder(waitNodes(waitingFor, now))],
  };
}

function recordNode(task: TaskNode): TreeNode {
  const details = [
    undoes(task.compensates),
    said(task),
    task.attempt > 1 ? `attempt ${task.attempt}` : '',
    task.status === 'cached' || task.status === 'cancelled' ? task.status : '',
    duration(task.durationMs),
  ];
  return {
    status: task.status,
    name: task.taskName ?? task.operationName,
    about: summariseInput(task.inputDump),
    detail: details.filter((detail) => detail !== '').join('  '),
    ...(task.errorMessage ? { trouble: oneLine(task.errorMessage) } : {}),
    children: task.children.map(recordNode),
  };
}

const undoes = (step: number | null | undefined): string =>
  step === null || step === undefined ? '' : `undoes step ${step}`;

/** A person's word on a task of which nobody knew whether it took effect. */
function said({ resolution }: TaskNode): string {
  if (!resolution) return '';
  const { as, by } = resolution;
  return as === 'retry' ? `to be tried again, says ${by.userId}` : `${as}, says ${by.userId}`;
}

export function progressText(progress: NonNullable<TaskView['progress']>): string {
  const { done, total, message } = progress;
  const share = total === undefined ? String(done) : `${done}/${total}`;
  return message === undefined ? share : `${share} ${oneLine(message)}`;
}

function since(from: number | undefined, to: number | undefined): string {
  return from === undefined || to === undefined ? '' : duration(Math.max(0, to - from));
}
