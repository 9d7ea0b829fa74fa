import { describe, expect, it } from '@jest/globals';
import { flowRunId, millis, streamSeq, taskRunId } from '#libs/run-log';
import type { RunEvent } from '#libs/run-log';
import { failure, startRequested } from '#libs/run-records/testing';
import {
  ambiguousHalt,
  answered,
  approvalAsked,
  asked,
  came,
  failed,
  history,
  other,
  RUN,
  someone,
  started,
  success,
  unknown,
} from './run-history.fixtures.js';
import { viewRun } from './view-run.js';

const view = (...events: readonly RunEvent[]) => viewRun(history(...events))!;
const states = (...events: readonly RunEvent[]) =>
  view(...events).steps.map(({ number, kind, name, state }) => [number, kind, name, state]);
const due = millis(5_000);

describe('the view of a run', () => {
  it('is nothing where the history holds no start', () => {
    expect(viewRun(history())).toBeUndefined();
  });

  it('tells whose run it is, of which flow and version, and what it was given', () => {
    expect(view(...started)).toMatchObject({
      runId: RUN,
      flow: 'greet',
      version: '1',
      input: { name: 'you' },
      tags: ['demo'],
      standing: 'running',
      epoch: 1,
      steps: [],
      lastSeq: 2,
    });
  });

  it('names the run that it was restarted from, and how much of it was kept', () => {
    const kept = { step: 1, name: 'a', key: 'k', nth: 1, value: 1 };
    const fork = { from: RUN, uptoSeq: streamSeq(9), step: 2, results: [kept] };
    expect(view(startRequested({ fork })).restartedFrom).toEqual({ runId: RUN, step: 2, kept: 1 });
  });

  it.each([
    ['pending', [startRequested()]],
    ['running', [...started]],
    ['paused', [...started, { type: 'RunPaused', actor: someone }]],
    [
      'running',
      [
        ...started,
        { type: 'RunPaused', actor: someone },
        { type: 'RunResumed', actor: someone, after: 'pause' },
      ],
    ],
    ['halted', [...started, ambiguousHalt]],
    ['parked', [startRequested(), { type: 'RunParked', flow: 'greet', version: '2' }]],
    ['running', [...started, { type: 'RunHalted', reason: 'poison', error: failure }, asked(1, 'a')]],
    ['cancelling', [...started, { type: 'FlowCancelling', cause: 'cancel' }]],
    [
      'cancelling',
      [
        ...started,
        { type: 'FlowCancelling', cause: 'cancel' },
        ambiguousHalt,
        { type: 'RunResumed', actor: someone, after: 'ambiguous' },
      ],
    ],
    ['ended', [...started, { type: 'FlowFailed', error: failure }]],
  ] as const)('says that a run is %s', (standing, events) => {
    expect(view(...events).standing).toBe(standing);
  });

  it('says how a run has ended', () => {
    expect(view(...started, { type: 'FlowCompleted', result: 3 }).end).toMatchObject({
      status: 'completed',
      result: 3,
    });
    expect(view(...started, { type: 'FlowCancelled', reason: 'enough' }).end).toMatchObject({
      status: 'cancelled',
      reason: 'enough',
    });
  });

  it('holds what was asked for until a decision answers it', () => {
    const pause = { type: 'PauseRequested', actor: someone } as const;
    expect(view(...started, pause).requested).toMatchObject({ what: 'pause', by: someone });
    expect(view(...started, pause, { type: 'RunPaused', actor: someone }).requested).toBeUndefined();
  });

  describe('of a run that was told to end', () => {
    const cancel = { type: 'CancelRequested', actor: someone } as const;
    const parents = { ...cancel, by: flowRunId('parent') } as const;

    it('names the last person who said it', () => {
      expect(view(...started, cancel).cancelledBy).toMatchObject({ by: someone, seq: 3 });
      expect(view(...started, cancel, { ...cancel, actor: other }).cancelledBy).toMatchObject({
        by: other,
        seq: 4,
      });
    });

    it('takes the word of its parent for no person’s', () => {
      expect(view(...started, parents)).toMatchObject({ requested: { what: 'cancel' } });
      expect(view(...started, parents)).not.toHaveProperty('cancelledBy');
      expect(view(...started, cancel, parents).cancelledBy).toMatchObject({ seq: 3 });
    });

    it('takes a word that came twice for one', () => {
      const same = { ...cancel, id: 'from-r-7' };
      const cancelling = { type: 'FlowCancelling', cause: 'cancel' } as const;
      const twice = view(...started, same, cancelling, same);
      expect(twice.cancelledBy).toMatchObject({ seq: 3 });
      expect(twice).not.toHaveProperty('requested');
      expect(view(...started, same, { ...same, id: 'from-r-8' }).cancelledBy).toMatchObject({ seq: 4 });
    });
  });

  it('follows a task through its attempts', () => {
    expect(states(...started, asked(1, 'a'))).toEqual([[1, 'task', 'a', 'pending']]);
    const retry = {
      type: 'TimerScheduled',
      timerId: 'r',
      kind: 'task-retry',
      step: 1,
      dueAt: due,
    } as const;
    const once = [...started, asked(1, 'a'), failed(1)];
    expect(states(...once)).toEqual([[1, 'task', 'a', 'failed']]);
    expect(states(...once, retry)).toEqual([[1, 'task', 'a', 'retrying']]);
    const again = [...once, retry, asked(1, 'a', { attempt: 2 })];
    expect(view(...again).steps[0]).toMatchObject({ state: 'pending', attempt: 2 });
    expect(states(...again, success(1, 'late'))).toEqual([[1, 'task', 'a', 'pending']]);
    expect(states(...again, came(1, { status: 'success', result: 1 }, 2))).toEqual([
      [1, 'task', 'a', 'succeeded'],
    ]);
  });

  it('lets the first terminal event of an attempt hold (rule 4)', () => {
    const cancel = { type: 'TasksCancelled', taskRunIds: [taskRunId(`${RUN}-1`)], reason: 'x' } as const;
    expect(states(...started, asked(1, 'a'), cancel, success(1, 1))).toEqual([[1, 'task', 'a', 'cancelled']]);
    const provisional = { ...cancel, provisional: cancel.taskRunIds };
    const givenUp = [...started, asked(1, 'a'), provisional] as const;
    expect(states(...givenUp, success(1, 1))).toEqual([[1, 'task', 'a', 'succeeded']]);
    expect(states(...givenUp, failed(1), success(1, 1))).toEqual([[1, 'task', 'a', 'cancelled']]);
    expect(states(...givenUp, cancel, success(1, 1))).toEqual([[1, 'task', 'a', 'cancelled']]);
  });

  it('shows no wait that a lost race has given up, nor takes what comes for it', () => {
    const lost = { type: 'TasksCancelled', taskRunIds: [], reason: 'x', steps: [1, 2] } as const;
    const go = { type: 'SignalSent', actor: someone, name: 'go', payload: 1 } as const;
    const waits = [
      ...started,
      { type: 'SignalAwaited', step: 1, name: 'go' },
      approvalAsked(2, 'one'),
      approvalAsked(3, 'one'),
    ] as const;
    const seen = view(...waits, lost, go, answered(2, other));
    expect(seen).toMatchObject({ signals: [], approvals: [{ step: 3 }], answers: [] });
    // Both lie before the decision in the log, and were fed after what led to it.
    expect(view(...waits, go, answered(2, other), lost)).toMatchObject({
      signals: [],
      approvals: [{ step: 3 }],
      answers: [],
    });
    const next = { type: 'SignalAwaited', step: 4, name: 'go' } as const;
    expect(view(...waits, go, lost, next).steps.at(-1)).toMatchObject({ number: 4, state: 'succeeded' });
  });

  it('shows what goes on in spite of the cancellation', () => {
    const seen = view(
      ...started,
      approvalAsked(1, 'one'),
      { type: 'SignalAwaited', step: 2, name: 'go' },
      { type: 'FlowCancelling', cause: 'cancel', spares: [2] },
    );
    expect(seen).toMatchObject({ approvals: [], signals: [{ step: 2 }] });
  });

  it('names steps of every kind', () => {
    expect(
      states(
        ...started,
        { type: 'TimerScheduled', timerId: 'sleep-1', kind: 'sleep', step: 1, dueAt: due, seconds: 4 },
        {
          type: 'ChildScheduled',
          step: 2,
          childRunId: RUN,
          flow: 'sub',
          input: {},
          tags: [],
          reuseKey: 'k',
          detached: false,
          root: 'r',
        },
        { type: 'SignalAwaited', step: 3, name: 'go' },
        approvalAsked(4, 'ok?'),
        { type: 'ValueRequested', step: 5, source: 'state', name: 'mark' },
        { type: 'ArtifactRecorded', step: 6, artifact: { kind: 'link', key: 'l', data: 'x' } },
      ),
    ).toEqual([
      [1, 'sleep', '4 s', 'pending'],
      [2, 'child', 'sub', 'pending'],
      [3, 'signal', 'go', 'pending'],
      [4, 'approval', 'ok?', 'pending'],
      [5, 'state', 'mark', 'pending'],
      [6, 'artifact', 'l', 'succeeded'],
    ]);
  });

  it('lists the signals that are awaited, and not those that came, before or after', () => {
    const go = { type: 'SignalSent', actor: someone, name: 'go', payload: 1 } as const;
    const first = { type: 'SignalAwaited', step: 1, name: 'go' } as const;
    const second = { type: 'SignalAwaited', step: 2, name: 'go' } as const;
    expect(view(...started, first, second, go).signals).toMatchObject([{ step: 2, name: 'go' }]);
    expect(view(...started, go, first, second).signals).toMatchObject([{ step: 2, name: 'go' }]);
  });

  it('takes a signal that is sent again with its id for the same', () => {
    const go = { type: 'SignalSent', actor: someone, name: 'go', payload: 1, id: 'one' } as const;
    const first = { type: 'SignalAwaited', step: 1, name: 'go' } as const;
    expect(view(...started, first, go, { ...first, step: 2 }, go).signals).toMatchObject([{ step: 2 }]);
  });

  it('keeps a task in question though the time in which it must be done is over', () => {
    const closeBy = { timerId: 'close-by-1', kind: 'schedule-to-close', step: 1, dueAt: due } as const;
    const lost = [...started, asked(1, 'send'), { type: 'TimerScheduled', ...closeBy } as const, unknown(1)];
    const fired = { type: 'TimerFired', timerId: 'close-by-1' } as const;
    expect(view(...lost, ambiguousHalt, fired).ambiguous).toHaveLength(1);
  });

  it('lists approvals that are open, and who has answered the others', () => {
    const seen = view(
      ...started,
      approvalAsked(1, 'one'),
      approvalAsked(2, 'two', { approvers: ['someone'], dueAt: due }),
      answered(1, other, false),
      answered(2, other),
    );
    expect(seen.approvals).toMatchObject([{ step: 2, name: 'two', approvers: ['someone'], dueAt: due }]);
    expect(seen.answers).toMatchObject([{ step: 1, name: 'one', approved: false, by: other }]);
  });

  it('counts what holds at the deadline as the deadline’s answer', () => {
    const seen = view(
      ...started,
      approvalAsked(1, 'one', { otherwise: 'declined' }),
      { type: 'TimerScheduled', timerId: 'd', kind: 'approval-deadline', step: 1, dueAt: due },
      { type: 'TimerFired', timerId: 'd' },
    );
    expect(seen.approvals).toEqual([]);
    expect(seen.answers).toMatchObject([{ step: 1, approved: false, by: null }]);
  });

  it('lists tasks in question until somebody has said what became of them', () => {
    const lost = [...started, asked(1, 'send', { execution: 'at-most-once' }), unknown(1), ambiguousHalt];
    expect(view(...lost).ambiguous).toMatchObject([
      { taskRunId: `${RUN}-1`, step: 1, task: 'send', error: { message: 'nobody knows' } },
    ]);
    const resume = {
      type: 'ResumeRequested',
      actor: someone,
      resolutions: [{ taskRunId: taskRunId(`${RUN}-1`), as: 'succeeded', result: 'sent' }],
    } as const;
    expect(view(...lost, resume).ambiguous).toHaveLength(1);
    const { resolutions } = resume;
    const resumed = { type: 'RunResumed', actor: someone, after: 'ambiguous' } as const;
    expect(states(...lost, { ...resumed, resolutions })).toEqual([[1, 'task', 'send', 'succeeded']]);
    // A log from before the decision said what counted.
    expect(states(...lost, resume, resumed)).toEqual([[1, 'task', 'send', 'succeeded']]);
  });

  it('goes by the words that the decision says have counted, not by a request that was refused', () => {
    const lost = [...started, asked(1, 'send'), unknown(1), ambiguousHalt];
    const word = (as: 'failed' | 'retry') => [{ taskRunId: taskRunId(`${RUN}-1`), as }];
    const refused = { type: 'ResumeRequested', actor: someone, resolutions: word('retry') } as const;
    const resumed = { type: 'RunResumed', actor: other, after: 'ambiguous', resolutions: word('failed') };
    expect(states(...lost, refused, resumed as RunEvent)).toEqual([[1, 'task', 'send', 'failed']]);
  });

  it('lists a task in question of which no outcome has come, where the halt says so', () => {
    const id = taskRunId(`${RUN}-1`);
    const lost = [
      ...started,
      asked(1, 'send'),
      { type: 'TasksCancelled', taskRunIds: [id], reason: 'no outcome came', provisional: [id] } as const,
      { ...ambiguousHalt, taskRunIds: [id] },
    ];
    expect(view(...lost).ambiguous).toMatchObject([{ taskRunId: id, task: 'send' }]);
    const resolutions = [{ taskRunId: id, as: 'succeeded', result: 1 }] as const;
    const resumed = { type: 'RunResumed', actor: someone, after: 'ambiguous', resolutions } as const;
    expect(states(...lost, success(1, 'late'), resumed)).toEqual([[1, 'task', 'send', 'succeeded']]);
  });

  it('gives up what a failed try of the flow had open, however late it answers', () => {
    const retried = { type: 'FlowRetried', epoch: 2, fedSeq: streamSeq(4), error: failure } as const;
    const go = { type: 'SignalSent', actor: someone, name: 'go', payload: 1 } as const;
    const waits = { type: 'SignalAwaited', step: 2, name: 'go' } as const;
    // The signal lies before the retry in the log, and was fed after the trigger that led to it.
    const seen = view(...started, waits, failed(9), go, retried, { ...waits, step: 3 });
    expect(seen.epoch).toBe(2);
    expect(seen.steps).toMatchObject([
      { number: 2, epoch: 1, state: 'cancelled' },
      { number: 3, epoch: 2, state: 'succeeded' },
    ]);
  });
});
