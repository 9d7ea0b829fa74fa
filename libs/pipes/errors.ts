import { TerminalError } from '#libs/operations';

/** An expression that cannot be read, or that names what there is not. `message` says which step it stands in. */
export class ExpressionError extends TerminalError {
  constructor(
    readonly step: string,
    readonly expression: string,
    why: string,
  ) {
    super('pipe/bad-expression', `step ${step}: ${expression} ${why}`);
  }
}

/** A step's operation answered `success: false`, and nothing says that the pipe goes on then. */
export class StepUnsuccessfulError extends TerminalError {
  constructor(
    readonly step: string,
    operation: string,
    why: string,
  ) {
    super('pipe/step-unsuccessful', `step ${step}: ${operation} was not successful: ${why}`);
  }
}

/** This build of the orchestrator lacks an operation that the pipe began with. */
export class LostOperationError extends TerminalError {
  constructor(step: string, operation: string) {
    super('pipe/unknown-operation', `step ${step}: there is no operation ${operation} any more`);
  }
}
