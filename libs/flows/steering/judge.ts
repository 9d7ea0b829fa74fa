import type { Actor, RequestEvent, Resolution } from '#libs/run-log';
import { TerminalError } from '#libs/operations';
import {
  AlreadyAnsweredError,
  AlreadyPausedError,
  CancellingError,
  NotAmbiguousError,
  NotAnApproverError,
  NotPausedError,
  ResolutionNeededError,
  SeveralApprovalsError,
  SteeringCode,
  UnknownApprovalError,
} from './errors.js';
import type { ApprovalRef, ApprovalReply } from './requests.js';
import type { PendingApproval, RunView } from './run-view.js';

/** What is to be stored for a request that fits how the run stands. */
export interface Judged {
  readonly event: Exclude<RequestEvent, { type: 'StartRequested' }>;
  /** The same for requests that mean the same. */
  readonly messageId: string;
  readonly note?: string;
}

const because = (reason: string | undefined) => (reason ? { reason } : {});
/** How a run stands once what was asked of it last has come true. */
const willPause = ({ standing, requested }: RunView): boolean =>
  requested ? requested.what === 'pause' : standing === 'paused';

export function judgePause(view: RunView, actor: Actor, reason?: string): Judged {
  const { runId, standing, halted, paused, requested } = view;
  if (standing === 'cancelling' || requested?.what === 'cancel') throw new CancellingError(runId);
  if (halted && requested?.what !== 'resume')
    throw new AlreadyPausedError(runId, { at: halted.at, halted: halted.error });
  if (willPause(view)) throw new AlreadyPausedError(runId, requested ?? paused ?? { at: view.requestedAt });
  return {
    event: { type: 'PauseRequested', actor, ...because(reason) },
    messageId: `pause-${view.lastStand}`,
  };
}

export function judgeResume(view: RunView, actor: Actor, resolutions: readonly Resolution[] = []): Judged {
  const { runId, standing, ambiguous, halted } = view;
  const stands = standing === 'paused' || standing === 'halted' || standing === 'parked';
  if (!stands && !willPause(view) && ambiguous.length === 0) throw new NotPausedError(runId, standing);
  const inQuestion = ambiguous.map(({ taskRunId }) => taskRunId);
  const said = resolutions.map(({ taskRunId }) => taskRunId);
  const beside = said.filter((id) => !inQuestion.includes(id));
  if (beside.length > 0) throw new NotAmbiguousError(runId, beside, inQuestion);
  const twice = said.find((id, index) => said.indexOf(id) !== index);
  if (twice !== undefined) {
    const message = 'expected one resolution for each task run';
    throw new TerminalError(
      SteeringCode.invalidInput,
      `there are several resolutions for task run ${twice}`,
      [{ field: 'resolutions', value: twice, message }],
    );
  }
  const missing = ambiguous.filter(({ taskRunId }) => !said.includes(taskRunId));
  if (missing.length > 0 && (halted?.reason === 'ambiguous' || !stands))
    throw new ResolutionNeededError(runId, missing);
  return {
    event: { type: 'ResumeRequested', actor, ...(resolutions.length > 0 ? { resolutions } : {}) },
    messageId: `resume-${view.lastStand}`,
  };
}

export function judgeCancel(view: RunView, actor: Actor, reason?: string): Judged {
  const event = { type: 'CancelRequested' as const, actor, ...because(reason) };
  const { cancelledBy: before } = view;
  if (!before) return { event, messageId: 'cancel' };
  return {
    event,
    messageId: `cancel-${before.seq}`,
    note: `run ${view.runId} was cancelled before, by ${before.by.userId}: this second cancel ends it at once, without cleaning up`,
  };
}

export function judgeSignal(
  actor: Actor,
  signal: { readonly name: string; readonly payload: unknown; readonly id?: string },
  random: () => string,
): Judged {
  const { name, payload, id } = signal;
  return {
    event: { type: 'SignalSent', actor, name, payload, ...(id === undefined ? {} : { id }) },
    messageId: id === undefined ? `signal-${random()}` : `signal-id-${id}`,
  };
}

export function judgeApproval(
  view: RunView,
  actor: Actor,
  which: ApprovalRef,
  { approved, comment, payload }: ApprovalReply,
): Judged {
  const { step, name, approvers } = openApproval(view, which);
  if (approvers && !approvers.includes(actor.userId))
    throw new NotAnApproverError(view.runId, name, actor.userId, approvers);
  return {
    event: {
      type: 'ApprovalAnswered',
      actor,
      step,
      approved,
      ...(comment === undefined ? {} : { comment }),
      ...(payload === undefined ? {} : { payload }),
    },
    messageId: `approval-${step}-${Buffer.from(actor.userId).toString('base64url').slice(0, 120)}`,
  };
}

/** Finds the open approval that is meant. */
function openApproval(view: RunView, { name, step }: ApprovalRef): PendingApproval {
  const { runId, approvals, answers } = view;
  const fits = (each: { readonly name: string; readonly step: number }): boolean =>
    (name === undefined || each.name === name) && (step === undefined || each.step === step);
  const open = approvals.filter(fits);
  if (open.length > 1) throw new SeveralApprovalsError(runId, open);
  if (open[0]) return open[0];
  const answered = answers.findLast(fits);
  if (answered) throw new AlreadyAnsweredError(runId, answered.name, answered.step, answered);
  const asked = { ...(name === undefined ? {} : { name }), ...(step === undefined ? {} : { step }) };
  throw new UnknownApprovalError(runId, asked, approvals);
}
