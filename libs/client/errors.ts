import { PlatformError, type Disposition, type FieldError } from '#libs/run-log';

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

/** The address of a gateway makes no sense. */
export class BadAddressError extends PlatformError {
  readonly code = 'client/bad-address';
  readonly disposition = 'terminal';
  constructor(readonly address: string) {
    super(`${JSON.stringify(address)}: expected an address such as http://127.0.0.1:3000`);
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
