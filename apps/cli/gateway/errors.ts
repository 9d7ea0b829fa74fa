import { CliError } from '../terminal/cli-error.js';
import { ExitCode } from '../terminal/exit-code.js';
import { oneLine } from '../terminal/plain-text.js';

/** What the gateway says about a request that it did not carry out. Source: RFC 9457, plus the gateway's own members. */
export interface Problem {
  readonly status: number;
  readonly detail: string;
  readonly code?: string;
  readonly disposition?: 'retry' | 'terminal' | 'halt';
  readonly errors?: readonly {
    readonly field: string;
    readonly value?: unknown;
    readonly message: string;
  }[];
  /** What went wrong with single items of bulk work. */
  readonly itemErrors?: readonly { readonly item: string; readonly message: string }[];
  readonly traceId?: string;
  readonly taskRunId?: string;
  readonly retryAfterMs?: number;
}

const CHECK_ADDRESS = 'check the address given by --url or JOBHUNTER_URL';

/** Reports that nothing answers at the server's address. */
export class ServerUnreachableError extends CliError {
  readonly code = 'cli/server-unreachable';
  readonly exitCode = ExitCode.unreachable;

  constructor(
    readonly url: string,
    reason: string,
    options?: ErrorOptions,
  ) {
    const hint = isLocal(url)
      ? 'start one with `jobhunter up --detach`, or name another with --url or JOBHUNTER_URL'
      : CHECK_ADDRESS;
    super(`no JobHunter server answers at ${url} (${reason})`, hint, options);
  }
}

/** Reports that the server is there and at work, but has not answered as long as this program waits. */
export class SlowAnswerError extends CliError {
  readonly code = 'cli/slow-answer';
  readonly exitCode = ExitCode.failed;

  constructor(
    readonly url: string,
    options?: ErrorOptions,
  ) {
    super(
      `${url} has not answered within five minutes; what was asked may still be going on`,
      'see what it does: jobhunter task-run ls',
      options,
    );
  }
}

/** Reports that something else than a JobHunter server answers at the address. */
export class ForeignServerError extends CliError {
  readonly code = 'cli/foreign-server';
  readonly exitCode = ExitCode.unreachable;

  constructor(
    readonly url: string,
    readonly status: number,
  ) {
    super(`what answers at ${url} (status ${status}, no JSON) is no JobHunter server`, CHECK_ADDRESS);
  }
}

/** Reports that what answers at the address sends on to another one, where no key is taken unasked. */
export class MovedServerError extends CliError {
  readonly code = 'cli/moved';
  readonly exitCode = ExitCode.unreachable;

  constructor(message: string, options?: ErrorOptions) {
    super(message, CHECK_ADDRESS, options);
  }
}

/** Reports what the gateway refused or could not do, with each field that is to blame. */
export class ProblemError extends CliError {
  readonly code = 'cli/problem';
  readonly exitCode: ExitCode;

  constructor(readonly problem: Problem) {
    const lines = [...(problem.errors ?? []).map(fieldLine), ...(problem.itemErrors ?? []).map(itemLine)];
    super([headOf(problem), ...lines].join('\n'), hintFor(problem));
    this.exitCode = exitCodeOf(problem);
  }
}

// The sentence may list the fields once more, which stand below it one by one.
function headOf({ detail, errors = [] }: Problem): string {
  const at = errors[0] === undefined ? -1 : detail.indexOf(`${errors[0].field}: ${errors[0].message}`);
  return oneLine(at > 0 ? detail.slice(0, at).replace(/[\s:;,]+$/, '') : detail);
}

function exitCodeOf({ status }: Problem): ExitCode {
  if (status === 404) return ExitCode.notFound;
  if (status === 502 || status === 503 || status === 504) return ExitCode.unreachable;
  return [400, 405, 413, 415, 422].includes(status) ? ExitCode.usage : ExitCode.failed;
}

/** Refusals for want of a permission. */
const RIGHTS = [
  'gateway/forbidden',
  'gateway/not-for-others',
  'gateway/beyond-own-rights',
  'operation/forbidden',
];

function hintFor({ status, code = '', taskRunId, retryAfterMs }: Problem): string | undefined {
  if (status === 401) return 'say who you are: jobhunter login, or set JOBHUNTER_KEY';
  if (RIGHTS.includes(code))
    return 'see what you may do: jobhunter whoami; an administrator can make a key that may do more';
  if (retryAfterMs !== undefined) return `try again in ${Math.ceil(retryAfterMs / 1_000)} s`;
  if (taskRunId !== undefined) return `its record: jobhunter task-run inspect ${taskRunId}`;
  if (status === 503) return 'see what is missing with `jobhunter doctor`';
  return undefined;
}

function fieldLine({ field, value, message }: NonNullable<Problem['errors']>[number]): string {
  const got = value === undefined ? '' : ` (it was ${short(value)})`;
  return `  ${field === '' ? 'the input' : oneLine(field)}: ${oneLine(message)}${got}`;
}

const itemLine = ({ item, message }: NonNullable<Problem['itemErrors']>[number]): string =>
  `  ${oneLine(item)}: ${oneLine(message)}`;

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return oneLine(text.length > 80 ? `${text.slice(0, 79)}…` : text);
}

function isLocal(url: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname);
}
