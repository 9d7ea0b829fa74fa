import type { Actor, ErrorRecord, FieldError, FlowRunId } from '#libs/run-log';
import { RetryableError, TerminalError } from '#libs/operations';
import type { RunEndView } from './run-view.js';
import { endInWords, instant, namesOf } from './words.js';

/** The codes that a request to steer a run is refused with; wire values. */
export const SteeringCode = {
  unknownRun: 'flow/unknown-run',
  runEnded: 'flow/run-ended',
  cancelling: 'flow/cancelling',
  alreadyPaused: 'flow/already-paused',
  notPaused: 'flow/not-paused',
  notAmbiguous: 'flow/not-ambiguous',
  resolutionNeeded: 'flow/resolution-needed',
  alreadyAnswered: 'flow/already-answered',
  unknownApproval: 'flow/unknown-approval',
  severalApprovals: 'flow/several-approvals',
  notAnApprover: 'flow/not-an-approver',
  stillRunning: 'flow/still-running',
  unknownStep: 'flow/unknown-step',
  cannotUndo: 'flow/cannot-undo',
  tooLarge: 'flow/too-large',
  invalidInput: 'flow/invalid-input',
  stateConflict: 'flow/state-conflict',
} as const;
export type SteeringCode = (typeof SteeringCode)[keyof typeof SteeringCode];

/** What was asked of a run does not fit how it stands. Nothing was stored. */
export abstract class SteeringError extends TerminalError {
  constructor(code: SteeringCode, message: string, fields?: readonly FieldError[]) {
    super(code, message, fields);
  }
}

/** The log holds no run of this id. */
export class UnknownRunError extends SteeringError {
  constructor(readonly runId: string) {
    super(
      SteeringCode.unknownRun,
      `run ${runId} is not known; it was never started, or was removed from the log after its time`,
      [{ field: 'runId', value: runId, message: 'expected the id of a run' }],
    );
  }
}

/** What the run has done cannot be undone by what is known of it here. */
export class CannotUndoError extends SteeringError {
  constructor(
    readonly runId: string,
    why: string,
    options?: ErrorOptions,
  ) {
    super(SteeringCode.cannotUndo, `run ${runId} cannot be undone: ${why}`);
    if (options?.cause !== undefined) this.cause = options.cause;
  }
}

/** The run's work goes on in another that cannot be told yet; ask again. Whoever asks may not know of that one. */
export class ContinuingError extends RetryableError {
  constructor(
    readonly runId: string,
    why: string,
  ) {
    super('flow/continuing', `run ${runId} goes on as another, ${why}`, 500);
  }
}

/** The run has ended, so nothing that is said to it counts any more. */
export class RunEndedError extends SteeringError {
  constructor(
    readonly runId: FlowRunId,
    readonly end: RunEndView,
  ) {
    super(SteeringCode.runEnded, `run ${runId} has ended: ${endInWords(end)}`);
  }
}

/** A run that is being cancelled cannot be paused. */
export class CancellingError extends SteeringError {
  constructor(readonly runId: FlowRunId) {
    super(SteeringCode.cancelling, `run ${runId} is being cancelled; it cannot be paused any more`);
  }
}

/** The run stands still already. */
export class AlreadyPausedError extends SteeringError {
  constructor(
    readonly runId: FlowRunId,
    since: { readonly by?: Actor; readonly at: number; readonly halted?: ErrorRecord },
  ) {
    super(
      SteeringCode.alreadyPaused,
      since.halted
        ? `run ${runId} is halted since ${instant(since.at)} and stands still already: ${since.halted.message}`
        : `run ${runId} is paused already, by ${since.by?.userId ?? 'nobody known'} at ${instant(since.at)}`,
    );
  }
}

/** The run is neither paused nor halted. */
export class NotPausedError extends SteeringError {
  constructor(
    readonly runId: FlowRunId,
    readonly standing: string,
  ) {
    super(SteeringCode.notPaused, `run ${runId} is neither paused nor halted: it is ${standing}`);
  }
}

/** Nobody asks what became of these tasks. */
export class NotAmbiguousError extends SteeringError {
  constructor(
    readonly runId: FlowRunId,
    readonly taskRunIds: readonly string[],
    readonly ambiguous: readonly string[],
  ) {
    super(
      SteeringCode.notAmbiguous,
      `what became of ${taskRunIds.join(', ')} is not in question in run ${runId}; in question ${verb(ambiguous)} ${namesOf(ambiguous)}`,
      taskRunIds.map((value) => ({
        field: 'resolutions',
        value,
        message: `expected one of ${namesOf(ambiguous)}`,
      })),
    );
  }
}

