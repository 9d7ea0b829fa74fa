import { PlatformError } from '#libs/run-log';

/** A stream was restored or made anew since it was last read: its sequences mean other messages now. */
export class EpochChangedError extends PlatformError {
  readonly code = 'audit/epoch-changed';
  readonly disposition = 'halt';
  constructor(
    readonly stream: string,
    readonly known: string,
    readonly found: string,
  ) {
    super(
      `the stream ${stream} has the epoch ${found}, but was read up to now under ${known}; ` +
        'rebuild the audit once it is clear what became of the old one',
    );
  }
}

/** The stream ends before the place that was read up to: messages were lost. */
export class AheadOfLogError extends PlatformError {
  readonly code = 'audit/ahead-of-log';
  readonly disposition = 'halt';
  constructor(
    readonly stream: string,
    readonly seq: number,
    readonly lastSeq: number,
  ) {
    super(`the stream ${stream} ends at ${lastSeq}, but was read up to ${seq}: it has lost messages`);
  }
}
