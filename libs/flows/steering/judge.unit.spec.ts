import { describe, expect, it } from '@jest/globals';
import { flowRunId, taskRunId } from '#libs/run-log';
import type { RunEvent } from '#libs/run-log';
import { failure } from '#libs/run-records/testing';
import { judgeApproval, judgeCancel, judgePause, judgeResume, judgeSignal } from './judge.js';
import {
  ambiguousHalt,
  answered,
  approvalAsked,
  asked,
  history,
  other,
  RUN,
  someone,
  started,
  unknown,
} from './run-history.fixtures.js';
import { viewRun } from './view-run.js';

const view = (...events: readonly RunEvent[]) => viewRun(history(...started, ...events))!;
const paused: RunEvent = { type: 'RunPaused', actor: other };
const resumed: RunEvent = { type: 'RunResumed', actor: other, after: 'pause' };
const pauseAsked: RunEvent = { type: 'PauseRequested', actor: other };
const resumeAsked: RunEvent = { type: 'ResumeRequested', actor: other };
const cancelAsked: Extract<RunEvent, { type: 'CancelRequested' }> = { type: 'CancelRequested', actor: other };
const refused = (code: string, message: string | RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });
const lost = [asked(1, 'send'), asked(2, 'post'), unknown(1), unknown(2), ambiguousHalt];
const word = (step: number) => ({ taskRunId: taskRunId(`${RUN}-${step}`), as: 'retry' as const });

describe('a pause', () => {
  it('is taken by a run that goes on', () => {
    expect(judgePause(view(), someone, 'lunch')).toMatchObject({
      event: { type: 'PauseRequested', actor: someone, reason: 'lunch' },
    });
    expect(() => judgePause(view(paused, resumed), someone)).not.toThrow();
    expect(() => judgePause(view(paused, resumeAsked), someone)).not.toThrow();
  });

  it.each([
    ['is paused', [paused], 'flow/already-paused', /is paused already, by other at 2030-/],
    ['was told to pause', [pauseAsked], 'flow/already-paused', /is paused already, by other/],
    [
      'is halted',
      [{ type: 'RunHalted', reason: 'poison', error: failure }],
      'flow/already-paused',
      /is halted since 2030-.*stands still already: come back later/,
    ],
    [
      'is being cancelled',
      [{ type: 'FlowCancelling', cause: 'cancel' }],
      'flow/cancelling',
      /being cancelled/,
    ],
    ['was told to end', [cancelAsked], 'flow/cancelling', /being cancelled/],
  ] as const)('is refused by a run that %s', (_how, events, code, message) => {
    expect(() => judgePause(view(...events), someone)).toThrow(refused(code, message));
  });

  it('is the same request for as long as the run stands as it does', () => {
    const id = (...events: RunEvent[]) => judgePause(view(...events), someone).messageId;
    expect(id()).toBe(id(asked(1, 'a')));
    expect(id()).not.toBe(id(paused, resumed));
  });
});

describe('a resumption', () => {
  it.each([
    ['paused', [paused]],
    ['told to pause', [pauseAsked]],
    ['halted', [{ type: 'RunHalted', reason: 'non-determinism', error: failure }]],
    ['parked', [{ type: 'RunParked', flow: 'greet', version: '1' }]],
  ] as const)('is taken by a run that is %s', (_how, events) => {
    expect(judgeResume(view(...events), someone).event).toEqual({ type: 'ResumeRequested', actor: someone });
  });

  it.each([
    ['goes on', []],
    ['went on', [paused, resumed]],
  ] as const)('is refused by a run that %s', (_how, events) => {
    expect(() => judgeResume(view(...events), someone)).toThrow(
      refused('flow/not-paused', /neither paused nor halted: it is running/),
    );
  });

  it('is a request of its own each time it is needed again', () => {
    const id = (...events: RunEvent[]) => judgeResume(view(...events), someone).messageId;
    const parked: RunEvent = { type: 'RunParked', flow: 'greet', version: '1' };
    expect(id(parked)).not.toBe(id(parked, resumeAsked));
  });

  it('needs a word on each task in question, and names those that lack one', () => {
    expect(() => judgeResume(view(...lost), someone)).toThrow(
      refused('flow/resolution-needed', /run-1-1 \(task send, step 1\), run-1-2 \(task post, step 2\)/),
    );
    expect(() => judgeResume(view(...lost), someone, [word(1)])).toThrow(
      refused('flow/resolution-needed', /said what became of run-1-2 \(task post, step 2\): succeeded/),
    );
    expect(judgeResume(view(...lost), someone, [word(1), word(2)]).event).toMatchObject({
      resolutions: [word(1), word(2)],
    });
  });

  it('refuses a word on a task that is not in question', () => {
    expect(() => judgeResume(view(...lost), someone, [word(1), word(2), word(3)])).toThrow(
      refused('flow/not-ambiguous', /what became of run-1-3 is not in question.*run-1-1, run-1-2$/),
    );
    expect(() => judgeResume(view(paused), someone, [word(1)])).toThrow(
      refused('flow/not-ambiguous', /none$/),
    );
  });

  it('takes the word on a task of which no outcome has come, and needs it', () => {
    const id = taskRunId(`${RUN}-1`);
    const halted = view(
      asked(1, 'send'),
      { type: 'TasksCancelled', taskRunIds: [id], reason: 'no outcome came' },
      { ...ambiguousHalt, taskRunIds: [id] },
    );
    expect(judgeResume(halted, someone, [word(1)]).event).toMatchObject({ resolutions: [word(1)] });
    expect(() => judgeResume(halted, someone)).toThrow(refused('flow/resolution-needed', /run-1-1/));
  });

  it('refuses two words on one task', () => {
    expect(() => judgeResume(view(...lost), someone, [word(1), word(2), word(2)])).toThrow(
      refused('flow/invalid-input', /several resolutions for task run run-1-2/),
    );
  });
});

