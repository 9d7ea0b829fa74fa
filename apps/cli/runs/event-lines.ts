import type { LogEntry, RunEvent } from '#libs/run-log';
import type { StreamedEvent } from '../gateway/resources.js';
import { clock, count, duration } from '../terminal/format.js';
import { oneLine } from '../terminal/plain-text.js';
import { lookOf } from '../terminal/status-style.js';
import type { Terminal } from '../terminal/terminal.js';
import type { RunView } from './run-view.js';
import { progressText } from './tree-nodes.js';

const MOST_NAMED = 5;

type Style = Pick<Terminal, 'style'>;
/** The status whose sign stands before the sentence, and the sentence. */
type Told = readonly [status: string, sentence: string] | undefined;

/** Tells an event in one line, for where no tree can be drawn; undefined where there is nothing to tell. */
export function lineOf({ event, time }: StreamedEvent, view: RunView, terminal: Style): string | undefined {
  if (event.type === 'LogEmitted')
    return logLine(event.entry, event.taskRunId && view.tasks.get(event.taskRunId)?.name, terminal);
  const told = tell(event, Date.parse(time), view);
  if (!told) return undefined;
  const [mark, format] = lookOf(told[0]);
  return `${terminal.style('dim', clock(time))} ${terminal.style(format, mark)} ${told[1]}`;
}

function tell(
  event: Exclude<StreamedEvent['event'], { type: 'LogEmitted' }>,
  at: number,
  view: RunView,
): Told {
  const { flow } = view;
  const nameOf = (taskRunId: string): string => {
    const task = view.tasks.get(taskRunId);
    return task === undefined ? taskRunId : [task.name, task.about].filter(Boolean).join(' ');
  };
  switch (event.type) {
    case 'FlowStarted':
      return ['running', `${flow} started`];
    case 'FlowCompleted':
      return ['completed', `${flow} completed`];
    case 'FlowContinued':
      return ['completed', `${flow} completed and goes on as ${event.nextRunId}`];
    case 'FlowFailed':
      return ['failed', `${flow} failed: ${oneLine(event.error.message)}`];
    case 'FlowCancelled':
      return ['cancelled', `${flow} cancelled${because(event.reason)}`];
    case 'FlowCancelling':
      return [
        'cancelled',
        event.cause === 'timeout'
          ? `${flow} has timed out and is told to end`
          : `${flow} is told to end${because(event.reason)}`,
      ];
    case 'CompensationStarted':
      return ['retrying', `${flow} undoes ${count(event.steps.length, 'step')}`];
    case 'FlowRetried':
      return ['retrying', `${flow} begins again: ${oneLine(event.error.message)}`];
    case 'RunHalted':
      return ['halted', `${flow} halted: ${oneLine(event.error.message)}`];
    case 'RunParked':
      return ['waiting', `${flow} waits: no orchestrator here has version ${event.version} of it`];
    case 'RunPaused':
      return ['paused', `${flow} paused by ${event.actor.userId}${because(event.reason)}`];
    case 'RunResumed': {
      const after = event.after === 'pause' ? 'the pause' : 'the halt';
      return ['running', `${flow} goes on after ${after}, by ${event.actor.userId}`];
    }
    case 'TaskScheduled':
      if (event.compensates !== undefined && event.attempt === 1)
        return ['retrying', `${nameOf(event.taskRunId)} undoes step ${event.compensates}`];
      return event.attempt === 1
        ? undefined
        : ['retrying', `${nameOf(event.taskRunId)} attempt ${event.attempt}`];
    case 'TimerScheduled':
      return timerTold(event, at, view);
    case 'TaskStarted':
      return ['running', `${nameOf(event.taskRunId)} started`];
    case 'TaskProgressed':
      return ['running', `${nameOf(event.taskRunId)} ${progressText(event)}`];
    case 'TaskFinished': {
      const { outcome, startedAt, finishedAt } = event;
      const why = outcome.status === 'failed' ? `: ${oneLine(outcome.error.message)}` : '';
      const took = duration(finishedAt - startedAt);
      return [outcome.status, `${nameOf(event.taskRunId)} ${outcome.status} ${took}${why}`];
    }
    case 'ResumeRequested': {
      const words = (event.resolutions ?? []).map(({ taskRunId, as }) =>
        as === 'retry' ? `${nameOf(taskRunId)} is to be tried again` : `${nameOf(taskRunId)} counts as ${as}`,
      );
      return ['running', [`${event.actor.userId} lets ${flow} go on`, ...words].join('; ')];
    }
    case 'TasksCancelled':
      return event.taskRunIds.length === 0
        ? undefined
        : ['cancelled', `${flow} gives up ${listed(event.taskRunIds.map(nameOf))}${because(event.reason)}`];
    case 'StartRequested':
    case 'CancelRequested':
    case 'TimerFired':
    case 'TaskClaimed':
      return undefined;
    default:
      return waitTold(event, at, view);
  }
}

