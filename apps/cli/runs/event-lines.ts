import type { LogEntry } from '#libs/run-log';
import type { StreamedEvent } from '../gateway/resources.js';
import { clock, duration } from '../terminal/format.js';
import { oneLine } from '../terminal/plain-text.js';
import { lookOf } from '../terminal/status-style.js';
import type { Terminal } from '../terminal/terminal.js';
import type { RunView } from './run-view.js';
import { progressText } from './tree-nodes.js';

type Style = Pick<Terminal, 'style'>;

/** Tells an event in one line, for where no tree can be drawn; undefined where there is nothing to tell. */
export function lineOf({ event, time }: StreamedEvent, view: RunView, terminal: Style): string | undefined {
  const line = (status: string, text: string): string => {
    const [mark, format] = lookOf(status);
    return `${terminal.style('dim', clock(time))} ${terminal.style(format, mark)} ${text}`;
  };
  const nameOf = (taskRunId: string): string => {
    const task = view.tasks.get(taskRunId);
    return task === undefined ? taskRunId : [task.name, task.about].filter(Boolean).join(' ');
  };
  switch (event.type) {
    case 'FlowStarted':
      return line('running', `${view.flow} started`);
    case 'FlowCompleted':
      return line('completed', `${view.flow} completed`);
    case 'FlowFailed':
      return line('failed', `${view.flow} failed: ${oneLine(event.error.message)}`);
    case 'FlowCancelled':
      return line('cancelled', `${view.flow} cancelled${event.reason ? `: ${oneLine(event.reason)}` : ''}`);
    case 'FlowRetried':
      return line('retrying', `${view.flow} begins again: ${oneLine(event.error.message)}`);
    case 'RunHalted':
      return line('halted', `${view.flow} halted: ${oneLine(event.error.message)}`);
    case 'RunParked':
      return line('waiting', `${view.flow} waits: no orchestrator here has version ${event.version} of it`);
    case 'TaskScheduled':
      return event.attempt === 1
        ? undefined
        : line('retrying', `${nameOf(event.taskRunId)} attempt ${event.attempt}`);
    case 'TimerScheduled':
      return timerLine(event, time, view, line);
    case 'TaskStarted':
      return line('running', `${nameOf(event.taskRunId)} started`);
    case 'TaskProgressed':
      return line('running', `${nameOf(event.taskRunId)} ${progressText(event)}`);
    case 'TaskFinished': {
      const { status } = event.outcome;
      const took = duration(event.finishedAt - event.startedAt);
      const why = event.outcome.status === 'failed' ? `: ${oneLine(event.outcome.error.message)}` : '';
      return line(status, `${nameOf(event.taskRunId)} ${status} ${took}${why}`);
    }
    case 'LogEmitted':
      return logLine(event.entry, event.taskRunId && view.tasks.get(event.taskRunId)?.name, terminal);
    case 'StartRequested':
    case 'CancelRequested':
    case 'TasksCancelled':
    case 'TimerFired':
    case 'TaskClaimed':
      return undefined;
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

function timerLine(
  event: { readonly kind: string; readonly step: number; readonly dueAt: number },
  time: string,
  view: RunView,
  line: (status: string, text: string) => string,
): string | undefined {
  const wait = duration(Math.max(0, event.dueAt - Date.parse(time)));
  if (event.kind === 'sleep') return line('waiting', `${view.flow} sleeps for ${wait}`);
  if (event.kind === 'flow-retry') return line('retrying', `${view.flow} begins again in ${wait}`);
  if (event.kind !== 'task-retry') return undefined;
  const task = [...view.tasks.values()].find(({ step }) => step === event.step);
  return line('retrying', `${task?.name ?? 'a task'} again in ${wait}`);
}
