import type { FlowRunTree, TaskNode } from '../gateway/resources.js';
import { duration } from '../terminal/format.js';
import { oneLine } from '../terminal/plain-text.js';
import type { RunView, TaskView } from './run-view.js';
import { summariseInput } from './summarise-input.js';
import type { TreeNode } from './tree.js';

/** Shapes a run that is being watched; `now` in milliseconds gives the durations of what still runs. */
export function nodeOfView(view: RunView, now: number): TreeNode {
  return {
    status: view.status,
    name: view.flow,
    about: view.runId,
    detail: [view.status, since(view.startedAt, view.finishedAt ?? now)].filter(Boolean).join('  '),
    ...(view.error === undefined || view.status === 'completed' ? {} : { trouble: oneLine(view.error) }),
    children: [...view.tasks.values()].sort((a, b) => a.step - b.step).map((task) => taskNode(task, now)),
  };
}

function taskNode(task: TaskView, now: number): TreeNode {
  const { state, attempt, progress, retryAt } = task;
  const open = state === 'running' || state === 'retrying';
  const details = [
    attempt > 1 ? `attempt ${attempt}` : '',
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

/** Shapes a run out of its records, with the calls that its tasks made. */
export function nodeOfRecord(run: FlowRunTree): TreeNode {
  return {
    status: run.status,
    name: run.flow,
    about: run.id,
    detail: [run.status, duration(run.durationMs)].filter(Boolean).join('  '),
    ...(run.error ? { trouble: oneLine(run.error.message) } : {}),
    children: run.taskTree.map(recordNode),
  };
}

function recordNode(task: TaskNode): TreeNode {
  const details = [
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

export function progressText(progress: NonNullable<TaskView['progress']>): string {
  const { done, total, message } = progress;
  const share = total === undefined ? String(done) : `${done}/${total}`;
  return message === undefined ? share : `${share} ${oneLine(message)}`;
}

function since(from: number | undefined, to: number | undefined): string {
  return from === undefined || to === undefined ? '' : duration(Math.max(0, to - from));
}
