import { describe, expect, it } from '@jest/globals';
import { flowRunId, millis, streamSeq } from '#libs/run-log';
import type { RunEvent } from '#libs/run-log';
import {
  approvalAnswered,
  approvalRequested,
  BEGIN,
  cancelled,
  childScheduled,
  failure,
  fired,
  scheduled,
  timer,
} from './testing/events.js';
import { evolveWaits, NO_WAITS } from './waits.js';
import type { Waiting } from './waits.js';

const actor = { userId: 'ann', channel: 'ui' } as const;
const awaited = (step: number, name = 'go') => ({ type: 'SignalAwaited', step, name }) as const;
const sent = (name = 'go') => ({ type: 'SignalSent', actor, name, payload: null }) as const;

const after = (...events: RunEvent[]): Waiting =>
  events.reduce((waiting, event) => evolveWaits(waiting, event, new Date(BEGIN)), NO_WAITS);
const open = (...events: RunEvent[]): string[] =>
  after(...events).waits.map(({ kind, step }) => `${kind} ${step}`);

describe('what a run waits for beside its tasks', () => {
  it('ends with the timer of a sleep, and with the next attempt of a task', () => {
    expect(open(timer('sleep', 's1', 1), timer('sleep', 's2', 2), fired('s1'))).toEqual(['sleep 2']);
    const retry = timer('task-retry', 'r3', 3);
    expect(open(retry)).toEqual(['task-retry 3']);
    expect(open(retry, scheduled('t3', { step: 3, attempt: 2 }))).toEqual([]);
  });

  it('is a signal that has not come yet', () => {
    expect(open(awaited(1), sent('other'))).toEqual(['signal 1']);
    expect(open(awaited(1), sent())).toEqual([]);
  });

  it('is no signal that came before it was asked for, and each is taken once', () => {
    expect(open(sent(), awaited(1))).toEqual([]);
    expect(open(sent(), awaited(1), awaited(2))).toEqual(['signal 2']);
    expect(after(sent(), sent(), awaited(1)).signals).toEqual([{ name: 'go', count: 1 }]);
    expect(after(sent(), sent(), awaited(1), awaited(2)).signals).toEqual([]);
  });

  it('is still a signal when one comes again that was taken before', () => {
    const named = { ...sent(), id: 'first' };
    expect(open(awaited(1), named, awaited(2), named)).toEqual(['signal 2']);
    expect(open(awaited(1), named, awaited(2), { ...sent(), id: 'second' })).toEqual([]);
    expect(after(named, named).signals).toEqual([{ name: 'go', count: 1 }]);
  });

  it('goes in the order of asking where several steps wait for one signal', () => {
    expect(open(awaited(1), awaited(2), sent())).toEqual(['signal 2']);
  });

  it('ends with the time-out of a signal and the deadline of an approval, whichever was written first', () => {
    const timeout = timer('signal-timeout', 'signal-1', 1);
    expect(open(timeout, awaited(1), fired('signal-1'))).toEqual([]);
    expect(open(awaited(1), timeout, fired('signal-1'))).toEqual([]);
    const deadline = timer('approval-deadline', 'approval-2', 2);
    expect(open(deadline, approvalRequested(2), awaited(3), fired('approval-2'))).toEqual(['signal 3']);
  });

  it('is an approval until somebody answers who may', () => {
    const asked = approvalRequested(1, { approvers: ['ann'] });
    const bob = { actor: { userId: 'bob', channel: 'ui' } };
    expect(open(asked, approvalAnswered(1, true, bob))).toEqual(['approval 1']);
    expect(open(asked, approvalAnswered(2, true))).toEqual(['approval 1']);
    expect(open(asked, approvalAnswered(1, false))).toEqual([]);
    expect(open(approvalRequested(1), approvalAnswered(1, true, bob))).toEqual([]);
  });

  it('is a child until that ends or is given up', () => {
    const child = flowRunId('run-1-1');
    const ended = (childRunId = child, step = 1): RunEvent => ({
      type: 'ChildFinished',
      step,
      childRunId,
      end: { status: 'completed', result: 1 },
    });
    const begun = childScheduled(1, 'run-1-1');
    expect(open(begun, ended(flowRunId('another')), ended(child, 2))).toEqual(['child 1']);
    expect(open(begun, ended())).toEqual([]);
    expect(open(begun, { type: 'ChildrenCancelled', childRunIds: [child], reason: 'enough' })).toEqual([]);
  });

  it('is a value until it is there, found or not', () => {
    const asked = { type: 'ValueRequested', step: 1, source: 'state', name: 'watermark' } as const;
    expect(open(asked, { type: 'ValueLoaded', step: 1, found: false, value: null })).toEqual([]);
  });

  it('is given up by a retry of the flow, by being told to end, and by its end', () => {
    const waiting = [timer('sleep', 's1', 1), awaited(2), approvalRequested(3)] as const;
    const giveUps: RunEvent[] = [
      { type: 'FlowRetried', epoch: 2, fedSeq: streamSeq(3), error: failure },
      { type: 'FlowCancelling', cause: 'timeout' },
      { type: 'FlowFailed', error: failure },
      { type: 'FlowContinued', nextRunId: flowRunId('run-2'), input: {}, fedSeq: streamSeq(3) },
    ];
    for (const event of giveUps) expect(open(...waiting, event)).toEqual([]);
    expect(open(...waiting, timer('flow-retry', 'f', 0))).toEqual(['flow-retry 0']);
  });

  it('is given up where a decision names it, and a signal then stays for others', () => {
    const waiting = [awaited(1), timer('task-retry', 'r2', 2), awaited(3)] as const;
    const lost = { ...cancelled(), steps: [1, 2] };
    expect(open(...waiting, lost)).toEqual(['signal 3']);
    expect(after(awaited(1), { ...lost, steps: [1] }, sent()).signals).toEqual([{ name: 'go', count: 1 }]);
  });

  it('is given up though a signal lies before that: the signal is still there for the next', () => {
    const lost = { ...cancelled(), steps: [1] };
    expect(after(awaited(1), sent(), lost).signals).toEqual([{ name: 'go', count: 1 }]);
    expect(open(sent(), awaited(1), lost, awaited(2))).toEqual([]);
  });

  it('goes on where the cancellation spares it', () => {
    const cancelling = { type: 'FlowCancelling', cause: 'cancel', spares: [2] } as const;
    expect(open(awaited(1), awaited(2), cancelling)).toEqual(['signal 2']);
  });

  it('stays the same object where nothing changes', () => {
    const waiting = after(awaited(1));
    expect(evolveWaits(waiting, fired('unknown'), new Date(BEGIN))).toBe(waiting);
    expect(evolveWaits(waiting, scheduled('t1'), new Date(BEGIN))).toBe(waiting);
    expect(evolveWaits(waiting, cancelled('t1'), new Date(BEGIN))).toBe(waiting);
  });

  it('knows until when it waits at most', () => {
    const dueAt = millis(BEGIN + 5_000);
    expect(after({ ...awaited(1), dueAt }).waits[0]?.dueAt).toEqual(new Date(dueAt));
    expect(after(approvalRequested(1, { dueAt })).waits[0]?.dueAt).toEqual(new Date(dueAt));
  });
});
