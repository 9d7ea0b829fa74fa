import type { FlowWaitDto } from '#libs/contracts';
import { duration } from '../terminal/format.js';
import { oneLine } from '../terminal/plain-text.js';
import type { TreeNode } from './tree.js';

/** A wait as a record or an event tells of it; instants as texts or dates. */
export interface WaitLike extends Pick<FlowWaitDto, 'kind' | 'name' | 'step' | 'childRunId'> {
  readonly since: string | Date;
  readonly dueAt: string | Date | null;
}

/** Says what is waited for, as in `signal go`. */
export function waitWords({ kind, name }: Pick<WaitLike, 'kind' | 'name'>): string {
  const said = name === null ? '' : ` ${oneLine(name)}`;
  switch (kind) {
    case 'sleep':
      return 'sleep';
    case 'task-retry':
      return `next attempt${name === null ? '' : ` of${said}`}`;
    case 'flow-retry':
      return 'next attempt of the flow';
    case 'signal':
      return `signal${said}`;
    case 'approval':
      return `approval${said}`;
    case 'child':
      return `flow${said}`;
    case 'value':
      return `value${said}`;
    case 'version':
      return `an orchestrator with version${said}`;
  }
}

/** Shapes a wait as a leaf of a run's tree; `now` in milliseconds gives how long it has lasted. */
export function waitNode(wait: WaitLike, now: number): TreeNode {
  const due =
    wait.dueAt === null ? '' : `${untilWords(wait.kind)} ${duration(Math.max(0, at(wait.dueAt) - now))}`;
  const lasted = wait.kind === 'sleep' ? '' : `since ${duration(Math.max(0, now - at(wait.since)))}`;
  return {
    status: 'waiting',
    name: waitWords(wait),
    about: wait.childRunId ?? '',
    detail: [lasted, due].filter(Boolean).join('  '),
    children: [],
  };
}

/** A sleep is over then; anything else may be over before. */
const untilWords = (kind: WaitLike['kind']): string =>
  kind === 'sleep' || kind === 'task-retry' || kind === 'flow-retry' ? 'ends in' : 'for at most';

const at = (instant: string | Date): number => new Date(instant).getTime();
