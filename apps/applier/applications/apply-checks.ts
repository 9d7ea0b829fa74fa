import { ApplicationStatus } from '#libs/contracts';
import type { ApplyJobInput } from '#libs/contracts';
import type { OperationRun } from '#libs/operations';
import type { Application } from './application.schema.js';
import {
  AlreadyAppliedError,
  NotApprovedError,
  NotPreparedError,
  OtherDocumentError,
  OutcomeUnknownError,
  UnknownApplicationError,
} from './errors.js';
import { standingOf } from './transitions.js';

/** What an execution may do with an application. */
export type Leave =
  | { readonly kind: 'send' }
  /** The same execution has sent it before: it is told again. */
  | { readonly kind: 'tell' };

type Asking = Pick<OperationRun, 'idempotencyKey' | 'attempt'>;

/**
 * Decides whether an execution may send an application as it stands. Throws what refuses it.
 *
 * A later attempt of the execution that was sending goes on: there is one only where the earlier attempt has said that
 * nothing went out, or a person has.
 */
export function mayApply(application: Application, approvedSha256: string, run: Asking, now: Date): Leave {
  const { _id, sha256, sending, sentAt, wentOut } = application;
  const status = standingOf(application, now);
  const mine = sending?.key === run.idempotencyKey;
  if (approvedSha256 !== sha256) throw new NotApprovedError(approvedSha256, sha256);
  switch (status) {
    case ApplicationStatus.prepared:
      return { kind: 'send' };
    case ApplicationStatus.sending:
    case ApplicationStatus.ambiguous:
      if (mine && run.attempt > sending.attempt) return { kind: 'send' };
      throw new OutcomeUnknownError(_id, status);
    case ApplicationStatus.toHandIn:
      if (mine) return { kind: 'tell' };
      throw new AlreadyAppliedError(_id, status, sentAt);
    case ApplicationStatus.failed:
      // So a person has said by hand, who then told the run to try again.
      if (mine && run.attempt > sending.attempt) return { kind: 'send' };
      throw new NotPreparedError(_id, status);
    case ApplicationStatus.withdrawn:
      if (wentOut === 'no') throw new NotPreparedError(_id, status);
      throw new AlreadyAppliedError(_id, status, sentAt);
    default:
      if (mine) return { kind: 'tell' };
      throw new AlreadyAppliedError(_id, status, sentAt);
  }
}

/** Makes sure that what the input says beside the application's id is true of it. */
export function assertMeant(
  { identities, cvId, letterId }: Pick<Application, 'identities' | 'cvId' | 'letterId'>,
  said: Pick<ApplyJobInput, 'jobId' | 'cvId' | 'letterId'>,
): void {
  if (said.jobId !== undefined && !identities.includes(said.jobId))
    throw new UnknownApplicationError('jobId', said.jobId);
  if (said.cvId !== undefined && said.cvId !== cvId) throw new OtherDocumentError('cvId', said.cvId, cvId);
  if (said.letterId !== undefined && said.letterId !== letterId)
    throw new OtherDocumentError('letterId', said.letterId, letterId);
}
