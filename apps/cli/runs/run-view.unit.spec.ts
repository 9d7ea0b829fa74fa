import { describe, expect, it } from '@jest/globals';
import { flowRunId, millis, streamSeq, taskRunId } from '#libs/run-log';
import type { Artifact, RunEvent, StoredInRun } from '#libs/run-log';
import { foldRun } from '#libs/run-records';
import type { StreamedEvent } from '../gateway/resources.js';
import { captureTerminal } from '../testing/captured-terminal.js';
import {
  actor,
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

const child = {
  type: 'ChildScheduled',
  step: 4,
  childRunId: flowRunId('run1-4'),
  flow: 'greet_one',
  input: {},
  tags: [],
  reuseKey: 'k',
  detached: false,
  root: 'run1',
} as const;
const continued = {
  type: 'FlowContinued',
  nextRunId: flowRunId('run1-c2'),
  input: {},
  fedSeq: streamSeq(2),
} as const;
const begin = [streamed(flowStarted, 1), streamed(scheduled('t1', 0, { name: 'Ada', limit: 5 }), 2)];

const calledOff = (provisionally: boolean): RunEvent => ({
  type: 'TasksCancelled',
  taskRunIds: [taskRunId('t1')],
  reason: 'asked',
  ...(provisionally ? { provisional: [taskRunId('t1')] } : {}),
});
const begun: RunEvent = {
  type: 'StartRequested',
  flow: 'greet',
  input: {},
  inputHash: 'hash',
  actor,
  flags: {},
  tags: [],
};
/** The same event as the log holds it, in the place where it stands here. */
const stored = ({ event, time }: StreamedEvent, index: number): StoredInRun<RunEvent> => ({
  event: event as RunEvent,
  runId: flowRunId('run1'),
  position: { stream: 'RUN', epoch: 'e1', seq: streamSeq(index + 1) },
  time: millis(Date.parse(time)),
  trace: {},
});

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

  it('takes a success for the end of a task that was called off provisionally, before it or after (rule 4)', () => {
    const called = streamed(calledOff(true), 3);
    const done = streamed(finished('t1', succeeded), 4, 1_200);
    const after = see(...begin, called, done).tasks.get('t1');
    expect(after).toMatchObject({ state: 'success', finishedAt: BEGUN + 1_200 });
    expect(see(...begin, done, called).tasks.get('t1')).toMatchObject({ state: 'success' });
  });

  it('takes nothing but a success for the end of such a task, and that only before any other (rule 4)', () => {
    const failed = see(...begin, streamed(calledOff(true), 3), streamed(finished('t1', failedBy('late')), 4));
    expect(failed.tasks.get('t1')).toMatchObject({ state: 'cancelled' });
    expect(failed.tasks.get('t1')?.error).toBeUndefined();
    expect(watch(failed, streamed(finished('t1', succeeded), 5))).toBe(failed);
  });

  it('lets no outcome undo a cancellation for good, not even one that follows a provisional one (rule 4)', () => {
    const once = see(...begin, streamed(calledOff(false), 3));
    expect(watch(once, streamed(finished('t1', succeeded), 4))).toBe(once);
    const twice = see(...begin, streamed(calledOff(true), 3), streamed(calledOff(false), 4));
    expect(watch(twice, streamed(finished('t1', succeeded), 5))).toBe(twice);
  });

  it('takes a task that has failed and waited to be tried again for failed once it is given up', () => {
    const dueAt = millis(BEGUN + 62_000);
    const again = { type: 'TimerScheduled', timerId: 'x', kind: 'task-retry', step: 0, dueAt } as const;
    const view = see(
      ...begin,
      streamed(finished('t1', failedBy('no voice')), 3, 1_200),
      streamed(again, 4, 1_200),
      streamed(calledOff(false), 5),
    );
    expect(view.tasks.get('t1')).toMatchObject({ state: 'failed', error: 'no voice' });
    expect(view.tasks.get('t1')).not.toHaveProperty('retryAt');
  });

  it('shows the tasks in question where a run halts for them, and no others (rule 14)', () => {
    const error = { code: 'x', message: 'nobody knows', disposition: 'halt' } as const;
    const halt = (...ids: string[]): RunEvent => ({
      type: 'RunHalted',
      reason: 'ambiguous',
      error,
      taskRunIds: ids.map(taskRunId),
    });
    const two = [...begin, streamed(scheduled('t2', 1, { name: 'Grace' }), 3)];
    const view = see(...two, streamed(calledOff(true), 4), streamed(halt('t1'), 5));
    expect(view).toMatchObject({ status: 'halted' });
    expect(view.tasks.get('t1')).toMatchObject({ state: 'failed', error: 'nobody knows' });
    expect(view.tasks.get('t2')).toMatchObject({ state: 'scheduled' });

    const resolutions = [{ taskRunId: taskRunId('t1'), as: 'succeeded', result: 1 }] as const;
    const said = { type: 'RunResumed', actor, after: 'ambiguous', resolutions } as const;
    expect(watch(view, streamed(said, 6)).tasks.get('t1')).toMatchObject({ state: 'success' });

    const done = see(...begin, streamed(finished('t1', succeeded), 3), streamed(halt('t1'), 4));
    expect(done.tasks.get('t1')).toMatchObject({ state: 'success' });
  });

  it('shows a task as running once its claim is taken, and not where nobody is to begin it', () => {
    const claim = (holder: string): RunEvent => ({
      ...{ type: 'TaskClaimed', taskRunId: taskRunId('t1'), attempt: 1, holder, nonce: 'n' },
    });
    expect(see(...begin, streamed(claim('a service'), 3)).tasks.get('t1')).toMatchObject({
      state: 'running',
    });
    const none = see(...begin, streamed(claim('orchestrator'), 3)).tasks.get('t1');
    expect(none).toMatchObject({ state: 'scheduled' });
  });

  it('stands for every task as the records do, wherever the outcomes lie', () => {
    const outcomes = [succeeded, failedBy('no voice'), { status: 'cancelled' }] as const;
    for (const provisional of [true, false])
      for (const outcome of outcomes) {
        const end = streamed(finished('t1', outcome), 3);
        const off = streamed(calledOff(provisional), 3);
        for (const events of [
          [end, off],
          [off, end],
          [off, end, end],
          [end, off, off],
        ]) {
          const all = [streamed(begun, 1), ...begin, ...events];
          const [record] = foldRun(all.map(stored))!.tasks;
          expect(see(...all).tasks.get('t1')?.state).toBe(record?.status);
        }
      }
  });

  it('ends with the run', () => {
    const view = see(...begin, streamed(finished('t1', succeeded), 3), streamed(flowCompleted, 4, 1_400));
    expect(view.status).toBe('completed');
    expect(draw(view, 999_999)).toContain('✔ greet  run1  completed  1.4 s');
  });

  it('shows what it waits for, in the order of asking, until that is over', () => {
    const approval = { type: 'ApprovalRequested', step: 2, name: 'send it', payload: {} } as const;
    const signal = { type: 'SignalAwaited', step: 3, name: 'go', dueAt: millis(BEGUN + 61_000) } as const;
    const asking = see(...begin, streamed(approval, 3, 1_000), streamed(signal, 4, 1_000));
    expect(draw(asking)).toBe(
      [
        '● greet  run1  running  2.0 s',
        '├─ ○ say_hello  Ada',
        '├─ ◔ approval send it  since 1.0 s',
        '└─ ◔ signal go  since 1.0 s  for at most 59.0 s',
      ].join('\n'),
    );
    const waiting = watch(asking, streamed(finished('t1', succeeded), 5, 1_200));
    expect(waiting.status).toBe('waiting');
    const answered = watch(
      waiting,
      streamed({ type: 'ApprovalAnswered', actor, step: 2, approved: true }, 6),
    );
    expect(draw(answered)).not.toContain('approval');
    expect(watch(answered, streamed({ type: 'SignalSent', actor, name: 'go', payload: 1 }, 7)).status).toBe(
      'running',
    );
  });

  it('shows a sleep by when it ends, and a child by its run', () => {
    const sleep = {
      type: 'TimerScheduled',
      timerId: 's',
      kind: 'sleep',
      step: 1,
      dueAt: millis(BEGUN + 62_000),
    } as const;
    expect(draw(see(streamed(flowStarted, 1), streamed(sleep, 2)))).toContain(
      '└─ ◔ sleep  ends in 1 min 00 s',
    );
    expect(draw(see(streamed(flowStarted, 1), streamed(child, 2)))).toContain('└─ ◔ flow greet_one  run1-4');
  });

  it('is paused whatever comes in, and goes on where it was', () => {
    const paused = see(
      ...begin,
      streamed({ type: 'RunPaused', actor, reason: 'lunch' }, 3),
      streamed(finished('t1', succeeded), 4),
    );
    expect(draw(paused)).toContain('‖ greet  run1  paused  2.0 s\n│ lunch');
    const back = watch(paused, streamed({ type: 'RunResumed', actor, after: 'pause' }, 5));
    expect(back).toMatchObject({ status: 'running' });
    expect(back.error).toBeUndefined();
  });

  it('shows a task as a person has settled it', () => {
    const unclear = { code: 'x', message: 'claimed and never heard of', disposition: 'halt' } as const;
    const halted = see(
      ...begin,
      streamed(finished('t1', { status: 'failed', error: unclear }), 3),
      streamed({ type: 'RunHalted', reason: 'ambiguous', error: unclear }, 4),
    );
    const word = (said: object) =>
      see(
        ...begin,
        streamed(finished('t1', { status: 'failed', error: unclear }), 3),
        streamed({
          type: 'RunResumed',
          actor,
          after: 'ambiguous',
          resolutions: [{ taskRunId: taskRunId('t1'), ...said }],
        } as never),
      ).tasks.get('t1');
    expect(halted).toMatchObject({ status: 'halted', error: 'claimed and never heard of' });
    expect(watch(halted, streamed({ type: 'RunResumed', actor, after: 'ambiguous' }, 5))).toMatchObject({
      status: 'running',
    });
    expect(word({ as: 'succeeded', result: 1 })).toMatchObject({ state: 'success' });
    expect(word({ as: 'failed', message: 'no stamp' })).toMatchObject({ state: 'failed', error: 'no stamp' });
    expect(word({ as: 'retry' })).toMatchObject({ state: 'failed', error: 'claimed and never heard of' });
  });

  it('shows that it is ending, and what undoes what', () => {
    const undo = { ...scheduled('t9', 9, { name: 'Ada' }), task: 'take_back', compensates: 1 } as RunEvent;
    const ending = see(
      ...begin,
      streamed(finished('t1', succeeded), 3),
      streamed({ type: 'FlowCancelling', cause: 'cancel', reason: 'wrong name' }, 4),
      streamed(undo, 5),
    );
    expect(draw(ending)).toContain('greet  run1  running  ending  2.0 s');
    expect(draw(ending)).toContain('take_back  Ada  undoes step 1');
  });

  it('takes a task that was deferred for open until it is scheduled again', () => {
    const until = millis(BEGUN + 60_000);
    const deferred = see(...begin, streamed(finished('t1', { status: 'deferred', until }), 3));
    expect(deferred.tasks.get('t1')).toMatchObject({ state: 'retrying', retryAt: until });
    const again = watch(deferred, streamed(scheduled('t1', 0, { name: 'Ada', limit: 5 }), 4));
    expect(again.tasks.get('t1')).toMatchObject({ state: 'scheduled', logged: { attempt: 1 } });
    const done = watch(again, streamed(finished('t1', succeeded), 5));
    expect(done.tasks.get('t1')).toMatchObject({ state: 'success' });
  });

  it('names the run that goes on with its work', () => {
    const view = see(...begin, streamed(continued, 3, 1_000));
    expect(draw(view)).toContain('✔ greet  run1  completed  goes on as run1-c2  1.0 s');
  });

  it('is drawn no wider than the terminal', () => {
    const lines = draw(see(...begin, streamed(started('t1'))), 2_000, 24).split('\n');
    expect(lines).toEqual(['● greet  run1  running…', '└─ ● say_hello  Ada  2.…']);
  });
});

