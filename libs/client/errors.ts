import { PlatformError, type Disposition, type FieldError } from '#libs/run-log';
import { withoutSecrets } from '#libs/secrets';

/** What a gateway says about a request that it did not carry out. Source: RFC 9457, plus the gateway's own members. */
export interface Problem {
  readonly status: number;
  readonly detail: string;
  readonly code?: string;
  readonly disposition?: Disposition;
  readonly errors?: readonly FieldError[];
  /** What went wrong with single items of bulk work. */
  readonly itemErrors?: readonly { readonly item: string; readonly message: string }[];
  readonly traceId?: string;
  readonly taskRunId?: string;
  readonly retryAfterMs?: number;
}

/** The gateway refused a request, or could not carry it out; `code` and `fields` are those of what went wrong there. */
export class ProblemError extends PlatformError {
  readonly code: string;
  readonly disposition: Disposition;
  readonly fields: readonly FieldError[];

  constructor(readonly problem: Problem) {
    super(problem.detail);
    this.code = problem.code ?? `http/${problem.status}`;
    this.disposition = problem.disposition ?? (problem.status >= 500 ? 'retry' : 'terminal');
    this.fields = problem.errors ?? [];
  }
}

/** Nothing answers at the gateway's address. */
export class GatewayUnreachableError extends PlatformError {
  readonly code = 'client/unreachable';
  readonly disposition = 'retry';
  constructor(
    readonly url: string,
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`nothing answers at ${url} (${reason})`, options);
  }
}

/** The gateway is there and at work, but has not answered as long as this program waits. */
export class SlowGatewayError extends PlatformError {
  readonly code = 'client/slow-answer';
  readonly disposition = 'retry';
  constructor(
    readonly url: string,
    options?: ErrorOptions,
  ) {
    super(`${url} has not answered within five minutes; what was asked may still be going on`, options);
  }
}

/** Something else than a gateway answers at the address. */
export class ForeignServerError extends PlatformError {
  readonly code = 'client/foreign-server';
  readonly disposition = 'terminal';
  constructor(
    readonly url: string,
    readonly status: number,
  ) {
    super(`what answers at ${url} (status ${status}, no JSON) is no gateway`);
  }
}

/** What answers at the address sends requests on to another one, which no key and no input is taken to. */
export class MovedServerError extends PlatformError {
  readonly code = 'client/moved';
  readonly disposition = 'terminal';
  constructor(
    readonly url: string,
    readonly status: number,
    readonly location: string,
  ) {
    super(
      `what answers at ${url} (status ${status}) sends on to ${location}, where nothing is sent unasked; is the address right?`,
    );
  }
}

/** The address of a gateway makes no sense. The error shows no user and no password that stand in it. */
export class BadAddressError extends PlatformError {
  readonly code = 'client/bad-address';
  readonly disposition = 'terminal';
  readonly address: string;
  constructor(address: string) {
    const shown = withoutSecrets(address);
    super(
      shown === address
        ? `${JSON.stringify(address)}: expected an address such as http://127.0.0.1:3000`
        : `${JSON.stringify(shown)}: expected an address without user and password; a key is given apart from it`,
    );
    this.address = shown;
  }
}

/** A key or another value cannot be sent as a header. The error names the header, never the value. */
export class BadHeaderError extends PlatformError {
  readonly code = 'client/bad-header';
  readonly disposition = 'terminal';
  constructor(readonly header: string) {
    super(
      `the value for the header ${header} cannot be sent: it holds a line end, or a letter that is not Latin`,
    );
  }
}

/** A deployment is named by its flow and its name. */
export class BadDeploymentError extends PlatformError {
  readonly code = 'client/bad-deployment';
  readonly disposition = 'terminal';
  constructor(readonly deployment: string) {
    super(`${JSON.stringify(deployment)}: expected a deployment as flow/name`);
  }
}
