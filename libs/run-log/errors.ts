import type { FlowRunId, StreamSeq, TaskRunId } from './ids.js';

/**
 * What to do about an error: try again, give up, or stop and call a person.
 */
export type Disposition = 'retry' | 'terminal' | 'halt';

/**
 * Base of every error that crosses a boundary of the platform. Guards go by `code`, never by class, because
 * errors travel over the bus as records.
 */
export abstract class PlatformError extends Error {
  /** Wire value; never renamed. */
  abstract readonly code: string;
  abstract readonly disposition: Disposition;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** Another writer has appended to the run's decisions since they were read: drop the copy and load again. */
export class FencedOutError extends PlatformError {
  readonly code = 'run-log/fenced-out';
  readonly disposition = 'retry';
  constructor(
    readonly runId: FlowRunId,
    readonly expected: StreamSeq,
    /** How many of the decisions were stored before the refusal; they are a prefix. */
    readonly stored: number,
    options?: ErrorOptions,
  ) {
    super(
      `run ${runId}: the last decision is no longer at sequence ${expected}; another writer has appended`,
      options,
    );
  }
}

/** A run with this id was started before. */
export class RunExistsError extends PlatformError {
  readonly code = 'run-log/run-exists';
  readonly disposition = 'terminal';
  constructor(
    readonly runId: FlowRunId,
    options?: ErrorOptions,
  ) {
    super(`run ${runId} was started before`, options);
  }
}

/** Somebody else holds the claim of this attempt. */
export class ClaimTakenError extends PlatformError {
  readonly code = 'run-log/claim-taken';
  readonly disposition = 'terminal';
  constructor(
    readonly taskRunId: TaskRunId,
    readonly attempt: number,
    readonly holder: string,
  ) {
    super(`attempt ${attempt} of task run ${taskRunId} is claimed by ${holder}`);
  }
}

/** The broker cannot be reached; nothing is known to be stored. */
export class LogUnavailableError extends PlatformError {
  readonly code = 'run-log/unavailable';
  readonly disposition = 'retry';
  constructor(
    readonly doing: string,
    options?: ErrorOptions,
  ) {
    super(`the run log does not answer (${doing}); is the broker up?`, options);
  }
}

/** The broker has no room left and refuses new work; nothing old is lost. */
export class LogFullError extends PlatformError {
  readonly code = 'run-log/full';
  readonly disposition = 'retry';
  constructor(options?: ErrorOptions) {
    super(
      'the run log is full: the broker refuses new messages until finished runs are purged or its storage limit is raised',
      options,
    );
  }
}

/** A body is larger than the log takes, even by way of the object store. */
export class BodyTooLargeError extends PlatformError {
  readonly code = 'run-log/body-too-large';
  readonly disposition = 'terminal';
  constructor(
    readonly eventType: string,
    readonly bytes: number,
    readonly limit: number,
  ) {
    super(`${eventType} has a body of ${bytes} bytes; the log takes at most ${limit}`);
  }
}

/** The broker is too old, or did not keep a setting that the log depends on. */
export class UnfitBrokerError extends PlatformError {
  readonly code = 'run-log/unfit-broker';
  readonly disposition = 'halt';
}

/** The broker knows this process, and does not let it say or hear that. */
export class NotPermittedError extends PlatformError {
  readonly code = 'run-log/not-permitted';
  readonly disposition = 'halt';
  constructor(
    readonly operation: 'publish' | 'subscribe',
    readonly subject: string,
    options?: ErrorOptions,
  ) {
    super(
      `the broker does not let this process ${operation === 'publish' ? 'publish on' : 'listen to'} ${subject}; ` +
        `it has signed in as another service, or the broker's permissions are older than this build`,
      options,
    );
  }
}

/** The broker refuses who this process says it is. */
export class SignInRefusedError extends PlatformError {
  readonly code = 'run-log/sign-in-refused';
  readonly disposition = 'halt';
  constructor(who: string, options?: ErrorOptions) {
    super(`the broker does not let ${who} in; is the password the one that the broker knows?`, options);
  }
}

/** A stored message cannot be understood by this build. */
export class UnknownEventError extends PlatformError {
  readonly code = 'run-log/unknown-event';
  readonly disposition = 'halt';
  constructor(
    readonly eventType: string,
    readonly version: number,
    readonly seq: number,
    options?: ErrorOptions,
  ) {
    super(
      `the event at sequence ${seq} is ${eventType} version ${version}, which this build does not know`,
      options,
    );
  }
}

/** The bytes of a stored message are no event: not UTF-8, not JSON, not an object, or its body is gone. */
export class UndecodableEventError extends PlatformError {
  readonly code = 'run-log/undecodable-event';
  readonly disposition = 'halt';
  constructor(
    readonly eventType: string,
    readonly seq: number,
    options?: ErrorOptions,
  ) {
    super(`the ${eventType} at sequence ${seq} has a body that cannot be read`, options);
  }
}

/** Tells whether an error asks to stop and call a person. */
export const isHalt = (error: unknown): error is Error =>
  error instanceof Error && 'disposition' in error && error.disposition === 'halt';
