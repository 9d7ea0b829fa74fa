import type { Disposition, ErrorRecord, FieldError, HaltReason } from '#libs/run-log';

/** Base of the errors that the engine itself makes. Structurally the platform's error shape: guards go by `code`. */
export abstract class FlowError extends Error {
  abstract readonly code: string;
  abstract readonly disposition: Disposition;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A task has ended for good without success; what the flow's `await` throws. */
export class TaskFailedError extends FlowError {
  readonly disposition = 'terminal';
  constructor(
    readonly task: string,
    readonly step: number,
    readonly attempts: number,
    /** What the last attempt said. */
    readonly record: ErrorRecord,
  ) {
    super(
      `task ${task} (step ${step}) failed after ${attempts} attempt${attempts === 1 ? '' : 's'}: ${record.message}`,
    );
  }
  get code(): string {
    return this.record.code;
  }
  get fields(): readonly FieldError[] | undefined {
    return this.record.fields;
  }
}

/** A task was cancelled before it ended. */
export class TaskCancelledError extends FlowError {
  readonly code = 'flow/task-cancelled';
  readonly disposition = 'terminal';
  constructor(
    readonly task: string,
    readonly step: number,
    reason: string | undefined,
  ) {
    super(`task ${task} (step ${step}) was cancelled${reason ? `: ${reason}` : ''}`);
  }
}

/** A task was not begun, or not done, in the time that it was given. */
export class TaskTimedOutError extends FlowError {
  readonly code = 'flow/task-timed-out';
  readonly disposition = 'terminal';
  constructor(
    readonly task: string,
    readonly step: number,
    readonly which: 'schedule-to-start' | 'schedule-to-close',
    readonly seconds: number,
  ) {
    super(
      `task ${task} (step ${step}) was not ${which === 'schedule-to-start' ? 'begun' : 'done'} within ${seconds} s`,
    );
  }
}

/** A child flow has failed. */
export class ChildFailedError extends FlowError {
  readonly disposition = 'terminal';
  constructor(
    readonly flow: string,
    readonly childRunId: string,
    readonly record: ErrorRecord,
  ) {
    super(`child flow ${flow} (run ${childRunId}) failed: ${record.message}`);
  }
  get code(): string {
    return this.record.code;
  }
  get fields(): readonly FieldError[] | undefined {
    return this.record.fields;
  }
}

/** A child flow was cancelled before it ended. */
export class ChildCancelledError extends FlowError {
  readonly code = 'flow/child-cancelled';
  readonly disposition = 'terminal';
  constructor(
    readonly flow: string,
    readonly childRunId: string,
    reason: string | undefined,
  ) {
    super(`child flow ${flow} (run ${childRunId}) was cancelled${reason ? `: ${reason}` : ''}`);
  }
}

/** The run was told to end: what the flow waited for does not come any more. Calls of `ctx.shielded` still do. */
export class FlowCancelledError extends FlowError {
  readonly code = 'flow/cancelled';
  readonly disposition = 'terminal';
  constructor(reason: string | undefined) {
    super(`the run was cancelled${reason ? `: ${reason}` : ''}`);
  }
}

/** No signal came in time. */
export class SignalTimeoutError extends FlowError {
  readonly code = 'flow/signal-timeout';
  readonly disposition = 'terminal';
  constructor(
    readonly signal: string,
    readonly timeoutSeconds: number,
  ) {
    super(`signal ${signal} did not come within ${timeoutSeconds} s`);
  }
}

/** Nobody answered in time, and the flow has not said what holds then. */
export class ApprovalExpiredError extends FlowError {
  readonly code = 'flow/approval-expired';
  readonly disposition = 'terminal';
  constructor(
    readonly approval: string,
    readonly deadlineSeconds: number,
  ) {
    super(`approval ${approval} was not answered within ${deadlineSeconds} s`);
  }
}

/** Some of what the flow had done could not be undone; a person has to. */
export class CompensationFailedError extends FlowError {
  readonly code = 'flow/compensation-failed';
  readonly disposition = 'terminal';
  constructor(
    readonly tasks: readonly { readonly step: number; readonly name: string; readonly message: string }[],
    options?: ErrorOptions,
  ) {
    super(
      `not undone: ${tasks.map(({ step, name, message }) => `step ${step} by ${name} (${message})`).join('; ')}`,
      options,
    );
  }
}

/** Something that makes going on unsafe: the run stops and waits for a person. */
export abstract class HaltingError extends FlowError {
  readonly disposition = 'halt';
  abstract readonly reason: HaltReason;
}

/** The code asks for something else than the log holds. */
export class NonDeterminismError extends HaltingError {
  readonly code = 'flow/non-determinism';
  readonly reason = 'non-determinism';
  constructor(
    /** Position in the run's decisions, from 1. */
    readonly decision: number,
    readonly logHolds: string,
    readonly codeAsks: string,
    private readonly before: readonly string[] = [],
    private readonly after: readonly string[] = [],
  ) {
    super(
      `decision ${decision}: the log holds ${logHolds}, the code asks for ${codeAsks}; the flow's code has changed in a way that this run notices, or it depends on something outside its history`,
    );
  }

