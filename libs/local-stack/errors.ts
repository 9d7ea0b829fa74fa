/** A server that cannot be had or started on this machine; a person has to act. */
abstract class LocalStackError extends Error {
  abstract readonly code: string;
  readonly disposition = 'halt' as const;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** Reports that every way to obtain a server failed; `tried` holds one sentence for each. */
export class ServerUnavailableError extends LocalStackError {
  readonly code = 'local-stack/server-unavailable';

  constructor(
    readonly server: string,
    readonly tried: readonly string[],
    readonly byHand: string,
    options?: ErrorOptions,
  ) {
    super(`no ${server} could be had: ${tried.join('; ')}. To install it by hand: ${byHand}`, options);
  }
}

const PORT_TAKEN = /address (already )?in use/i;
const TAIL_LINES = 8;

/** Reports that a server process ended, or did not answer, before it was ready. */
export class ServerStartError extends LocalStackError {
  readonly code = 'local-stack/server-start';
  /** What the server logged about its port, where another process has it. */
  readonly portTaken: string | undefined;

  constructor(
    readonly server: string,
    readonly reason: string,
    readonly logFile: string,
    /** All that the server logged in this start. */
    logged: string,
    options?: ErrorOptions,
  ) {
    const lines = logged.trimEnd().split('\n');
    // A server may go on logging long after this line while it ends.
    const portTaken = lines.find((line) => PORT_TAKEN.test(line));
    const why = portTaken === undefined ? reason : `${reason}, for its port is taken: ${portTaken}`;
    const tail = lines.slice(-TAIL_LINES).join('\n');
    super(`${server} did not start: ${why}. The end of ${logFile}:\n${tail}`, options);
    this.portTaken = portTaken;
  }
}

/** Reports that another process has been starting or stopping servers in the same folder for too long. */
export class LockBusyError extends LocalStackError {
  readonly code = 'local-stack/lock-busy';

  constructor(
    readonly lockFile: string,
    readonly holderPid: number | undefined,
  ) {
    super(
      `process ${holderPid ?? 'unknown'} is still starting or stopping servers (it holds ${lockFile}); wait for it, or end it and try again`,
    );
  }
}