/** A person has to say first what became of these tasks. */
export class ResolutionNeededError extends SteeringError {
  constructor(
    readonly runId: FlowRunId,
    readonly tasks: readonly { readonly taskRunId: string; readonly task: string; readonly step: number }[],
  ) {
    super(
      SteeringCode.resolutionNeeded,
      `run ${runId} goes on once somebody has said what became of ${tasks
        .map(({ taskRunId, task, step }) => `${taskRunId} (task ${task}, step ${step})`)
        .join(', ')}: succeeded, failed or retry`,
      tasks.map(({ taskRunId }) => ({
        field: 'resolutions',
        message: `is missing for task run ${taskRunId}`,
      })),
    );
  }
}

/** Somebody has answered before, or the deadline has. */
export class AlreadyAnsweredError extends SteeringError {
  constructor(
    readonly runId: FlowRunId,
    readonly approval: string,
    readonly step: number,
    readonly answer: { readonly approved: boolean; readonly by: Actor | null; readonly at: number },
  ) {
    const { approved, by, at } = answer;
    super(
      SteeringCode.alreadyAnswered,
      `approval ${JSON.stringify(approval)} (step ${step}) of run ${runId} was ${approved ? 'approved' : 'declined'} already, by ${by ? by.userId : 'its deadline'} at ${instant(at)}`,
    );
  }
}

/** The run does not ask for this approval. */
export class UnknownApprovalError extends SteeringError {
  constructor(
    readonly runId: FlowRunId,
    readonly asked: { readonly name?: string; readonly step?: number },
    readonly open: readonly { readonly name: string; readonly step: number }[],
  ) {
    const { name, step } = asked;
    const what =
      step !== undefined
        ? `no approval as step ${step}`
        : name !== undefined
          ? `no approval ${JSON.stringify(name)}`
          : 'no approval';
    super(
      SteeringCode.unknownApproval,
      `run ${runId} asks for ${what}; open ${verb(open)} ${namesOf(open.map((each) => `${JSON.stringify(each.name)} (step ${each.step})`))}`,
      [
        {
          field: step === undefined ? 'name' : 'step',
          value: step ?? name,
          message: 'expected an open approval',
        },
      ],
    );
  }
}

/** More than one open approval fits: the step has to be named. */
export class SeveralApprovalsError extends SteeringError {
  constructor(
    readonly runId: FlowRunId,
    readonly open: readonly { readonly name: string; readonly step: number }[],
  ) {
    super(
      SteeringCode.severalApprovals,
      `run ${runId} asks for several approvals; name the step of one: ${open.map(({ name, step }) => `${step} (${JSON.stringify(name)})`).join(', ')}`,
      [{ field: 'step', message: `expected one of ${open.map(({ step }) => step).join(', ')}` }],
    );
  }
}

/** The flow has named who may answer, and this user is not among them. */
export class NotAnApproverError extends SteeringError {
  constructor(
    readonly runId: FlowRunId,
    readonly approval: string,
    readonly userId: string,
    readonly approvers: readonly string[],
  ) {
    super(
      SteeringCode.notAnApprover,
      `approval ${JSON.stringify(approval)} of run ${runId} is not for ${userId} to answer, but for ${namesOf(approvers)}`,
    );
  }
}

/** A run that has not ended cannot be restarted. */
export class StillRunningError extends SteeringError {
  constructor(
    readonly runId: FlowRunId,
    readonly standing: string,
  ) {
    super(
      SteeringCode.stillRunning,
      `run ${runId} has not ended, it is ${standing}: cancel it before it is restarted`,
    );
  }
}

/** The run has taken no step of this number. */
export class UnknownStepError extends SteeringError {
  constructor(
    readonly runId: FlowRunId,
    readonly step: number,
    readonly steps: number,
  ) {
    super(
      SteeringCode.unknownStep,
      steps === 0
        ? `run ${runId} has taken no step, so it cannot be restarted from step ${step}`
        : `run ${runId} has no step ${step}; it has taken ${steps}`,
      [{ field: 'fromStep', value: step, message: `expected a whole number from 1 to ${steps}` }],
    );
  }
}

/** A value that is kept over runs is no longer what it was when it was read, or is not there. */
export class StateConflictError extends SteeringError {
  constructor(
    readonly state: string,
    readonly expected: string,
    readonly actual: string | undefined,
  ) {
    const now = actual === undefined ? 'nothing is kept there' : `it is at revision ${actual}`;
    super(
      SteeringCode.stateConflict,
      `${JSON.stringify(state)} is not at revision ${expected}: ${now}; read it and make the change again`,
      [{ field: 'ifRevision', value: expected, message: now }],
    );
  }
}

/** What was to be stored is larger than what a message, or the log, takes. */
export class TooLargeError extends SteeringError {
  constructor(
    readonly what: string,
    readonly bytes: number,
    readonly limit: number,
  ) {
    super(SteeringCode.tooLarge, `${what} has ${bytes} bytes; at most ${limit} are taken`, [
      { field: '', message: `expected at most ${limit} bytes` },
    ]);
  }
}

const verb = (of: readonly unknown[]): string => (of.length === 1 ? 'is' : 'are');