  /** The place in the run's decisions where log and code part, one line each. */
  get difference(): string {
    const first = this.decision - this.before.length;
    return [
      ...this.before.map((text, index) => `    ${first + index}  ${text}`),
      `  - ${this.decision}  ${this.logHolds}   (in the log)`,
      `  + ${this.decision}  ${this.codeAsks}   (asked for by the code)`,
      ...this.after.map((text, index) => `    ${this.decision + 1 + index}  ${text}   (in the log)`),
    ].join('\n');
  }
}

/** The flow used its context, or waits, on something that the history does not hold. */
export class ForeignPromiseError extends HaltingError {
  readonly code = 'flow/foreign-promise';
  readonly reason = 'foreign-promise';
  constructor(what: string) {
    super(`${what}; a flow may only await what its context gives it (put I/O and timers into a task)`);
  }
}

/** A promise of the flow was rejected and nobody looked. */
export class UnhandledRejectionError extends HaltingError {
  readonly code = 'flow/unhandled-rejection';
  readonly reason = 'unhandled-rejection';
  constructor(cause: unknown) {
    super(
      `a promise that the flow does not await was rejected: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}

/** It is unknown whether an at-most-once operation took effect. */
export class AmbiguousOutcomeError extends HaltingError {
  readonly code = 'flow/ambiguous-outcome';
  readonly reason = 'ambiguous';
  constructor(
    readonly task: string,
    readonly step: number,
    readonly record: ErrorRecord,
  ) {
    super(`task ${task} (step ${step}): ${record.message}`);
  }
}

/** The flow as a whole took too long. */
export class FlowTimeoutError extends FlowError {
  readonly code = 'flow/timeout';
  readonly disposition = 'terminal';
  constructor(
    readonly flow: string,
    readonly timeoutSeconds: number,
  ) {
    super(`flow ${flow} did not end within ${timeoutSeconds} s`);
  }
}

/** A value that the log would have to keep cannot be written as JSON. */
export class NotSerialisableError extends FlowError {
  readonly code = 'flow/not-serialisable';
  readonly disposition = 'terminal';
  constructor(
    readonly what: string,
    why: string,
    options?: ErrorOptions,
  ) {
    super(`${what} cannot be kept: ${why}`, options);
  }
}

/** The run has grown too long for one history. */
export class FlowTooLongError extends FlowError {
  readonly code = 'flow/too-long';
  readonly disposition = 'terminal';
  constructor(
    readonly flow: string,
    readonly steps: number,
  ) {
    super(
      `flow ${flow} has taken ${steps} steps, which is the most that one run may; do the rest in another run`,
    );
  }
}

/** The call's own arguments are wrong. */
export class FlowUsageError extends FlowError {
  readonly code = 'flow/usage';
  readonly disposition = 'terminal';
}

const MOST_CAUSES = 5;

/** Writes an error, or whatever else was thrown, as a record that can cross the bus. */
export function toErrorRecord(thrown: unknown, causes = MOST_CAUSES): ErrorRecord {
  if (!(thrown instanceof Error)) {
    return {
      code: 'flow/thrown-value',
      message: `the flow threw ${describe(thrown)}, which is not an Error`,
      disposition: 'terminal',
    };
  }
  const like = thrown as Error & Partial<Record<'code' | 'disposition' | 'fields' | 'retryAfterMs', unknown>>;
  // The engine's own stack says nothing about what went wrong; a task's failure has its traceback in its record.
  const traceback =
    thrown instanceof TaskFailedError || thrown instanceof ChildFailedError
      ? thrown.record.traceback
      : thrown instanceof NonDeterminismError
        ? thrown.difference
        : thrown instanceof FlowError
          ? undefined
          : thrown.stack;
  return {
    code: typeof like.code === 'string' ? like.code : 'flow/error',
    message: thrown.message || thrown.name,
    disposition: like.disposition === 'retry' || like.disposition === 'halt' ? like.disposition : 'terminal',
    ...(Array.isArray(like.fields) && like.fields.length > 0 ? { fields: like.fields as FieldError[] } : {}),
    ...(typeof like.retryAfterMs === 'number' ? { retryAfterMs: like.retryAfterMs } : {}),
    ...(traceback ? { traceback } : {}),
    ...(thrown.cause !== undefined && causes > 0 ? { cause: toErrorRecord(thrown.cause, causes - 1) } : {}),
  };
}

function describe(value: unknown): string {
  try {
    return `${typeof value} ${JSON.stringify(value) ?? String(value)}`.slice(0, 200);
  } catch {
    return typeof value;
  }
}
