import { ExitCode } from './exit-code.js';

/** An end of the program that is told in a sentence, with a hint of what to do where there is one. */
export abstract class CliError extends Error {
  abstract readonly code: string;
  abstract readonly exitCode: ExitCode;

  constructor(
    message: string,
    /** What to type or look at next. */
    readonly hint?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** Reports a command, an option or a value that cannot be used. */
export class UsageError extends CliError {
  readonly code = 'cli/usage';
  readonly exitCode = ExitCode.usage;
}

/** Reports something that does not exist, with the name that was probably meant. */
export class NotFoundError extends CliError {
  readonly code = 'cli/not-found';
  readonly exitCode = ExitCode.notFound;
}

/** Reports that a command could not do what it is for. */
export class FailedError extends CliError {
  readonly code = 'cli/failed';
  readonly exitCode = ExitCode.failed;
}

/** Gives the sentence of whatever was thrown; system errors with several causes have theirs inside. */
export function sentenceOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return [...new Set(error.errors.map(sentenceOf))].join('; ');
  }
  const message = (error as { message?: unknown } | null)?.message;
  return typeof message === 'string' && message !== '' ? message : String(error);
}
