import type { RunEvent, StoredInRun } from '#libs/run-log';
import { ApprovalStatus } from './approval.record.js';
import type { ApprovalRecord } from './approval.record.js';
import type { FlowRunRecord } from './flow-run.record.js';
import { toText } from './json-text.js';
import { closesWaits, spares } from './run-course.js';
import { mayAnswer } from './waits.js';
import { who } from './who.js';

export type ApprovalChanges = Partial<ApprovalRecord>;

/** What must be known of the run: whose it is, and which of its timers are deadlines. Nothing of it ever changes. */
export interface ApprovalRun extends Pick<FlowRunRecord, '_id' | 'flow' | 'actor'> {
  readonly fold: Pick<FlowRunRecord['fold'], 'deadlines'>;
}

/**
 * Names what an event may change: the approvals of some steps, or all that are pending in its run. The deadlines
 * must hold those of all events before.
 */
export function approvalsOf(event: RunEvent, { fold }: ApprovalRun): readonly number[] | 'pending' {
  switch (event.type) {
    case 'ApprovalRequested':
    case 'ApprovalAnswered':
      return [event.step];
    case 'TimerFired': {
      const step = fold.deadlines[event.timerId];
      return step === undefined ? [] : [step];
    }
    case 'TasksCancelled':
      return event.steps ?? [];
    default:
      return closesWaits(event) ? 'pending' : [];
  }
}

const UNANSWERED = { answeredAt: null, answeredBy: null, comment: null, answer: null } as const;

export const approvalIdOf = (runId: string, step: number): string => `${runId}.${step}`;

/**
 * Says what an event that is about an approval changes in its record; null when nothing. The first answer of
 * somebody who may answer holds, or the deadline if it comes before; but for an answer that crossed with the decision
 * to ask no more, which nobody has heeded.
 */
export function foldApproval(
  record: ApprovalRecord | null,
  stored: StoredInRun<RunEvent>,
  run: ApprovalRun,
): ApprovalChanges | null {
  const { event, position, time } = stored;
  if (!record) return event.type === 'ApprovalRequested' ? asked(run, stored, event) : null;
  if (record.lastSeq >= position.seq) return null;
  if (record.status !== ApprovalStatus.pending && event.type !== 'TasksCancelled') return null;
  const at = new Date(time);
  const settle = (status: ApprovalStatus, more: ApprovalChanges = {}): ApprovalChanges => ({
    status,
    listOrder: listOrder(status, record.createdAt),
    ...more,
    updatedAt: at,
    lastSeq: position.seq,
  });
  switch (event.type) {
    case 'ApprovalAnswered': {
      if (!mayAnswer(record.approvers, event.actor.userId)) return null;
      return settle(event.approved ? ApprovalStatus.approved : ApprovalStatus.declined, {
        answeredAt: at,
        answeredBy: who(event.actor),
        comment: event.comment ?? null,
        answer: event.payload === undefined ? null : toText(event.payload),
      });
    }
    case 'TimerFired':
      return settle(record.otherwise ?? ApprovalStatus.expired, { answeredAt: record.otherwise ? at : null });
    case 'TasksCancelled':
      return settle(ApprovalStatus.withdrawn, UNANSWERED);
    default:
      return closesWaits(event) && !spares(event, record.step) ? settle(ApprovalStatus.withdrawn) : null;
  }
}

function asked(
  run: ApprovalRun,
  { position, time }: StoredInRun<RunEvent>,
  event: Extract<RunEvent, { type: 'ApprovalRequested' }>,
): ApprovalRecord {
  const at = new Date(time);
  return {
    _id: approvalIdOf(run._id, event.step),
    flowRunId: run._id,
    flow: run.flow,
    step: event.step,
    name: event.name,
    payload: toText(event.payload),
    status: ApprovalStatus.pending,
    actor: who(run.actor),
    approvers: event.approvers ? [...event.approvers] : null,
    dueAt: event.dueAt === undefined ? null : new Date(event.dueAt),
    otherwise: event.otherwise ?? null,
    ...UNANSWERED,
    listOrder: listOrder(ApprovalStatus.pending, at),
    createdAt: at,
    updatedAt: at,
    lastSeq: position.seq,
  };
}

const listOrder = (status: ApprovalStatus, createdAt: Date): string =>
  `${status === ApprovalStatus.pending ? 1 : 0} ${createdAt.toISOString()}`;