describe('the lines of a run', () => {
  const terminal = captureTerminal();
  const view = see(
    ...begin,
    streamed(child, 3),
    streamed({ type: 'ApprovalRequested', step: 2, name: 'send it', payload: {} }, 4),
    streamed({ type: 'ValueRequested', step: 5, source: 'state', name: 'watermark' }, 5),
  );
  const childEnd = (end: object) =>
    ({ type: 'ChildFinished', step: 4, childRunId: flowRunId('run1-4'), end }) as RunEvent;
  const dueAt = millis(BEGUN + 60_000);
  const shown = (artifact: Artifact): RunEvent => ({ type: 'ArtifactRecorded', step: 6, artifact });

  it.each<[RunEvent, string]>([
    [{ type: 'PauseRequested', actor, reason: 'lunch' }, '‖ local asks greet to pause: lunch'],
    [{ type: 'RunPaused', actor, reason: 'lunch' }, '‖ greet paused by local: lunch'],
    [{ type: 'ResumeRequested', actor }, '● local lets greet go on'],
    [
      { type: 'ResumeRequested', actor, resolutions: [{ taskRunId: taskRunId('t1'), as: 'retry' }] },
      '● local lets greet go on; say_hello Ada is to be tried again',
    ],
    [{ type: 'RunResumed', actor, after: 'pause' }, '● greet goes on after the pause, by local'],
    [{ type: 'RunResumed', actor, after: 'ambiguous' }, '● greet goes on after the halt, by local'],
    [
      { type: 'SignalAwaited', step: 3, name: 'go', dueAt },
      '◔ greet waits for signal go, for at most 1 min 00 s',
    ],
    [{ type: 'SignalSent', actor, name: 'go\nnow', payload: 1 }, '● local sends signal go now'],
    [
      { type: 'ApprovalRequested', step: 2, name: 'send it', payload: {} },
      '◔ greet asks for approval of send it',
    ],
    [
      { type: 'ApprovalAnswered', actor, step: 2, approved: false, comment: 'not yet' },
      '● local declines send it: not yet',
    ],
    [child, '● greet starts greet_one as run1-4'],
    [{ ...child, detached: true }, '● greet starts greet_one as run1-4, which goes on by itself'],
    [childEnd({ status: 'completed', result: 1 }), '✔ greet_one run1-4 completed'],
    [childEnd({ status: 'failed', error: { message: 'no voice' } }), '✖ greet_one run1-4 failed: no voice'],
    [
      { type: 'ChildrenCancelled', childRunIds: [flowRunId('run1-4')], reason: 'enough' },
      '⊘ greet cancels run1-4: enough',
    ],
    [
      { type: 'ValueRequested', step: 5, source: 'state', name: 'watermark' },
      '◔ greet reads state watermark',
    ],
    [{ type: 'ValueRequested', step: 5, source: 'result', name: 'day' }, '◔ greet reads the kept result day'],
    [{ type: 'ValueLoaded', step: 5, found: true, value: 7 }, '● watermark was read'],
    [{ type: 'ValueLoaded', step: 5, found: false, value: null }, '● watermark is not kept yet'],
    [shown({ kind: 'table', title: 'Greetings', data: [] }), '✔ greet shows a table: Greetings'],
    [shown({ kind: 'image', data: 'x' }), '✔ greet shows an image'],
    [{ type: 'FlowCancelling', cause: 'cancel', reason: 'enough' }, '⊘ greet is told to end: enough'],
    [{ type: 'FlowCancelling', cause: 'timeout' }, '⊘ greet has timed out and is told to end'],
    [calledOff(false), '⊘ greet gives up say_hello Ada: asked'],
    [
      {
        type: 'TasksCancelled',
        taskRunIds: ['t1', 'u1', 'u2', 'u3', 'u4', 'u5', 'u6'].map(taskRunId),
        reason: 'enough',
      },
      '⊘ greet gives up say_hello Ada, u1, u2, u3, u4 and 2 more: enough',
    ],
    [{ type: 'CompensationStarted', steps: [4, 2] }, '↻ greet undoes 2 steps'],
    [continued, '✔ greet completed and goes on as run1-c2'],
  ])('tell in a plain sentence of %j', (event, line) => {
    expect(lineOf(streamed(event), view, terminal)?.slice('00:00:00 '.length)).toBe(line);
  });

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
    const waitsNoMore = { type: 'TasksCancelled', taskRunIds: [], reason: 'asked', steps: [1] } as const;
    expect(lineOf(streamed(waitsNoMore), view, terminal)).toBeUndefined();
  });
});