describe('a cancel', () => {
  it('is taken as it is', () => {
    expect(judgeCancel(view(paused), someone, 'enough')).toEqual({
      event: { type: 'CancelRequested', actor: someone, reason: 'enough' },
      messageId: 'cancel',
    });
  });

  it('said a second time is another request, and says what it does', () => {
    const again = judgeCancel(view(cancelAsked), someone);
    expect(again.messageId).not.toBe('cancel');
    expect(again.note).toMatch(/cancelled before, by other: this second cancel ends it at once/);
  });

  it('is a person’s first word where only the parent has said it before', () => {
    const parents: RunEvent = { ...cancelAsked, by: flowRunId('parent') };
    expect(judgeCancel(view(parents, { type: 'FlowCancelling', cause: 'cancel' }), someone)).toEqual({
      event: { type: 'CancelRequested', actor: someone },
      messageId: 'cancel',
    });
  });
});

describe('a signal', () => {
  it('is known by the id that its sender gives, else by one of its own', () => {
    const signal = { name: 'go', payload: { a: 1 } };
    expect(judgeSignal(someone, { ...signal, id: 'x' }, () => 'r')).toEqual({
      event: { type: 'SignalSent', actor: someone, ...signal, id: 'x' },
      messageId: 'signal-id-x',
    });
    expect(judgeSignal(someone, signal, () => 'r').messageId).toBe('signal-r');
  });
});

describe('the answer to an approval', () => {
  const two = [approvalAsked(1, 'one'), approvalAsked(2, 'two', { approvers: ['other'] })];
  const yes = { approved: true };

  it('goes to the one that is named, by name or step, or to the only one', () => {
    const step = (which: object, ...events: RunEvent[]) => {
      const { event } = judgeApproval(view(...events), other, which, yes);
      return event.type === 'ApprovalAnswered' && event.step;
    };
    expect(step({ name: 'one' }, ...two)).toBe(1);
    expect(step({ step: 2 }, ...two)).toBe(2);
    expect(step({}, two[0]!)).toBe(1);
  });

  it('is one request for each step and user', () => {
    const id = (by: typeof someone) => judgeApproval(view(...two), by, { step: 1 }, yes).messageId;
    expect(id(someone)).toBe(id({ ...someone, channel: 'api' }));
    expect(id(someone)).not.toBe(id(other));
    expect(id({ userId: 'ü ', channel: 'ui' })).toMatch(/^[\x21-\x7e]+$/);
  });

  it('has to say which one where several are open', () => {
    expect(() => judgeApproval(view(...two), other, {}, yes)).toThrow(
      refused('flow/several-approvals', /name the step of one: 1 \("one"\), 2 \("two"\)/),
    );
  });

  it('is refused from a user whom the flow has not named', () => {
    expect(() => judgeApproval(view(...two), someone, { step: 2 }, yes)).toThrow(
      refused('flow/not-an-approver', /"two" of run run-1 is not for someone to answer, but for other/),
    );
  });

  it('is refused once there is one, and says whose and when', () => {
    expect(() =>
      judgeApproval(view(...two, answered(1, other, false)), someone, { name: 'one' }, yes),
    ).toThrow(
      refused(
        'flow/already-answered',
        /"one" \(step 1\) of run run-1 was declined already, by other at 2030-/,
      ),
    );
  });

  it('is refused where nobody asks, and names what is asked', () => {
    expect(() => judgeApproval(view(...two), someone, { name: 'three' }, yes)).toThrow(
      refused('flow/unknown-approval', /no approval "three"; open are "one" \(step 1\), "two" \(step 2\)/),
    );
    expect(() => judgeApproval(view(), someone, { step: 9 }, yes)).toThrow(
      refused('flow/unknown-approval', /no approval as step 9; open are none/),
    );
  });
});
