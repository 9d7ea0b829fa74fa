import { describe, expect, it } from '@jest/globals';
import { millis } from '#libs/run-log';
import type { RunEvent } from '#libs/run-log';
import type { ApprovalRecord } from './approval.record.js';
import { foldRun } from './fold-run.js';
import {
  approvalAnswered,
  approvalRequested,
  BEGIN,
  cancelled,
  fired,
  flowStarted,
  inRun,
  startRequested,
  timer,
} from './testing/events.js';

const at = (seconds: number) => new Date(BEGIN + seconds * 1_000);
const ann = { userId: 'ann', channel: 'ui' } as const;
const bob = { actor: { userId: 'bob', channel: 'ui' } } as const;

/** The approvals of a run whose third event is the first of these. */
const given = (...events: RunEvent[]): readonly ApprovalRecord[] =>
  foldRun([startRequested(), flowStarted, ...events].map((event, index) => inRun(index + 1, event)))
    ?.approvals ?? [];

const deadline = timer('approval-deadline', 'approval-1', 1);

describe('the record of an approval', () => {
  it('begins pending, with what is asked, of whom and until when', () => {
    const terms = { dueAt: millis(BEGIN + 60_000), otherwise: 'declined', approvers: ['ann'] };
    expect(given(deadline, approvalRequested(1, terms))).toEqual([
      {
        _id: 'run-1.1',
        flowRunId: 'run-1',
        flow: 'greet',
        step: 1,
        name: 'send the greeting',
        payload: '{"text":"hello"}',
        status: 'pending',
        actor: { userId: 'local', channel: 'cli' },
        approvers: ['ann'],
        dueAt: at(60),
        otherwise: 'declined',
        answeredAt: null,
        answeredBy: null,
        comment: null,
        answer: null,
        listOrder: `1 ${at(4).toISOString()}`,
        createdAt: at(4),
        updatedAt: at(4),
        lastSeq: 4,
      },
    ]);
  });

  it('keeps who answered, when and what', () => {
    const answer = approvalAnswered(1, true, { comment: 'well said', payload: { copies: 2 } });
    expect(given(approvalRequested(1), answer)).toMatchObject([
      {
        status: 'approved',
        answeredBy: ann,
        answeredAt: at(4),
        comment: 'well said',
        answer: '{"copies":2}',
        listOrder: `0 ${at(3).toISOString()}`,
        lastSeq: 4,
      },
    ]);
    expect(given(approvalRequested(1), approvalAnswered(1, false))).toMatchObject([
      { status: 'declined', comment: null, answer: null },
    ]);
  });

  it('keeps the first answer of somebody who may answer', () => {
    const asked = approvalRequested(1, { approvers: ['ann'] });
    expect(given(asked, approvalAnswered(1, true, bob))).toMatchObject([{ status: 'pending' }]);
    expect(given(asked, approvalAnswered(1, false), approvalAnswered(1, true))).toMatchObject([
      { status: 'declined', lastSeq: 4 },
    ]);
  });

  it('is decided by its deadline, or expires where nothing was said for that case', () => {
    const asked = (otherwise?: string) => approvalRequested(1, otherwise ? { otherwise } : {});
    expect(given(deadline, asked('approved'), fired('approval-1'))).toMatchObject([
      { status: 'approved', answeredAt: at(5), answeredBy: null },
    ]);
    expect(given(deadline, asked(), fired('approval-1'))).toMatchObject([
      { status: 'expired', answeredAt: null },
    ]);
    expect(given(asked(), deadline, fired('approval-1'))).toMatchObject([{ status: 'expired' }]);
  });

  it('is not decided by another timer, nor by its deadline after an answer', () => {
    expect(given(deadline, approvalRequested(1), fired('sleep-1'))).toMatchObject([{ status: 'pending' }]);
    expect(
      given(deadline, approvalRequested(1), approvalAnswered(1, true), fired('approval-1')),
    ).toMatchObject([{ status: 'approved', answeredBy: ann }]);
  });

  it('is withdrawn where the flow waits no more, and only if nobody has answered', () => {
    const cancelling = { type: 'FlowCancelling', cause: 'cancel' } as const;
    expect(
      given(approvalRequested(1), approvalRequested(2), approvalAnswered(1, true), cancelling),
    ).toMatchObject([{ status: 'approved' }, { status: 'withdrawn', answeredBy: null, answeredAt: null }]);
    expect(given(approvalRequested(1), { type: 'FlowCompleted', result: null })).toMatchObject([
      { status: 'withdrawn' },
    ]);
  });

  it('is withdrawn where a lost race has given it up, and an answer then changes nothing', () => {
    const lost = { ...cancelled(), steps: [1] };
    expect(given(approvalRequested(1), approvalRequested(2), lost, approvalAnswered(1, true))).toMatchObject([
      { status: 'withdrawn', answeredBy: null },
      { status: 'pending' },
    ]);
  });

  it('is withdrawn though somebody answered just when it was given up: the flow has not heard it', () => {
    const lost = { ...cancelled(), steps: [1] };
    expect(given(approvalRequested(1), approvalAnswered(1, true, { comment: 'yes' }), lost)).toMatchObject([
      { status: 'withdrawn', answeredAt: null, answeredBy: null, comment: null },
    ]);
  });

  it('stays pending where the cancellation of the run spares it', () => {
    const cancelling = { type: 'FlowCancelling', cause: 'cancel', spares: [2] } as const;
    expect(given(approvalRequested(1), approvalRequested(2), cancelling)).toMatchObject([
      { status: 'withdrawn' },
      { status: 'pending' },
    ]);
  });

  it('does not come to be by an answer to what was never asked', () => {
    expect(given(approvalAnswered(1, true))).toEqual([]);
  });
});
