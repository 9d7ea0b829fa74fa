import type { LoggerService } from '@nestjs/common';
import { isObservable, lastValueFrom } from 'rxjs';
import { millis } from '#libs/run-log';
import type { Execution, Outcome } from '#libs/run-log';
import { ForbiddenError } from './authorize.js';
import type { Authorize } from './authorize.js';
import type { OperationContract } from './contract.js';
import { fieldsOf } from './dto-shape.js';
import { toErrorRecord } from './error-record.js';
import { RetryableError, TerminalError } from './errors.js';
import { refsIn } from './result-refs.js';
import { RunContext } from './run-context.js';
import type { RunSurroundings } from './run-context.js';
import { Redactor } from './sensitive.js';
import { AmbiguousError, CancelledError, OperationTimeoutError } from './stop-reasons.js';
import type { StopReason } from './stop-reasons.js';
import type { Stop } from './stop.js';
import { checkDto, sentenceOf } from './validation.js';
import { runsOnce } from './work.js';
import type { Ended, Handler, Work } from './work.js';

/** Node's longest timer. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

export interface RunnerOptions {
  readonly authorize: Authorize;
  /** How long a handler that was told to stop may take to do so before its slot is freed, in milliseconds. */
  readonly stopGraceMs: number;
  readonly surroundings: RunSurroundings;
  readonly logger: LoggerService;
}

/**
 * Runs one execution and tells how it ended. It neither reads nor writes the log: those who do are TaskWorker
 * and DirectCalls.
 *
 * 1. It never throws: whatever happens becomes an outcome.
 * 2. What it refuses (version, permission, input) is an outcome too.
 * 3. It returns at the latest `stopGraceMs` after the execution was told to stop.
 * 4. `recorded` holds no sensitive value.
 */
export class Runner {
  constructor(private readonly options: RunnerOptions) {}

