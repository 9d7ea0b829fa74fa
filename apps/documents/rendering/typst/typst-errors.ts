import { RetryableError, TerminalError } from '#libs/operations';

/** The process ended before it had set the pages. */
export class TypesetterEndedError extends RetryableError {
  constructor(
    readonly reason: string,
    cause?: unknown,
  ) {
    const message = `the process that sets pages ended before it was done: ${reason}`;
    super('documents/typesetter-ended', message, undefined, { cause });
  }
}

/** Typst cannot be loaded here, most often because its native part is not installed for this machine. */
export class NoTypesetterError extends TerminalError {
  constructor(readonly reason: string) {
    super('documents/no-typesetter', `the process that sets pages cannot begin: ${reason}`);
  }
}
