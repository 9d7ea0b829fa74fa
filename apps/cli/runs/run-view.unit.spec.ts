import { describe, expect, it } from '@jest/globals';
import { millis, taskRunId } from '#libs/run-log';
import type { StreamedEvent } from '../gateway/resources.js';
import { captureTerminal } from '../testing/captured-terminal.js';
import {
  BEGUN,
  failedBy,
  finished,
  flowCompleted,
  flowStarted,
  logged,
  scheduled,
  started,
  streamed,
  succeeded,
} from '../testing/run-events.js';
import { lineOf } from './event-lines.js';
import { newView, type RunView, watch } from './run-view.js';
import { drawTree } from './tree.js';
import { nodeOfView } from './tree-nodes.js';

const see = (...events: readonly StreamedEvent[]): RunView => events.reduce(watch, newView('run1', 'greet'));
const draw = (view: RunView, after = 2_000, width?: number): string =>
  drawTree(nodeOfView(view, BEGUN + after), captureTerminal(width === undefined ? {} : { width }));

const begin = [streamed(flowStarted, 1), streamed(scheduled('t1', 0, { name: 'Ada', limit: 5 }), 2)];

describe('the view of a run', () => {
  it('shows tasks with what tells them apart, and how long they took', () => {
    const view = see(
      ...begin,
      streamed(scheduled('t2', 1, { name: 'Grace' }), 3),
      streamed(started('t1')),
      streamed(finished('t1', succeeded), 4, 1_200),
      streamed(started('t2')),
    );
    expect(draw(view)).toBe(
      ['● greet  run1  running  2.0 s', '├─ ✔ say_hello  Ada  1.2 s', '└─ ● say_hello  Grace  2.0 s'].join(
        '\n',
      ),
    );
  });

  it('shows progress while a task runs, and no longer', () => {
    const progress = {
      type: 'TaskProgressed',
      taskRunId: taskRunId('t1'),
      done: 3,
      total: 10,
      message: 'pages',
    } as const;
    const running = see(...begin, streamed(started('t1')), streamed(progress));
    expect(draw(running)).toContain('say_hello  Ada  3/10 pages  2.0 s');
    expect(draw(watch(running, streamed(finished('t1', succeeded), 4)))).not.toContain('3/10');
  });

  it('takes a task that tells of progress for running, though its start was missed', () => {
    const progress = { type: 'TaskProgressed', taskRunId: taskRunId('t1'), done: 1 } as const;
    expect(draw(see(...begin, streamed(progress)))).toContain('● say_hello  Ada  1');
  });

  it('does not let a late word from LIVE undo an outcome', () => {
    const done = see(...begin, streamed(finished('t1', succeeded), 4));
    expect(watch(done, streamed(started('t1')))).toBe(done);
  });

  it('shows why a task is tried again and when', () => {
    const timer = {
      type: 'TimerScheduled',
      timerId: 'x',
      kind: 'task-retry',
      step: 0,
      dueAt: millis(BEGUN + 62_000),
    } as const;
    const waiting = see(
      ...begin,
      streamed(finished('t1', failedBy('no voice')), 4, 1_200),
      streamed(timer, 5, 1_200),
    );
    expect(draw(waiting)).toContain('↻ say_hello  Ada  again in 1 min 00 s');
    expect(draw(waiting)).toContain('no voice');

    const again = watch(waiting, streamed(scheduled('t1', 0, { name: 'Ada' }, 2), 6, 62_000));
    expect(draw(again)).toContain('○ say_hello  Ada  attempt 2');
    const done = watch(again, streamed(finished('t1', succeeded, { attempt: 2 }), 7, 63_000));
    expect(draw(done)).not.toContain('no voice');
  });

  it('takes an outcome of an earlier attempt for old news', () => {
    const second = see(
      ...begin,
      streamed(finished('t1', failedBy('no voice')), 3),
      streamed(scheduled('t1', 0, {}, 2), 4),
      streamed(finished('t1', succeeded, { attempt: 2 }), 5),
    );
    expect(watch(second, streamed(finished('t1', failedBy('late')), 6))).toBe(second);
  });

  it('tells of cancelled tasks and a cancelled run', () => {
    const view = see(
      ...begin,
      streamed({ type: 'TasksCancelled', taskRunIds: [taskRunId('t1')], reason: 'asked' }, 3),
      streamed({ type: 'FlowCancelled', reason: 'wrong city' }, 4, 1_500),
    );
    expect(draw(view)).toBe(
      ['⊘ greet  run1  cancelled  1.5 s', '│ wrong city', '└─ ⊘ say_hello  Ada  cancelled'].join('\n'),
    );
  });

  it('ends with the run', () => {
    const view = see(...begin, streamed(finished('t1', succeeded), 3), streamed(flowCompleted, 4, 1_400));
    expect(view.status).toBe('completed');
    expect(draw(view, 999_999)).toContain('✔ greet  run1  completed  1.4 s');
  });

  it('is drawn no wider than the terminal', () => {
    const lines = draw(see(...begin, streamed(started('t1'))), 2_000, 24).split('\n');
    expect(lines).toEqual(['● greet  run1  running…', '└─ ● say_hello  Ada  2.…']);
  });
});

describe('the lines of a run', () => {
  const terminal = captureTerminal();
  const view = see(...begin);

  it.each([
    [flowStarted, '● greet started'],
    [started('t1'), '● say_hello Ada started'],
    [finished('t1', succeeded), '✔ say_hello Ada success 1.2 s'],
    [finished('t1', failedBy('no\nvoice')), '✖ say_hello Ada failed 1.2 s: no voice'],
    [flowCompleted, '✔ greet completed'],
    [logged('hello', 't1'), 'info  say_hello: hello'],
    [logged('the flow speaks'), 'info  the flow speaks'],
  ])('tell %j', (event, line) => {
    expect(lineOf(streamed(event), view, terminal)?.slice('00:00:00 '.length)).toBe(line);
  });

  it('tell nothing of what is for machines only', () => {
    expect(lineOf(streamed({ type: 'TimerFired', timerId: 'x' }), view, terminal)).toBeUndefined();
    expect(lineOf(begin[1] as StreamedEvent, view, terminal)).toBeUndefined();
  });
});