  async run(work: Work, handler: Handler): Promise<Ended> {
    const { contract, execution, stop } = work;
    const startedAt = Date.now();
    const timeoutMs = Math.min(execution.timeoutMs ?? contract.timeoutMs, LONGEST_TIMEOUT);
    const redactor = Redactor.for(contract.input, contract.output, execution.input);
    const context = new RunContext(
      work,
      this.options.surroundings,
      this.options.logger,
      execution.actor,
      startedAt + timeoutMs,
      redactor,
    );
    const timer = setTimeout(
      () => stop.abort(new OperationTimeoutError(contract.name, timeoutMs)),
      timeoutMs,
    );
    try {
      const settled = stop.reason
        ? { stopped: stop.reason }
        : await settle(
            context.within(() => this.attempt(work, context, handler)),
            stop,
            this.options.stopGraceMs,
          );
      return this.ended(work, context, settled, startedAt);
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Gives the checked input; undefined for an execution that would be refused, for which room at a limit or an answer
   * out of the cache need not be looked for.
   */
  async admissible(contract: OperationContract, execution: Execution): Promise<object | undefined> {
    try {
      return await this.check(contract, execution);
    } catch {
      return undefined; // Running it will say why.
    }
  }

  private async check(contract: OperationContract, execution: Execution): Promise<object> {
    if (execution.contractVersion !== contract.version)
      throw new UnsupportedVersionError(contract, execution.contractVersion);
    const allowed = await this.options.authorize({ contract, actor: execution.actor });
    if (!allowed) throw new ForbiddenError(contract, execution.actor);
    const input = await checkDto(contract.input, execution.input);
    if (input.ok) return input.value;
    throw new TerminalError(
      'operation/invalid-input',
      sentenceOf(`the input of ${contract.name}`, input.fields),
      input.fields,
    );
  }

  private async attempt(work: Work, context: RunContext, handler: Handler): Promise<object> {
    const { contract, execution } = work;
    const input = await this.check(contract, execution);
    work.stop.throwIfAborted();
    context.begun = true;
    const returned = await handler(input, context);
    const answer: unknown = isObservable(returned)
      ? await lastValueFrom(returned, { defaultValue: undefined })
      : returned;
    return checkedOutput(contract, answer, execution.taskRunId);
  }

  private ended(work: Work, context: RunContext, settled: Settled, startedAt: number): Ended {
    const { contract } = work;
    const valueStands =
      settled.value !== undefined &&
      (!settled.stopped ||
        runsOnce(work) ||
        !(settled.stopped instanceof OperationTimeoutError || settled.stopped instanceof CancelledError));
    const verdict =
      settled.value !== undefined && valueStands
        ? verdictOn(contract, settled.value)
        : settled.stopped
          ? verdictOfStop(work, settled.stopped, context.begun)
          : ({ status: 'failed', error: toErrorRecord(settled.thrown) } as const);
    const resultRefs =
      'result' in verdict && verdict.result instanceof Object ? refsIn(contract, verdict.result) : [];
    resultRefs.forEach((ref) => context.addResultRef(ref));
    const outcome: Outcome = {
      ...verdict,
      ...(context.resultRefs.length > 0 ? { resultRefs: context.resultRefs } : {}),
      ...(context.itemErrors.length > 0 ? { itemErrors: context.itemErrors } : {}),
      ...(context.lines ? { logEntries: context.lines.read() } : {}),
    };
    return {
      outcome,
      recorded: context.clean(outcome),
      startedAt: millis(startedAt),
      finishedAt: millis(Date.now()),
      ...(settled.stopped && !valueStands ? { stopped: settled.stopped } : {}),
    };
  }
}

/** The caller knows another version of the contract than this process does; a newer process may know it. */
export class UnsupportedVersionError extends RetryableError {
  constructor(contract: OperationContract, asked: number) {
    super(
      'operation/unsupported',
      `${contract.name} was asked for in version ${asked}; this process knows version ${contract.version}`,
    );
  }
}

interface Settled {
  readonly value?: object;
  readonly thrown?: unknown;
  /** Set when the execution was told to stop before it settled. */
  readonly stopped?: StopReason;
}

/** Waits for the handler; once it is told to stop, for no longer than the grace. */
function settle(handled: Promise<object>, stop: Stop, graceMs: number): Promise<Settled> {
  return new Promise((resolve) => {
    let grace: NodeJS.Timeout | undefined;
    const stopped = (): Pick<Settled, 'stopped'> => (stop.reason ? { stopped: stop.reason } : {});
    const finish = (settled: Settled): void => {
      stop.onAbort(undefined);
      clearTimeout(grace);
      resolve({ ...settled, ...stopped() });
    };
    stop.onAbort(() => {
      grace = setTimeout(() => resolve(stopped()), graceMs);
    });
    handled.then(
      (value) => finish({ value }),
      (thrown: unknown) => finish({ thrown }),
    );
  });
}

/** Checks what a handler returned as it will be recorded: as JSON. */
async function checkedOutput(
  contract: OperationContract,
  answer: unknown,
  taskRunId: string,
): Promise<object> {
  const plain: unknown = JSON.parse(JSON.stringify(answer ?? {}));
  const named =
    fieldsOf(contract.output).has('taskRunId') && typeof plain === 'object' && plain !== null
      ? { ...plain, taskRunId }
      : plain;
  const output = await checkDto(contract.output, named);
  if (output.ok) return output.value;
  throw new TerminalError(
    'operation/invalid-output',
    sentenceOf(`the output of ${contract.name}`, output.fields),
    output.fields,
  );
}

/** An answer that says `success: false` is kept, and the record is failed all the same. */
function verdictOn(contract: OperationContract, result: object): Outcome {
  if (!('success' in result) || result.success !== false) return { status: 'success', result };
  const told = ['message', 'errorMessage', 'error']
    .map((field) => (result as Readonly<Record<string, unknown>>)[field])
    .find((text) => typeof text === 'string' && text !== '');
  const message = typeof told === 'string' ? told : `${contract.name} answered success: false`;
  return {
    status: 'failed',
    result,
    error: { code: 'operation/unsuccessful', message, disposition: 'terminal' },
  };
}

function verdictOfStop(work: Work, reason: StopReason, begun: boolean): Outcome {
  // Stopped in the middle, a thing that may happen only once may have happened.
  const inDoubt = begun && runsOnce(work);
  if (reason instanceof CancelledError && !inDoubt) return { status: 'cancelled', reason: reason.reason };
  const error = inDoubt ? new AmbiguousError(work.contract.name, reason.message) : reason;
  return { status: 'failed', error: toErrorRecord(error) };
}
