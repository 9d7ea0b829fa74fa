import type { ApplicationStatus } from '#libs/contracts';
import { RetryableError, TerminalError } from '#libs/operations';

/** There is no such application, or it is somebody else's, which is not for the asker to know. */
export class UnknownApplicationError extends TerminalError {
  constructor(field: 'applicationId' | 'jobId', value: string) {
    super('applier/unknown-application', `there is no application with ${field} ${JSON.stringify(value)}`, [
      { field, value, message: 'names no application of yours' },
    ]);
  }
}

export class UnknownFileError extends TerminalError {
  constructor(applicationId: string, sha256: string) {
    super('applier/unknown-file', `application ${applicationId} has no file ${sha256}`, [
      { field: 'sha256', value: sha256, message: 'names no file of this application' },
    ]);
  }
}

/** An application to the same opening has gone out, or may have. */
export class AlreadyAppliedError extends TerminalError {
  constructor(
    readonly applicationId: string,
    readonly status: ApplicationStatus,
    readonly sentAt: Date | null,
  ) {
    super(
      'applier/already-applied',
      `application ${applicationId} to this opening is ${status}${sentAt ? `, sent ${sentAt.toISOString()}` : ''}; nobody applies twice`,
    );
  }
}

/** What was approved is not what would go out. */
export class NotApprovedError extends TerminalError {
  constructor(approved: string, actual: string) {
    super(
      'applier/not-approved',
      `what was approved (${approved.slice(0, 12)}…) is not what would go out (${actual.slice(0, 12)}…): show it again and ask again`,
      [{ field: 'approvedSha256', value: approved, message: `must be ${actual}, once that is approved` }],
    );
  }
}

/** The application was prepared with another document than the one that is named. */
export class OtherDocumentError extends TerminalError {
  constructor(field: 'cvId' | 'letterId', named: string | null, prepared: string | null) {
    super(
      'applier/not-approved',
      `${field} is ${JSON.stringify(named)}, and the application was prepared with ${JSON.stringify(prepared)}: prepare it again, show it and ask again`,
      [{ field, value: named, message: `must be ${JSON.stringify(prepared)}` }],
    );
  }
}

/** It is withdrawn or has failed: it has to be prepared anew. */
export class NotPreparedError extends TerminalError {
  constructor(applicationId: string, status: ApplicationStatus) {
    super(
      'applier/not-prepared',
      `application ${applicationId} is ${status}, not prepared: prepare it again first`,
    );
  }
}

/** Another execution tried to send it, and nobody knows what came of it. */
export class OutcomeUnknownError extends TerminalError {
  constructor(applicationId: string, status: ApplicationStatus) {
    super(
      'applier/outcome-unknown',
      status === 'sending'
        ? `application ${applicationId} is being sent`
        : `whether application ${applicationId} went out is unknown: find out, and say by update_application that it is sent or failed`,
    );
  }
}

export class DailyLimitError extends TerminalError {
  constructor(limit: number) {
    super(
      'applier/daily-limit',
      `${limit} applications went out today, which is the limit of the profile; the next day begins at 00:00 UTC`,
    );
  }
}

export class StandingRuleError extends TerminalError {
  constructor(readonly why: readonly string[]) {
    super('applier/standing-rule', `the standing rule does not cover this application: ${why.join('; ')}`);
  }
}

export class NotPossibleError extends TerminalError {
  constructor(applicationId: string, from: ApplicationStatus, to: string, possible: readonly string[]) {
    const instead =
      possible.length > 0 ? `it can become ${possible.join(', ')}` : 'nothing can be said of it';
    super(
      'applier/not-possible',
      `application ${applicationId} is ${from} and cannot become ${to}; ${instead}`,
      [{ field: 'status', value: to, message: instead }],
    );
  }
}

export class NoAddressError extends TerminalError {
  constructor(jobId: string, several: readonly string[]) {
    super(
      'applier/no-address',
      several.length > 0
        ? `job ${jobId} names several addresses (${several.slice(0, 5).join(', ')}): which one is meant cannot be told`
        : `job ${jobId} names no mail address`,
      [{ field: 'channel', value: 'email', message: 'must be form for this job' }],
    );
  }
}

export class NoSenderError extends TerminalError {
  constructor() {
    super(
      'applier/no-sender',
      'the profile has no basics.email that mail can be sent from: add it, or set MAIL_FROM',
    );
  }
}

export class WrongDocumentError extends TerminalError {
  constructor(field: 'cvId' | 'letterId', value: string, kind: string) {
    super('applier/wrong-document', `${field} ${JSON.stringify(value)} names a ${kind}`, [
      { field, value, message: `must name a ${field === 'cvId' ? 'CV' : 'letter'}` },
    ]);
  }
}

/** A file that was kept with the application is gone, or is no longer what was approved. */
export class FileMissingError extends TerminalError {
  constructor(applicationId: string, fileName: string) {
    super(
      'applier/file-missing',
      `${fileName} of application ${applicationId} is not there as it was approved: prepare it again`,
    );
  }
}

/** The mail server does not take the mail, and no waiting changes that. Nothing went out. */
export class MailRefusedError extends TerminalError {
  constructor(to: string, said: string) {
    super('applier/mail-refused', `the mail to ${to} was refused and did not go out: ${said}`);
  }
}

/** The mail server does not take the mail for now. Nothing went out. */
export class MailDeferredError extends RetryableError {
  constructor(to: string, said: string, retryAfterMs?: number) {
    super('applier/mail-deferred', `the mail to ${to} did not go out yet: ${said}`, retryAfterMs);
  }
}

/** It has changed since it was read. */
export class RevisionConflictError extends TerminalError {
  constructor(applicationId: string, expected: number, options?: ErrorOptions) {
    const message = 'read it and make the change again';
    super(
      'applier/revision-conflict',
      `application ${applicationId} is no longer at revision ${expected}; ${message}`,
      [{ field: 'expectedRevision', value: expected, message }],
      options,
    );
  }
}

/** Somebody else has changed the application at the same moment. */
export class ChangedMeanwhileError extends RetryableError {
  constructor(applicationId: string) {
    super('applier/changed-meanwhile', `application ${applicationId} has changed meanwhile`);
  }
}