type WaitEvent = Extract<
  RunEvent,
  {
    type:
      | 'PauseRequested'
      | 'SignalSent'
      | 'SignalAwaited'
      | 'ApprovalRequested'
      | 'ApprovalAnswered'
      | 'ChildScheduled'
      | 'ChildFinished'
      | 'ChildrenCancelled'
      | 'ValueRequested'
      | 'ValueLoaded'
      | 'ArtifactRecorded';
  }
>;

/** What a run asks of others than services, and what they answer. */
function waitTold(event: WaitEvent, at: number, { flow, asked }: RunView): Told {
  switch (event.type) {
    case 'PauseRequested':
      return ['paused', `${event.actor.userId} asks ${flow} to pause${because(event.reason)}`];
    case 'SignalAwaited':
      return ['waiting', `${flow} waits for signal ${oneLine(event.name)}${atMost(event.dueAt, at)}`];
    case 'SignalSent':
      return ['running', `${event.actor.userId} sends signal ${oneLine(event.name)}`];
    case 'ApprovalRequested':
      return ['waiting', `${flow} asks for approval of ${oneLine(event.name)}${atMost(event.dueAt, at)}`];
    case 'ApprovalAnswered': {
      const what = oneLine(asked.get(event.step) ?? `step ${event.step}`);
      const verb = event.approved ? 'approves' : 'declines';
      return ['running', `${event.actor.userId} ${verb} ${what}${because(event.comment)}`];
    }
    case 'ChildScheduled': {
      const apart = event.detached ? ', which goes on by itself' : '';
      return ['running', `${flow} starts ${event.flow} as ${event.childRunId}${apart}`];
    }
    case 'ChildFinished': {
      const { end } = event;
      const child = asked.get(event.step) ?? 'the child flow';
      const why =
        end.status === 'failed' ? end.error.message : end.status === 'cancelled' ? end.reason : undefined;
      return [end.status, `${child} ${event.childRunId} ${end.status}${because(why)}`];
    }
    case 'ChildrenCancelled':
      return [
        'cancelled',
        `${flow} cancels ${event.childRunIds.map(String).join(', ')}${because(event.reason)}`,
      ];
    case 'ValueRequested':
      return ['waiting', `${flow} reads ${kindOfValue(event.source)} ${oneLine(event.name)}`];
    case 'ValueLoaded': {
      const name = oneLine(asked.get(event.step) ?? `the value of step ${event.step}`);
      return ['running', event.found ? `${name} was read` : `${name} is not kept yet`];
    }
    case 'ArtifactRecorded': {
      const { kind, title, key } = event.artifact;
      const name = title ?? key;
      return [
        'completed',
        `${flow} shows ${articleOf(kind)} ${kind}${name === undefined ? '' : `: ${oneLine(name)}`}`,
      ];
    }
  }
}

/** Writes a line that a task or a flow has logged. */
export function logLine(
  entry: Omit<LogEntry, 'at' | 'fields'> & { readonly at: number | string; readonly fields?: unknown },
  from: string | undefined,
  terminal: Style,
): string {
  const format = ({ debug: 'dim', info: 'blue', warn: 'yellow', error: 'red' } as const)[entry.level];
  const fields =
    entry.fields === undefined ? '' : terminal.style('dim', ` ${oneLine(JSON.stringify(entry.fields))}`);
  return [
    terminal.style('dim', clock(entry.at)),
    terminal.style(format, entry.level.padEnd(5)),
    `${from ? `${from}: ` : ''}${oneLine(entry.message)}${fields}`,
  ].join(' ');
}

function timerTold(
  { kind, step, dueAt }: Extract<RunEvent, { type: 'TimerScheduled' }>,
  at: number,
  view: RunView,
): Told {
  const wait = duration(Math.max(0, dueAt - at));
  if (kind === 'sleep') return ['waiting', `${view.flow} sleeps for ${wait}`];
  if (kind === 'flow-retry') return ['retrying', `${view.flow} begins again in ${wait}`];
  // The others only stand by.
  if (kind !== 'task-retry') return undefined;
  const task = [...view.tasks.values()].find((one) => one.step === step);
  return ['retrying', `${task?.name ?? 'a task'} again in ${wait}`];
}

/** Names the first few. */
const listed = (names: readonly string[]): string =>
  names.length <= MOST_NAMED
    ? names.join(', ')
    : `${names.slice(0, MOST_NAMED).join(', ')} and ${names.length - MOST_NAMED} more`;

const because = (reason: string | undefined): string => (reason ? `: ${oneLine(reason)}` : '');

const atMost = (dueAt: number | undefined, at: number): string =>
  dueAt === undefined ? '' : `, for at most ${duration(Math.max(0, dueAt - at))}`;

const kindOfValue = (source: 'state' | 'result'): string =>
  source === 'state' ? 'state' : 'the kept result';

const articleOf = (kind: string): string => (kind === 'image' ? 'an' : 'a');
