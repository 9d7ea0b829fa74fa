import { flowRunId, millis } from '#libs/run-log';
import type { CallEvent, ErrorRecord, Outcome, RunLog, StreamSeq, TraceContext } from '#libs/run-log';
import { inSpan, newTrace } from '#libs/telemetry';
import { settleExecution } from './actor.js';
import type { Admissions } from './admissions.js';
import { toErrorRecord } from './error-record.js';
import { countEnd } from './figures.js';
import { keepTrying } from './keep-trying.js';
import type { Runner } from './runner.js';
import { redact } from './sensitive.js';
import type { Stop } from './stop.js';
import { ShuttingDownError } from './stop-reasons.js';
import { storeOutcome } from './store-outcome.js';
import type { Ended, Handler, Work } from './work.js';

/** What a caller gets back. */
export interface Answer {
  readonly outcome: Outcome;
  /** Where the outcome lies in CALLS, when it lies there just as the caller may see it. */
  readonly storedAt?: StreamSeq;
}

type CallClaimed = Extract<CallEvent, { type: 'CallClaimed' }>;

/** At least so long a finished call tries to store its outcome, however short its own time was. */
const LEAST_STORE_MS = 2_000;

/**
 * Runs calls that come without the orchestrator: from this process, by request and reply, or from inside another
 * operation. All three leave the same record.
 *
 * 1. The claim goes out before the handler begins and nobody waits for it; it carries the call's deadline.
 * 2. `run` resolves only when the outcome is stored, and the claim too.
 * 3. A contract without records publishes nothing.
 * 4. A call that finds no room at one of its limits is refused; nobody waits.
 */
export class DirectCalls {
  private readonly inHand = new Map<Stop, Promise<unknown>>();
  private closing = false;

  constructor(
    private readonly log: Pick<RunLog, 'call'>,
    private readonly runner: Runner,
    private readonly by: string,
    private readonly service: string,
    private readonly admissions: Admissions,
  ) {}

  /** Calls in hand. */
  get size(): number {
    return this.inHand.size;
  }

  /** Never throws: what goes wrong is the answer's outcome. */
  async run(call: Work, handler: Handler): Promise<Answer> {
    if (this.closing) call.stop.abort(new ShuttingDownError(this.service));
    const running = this.traced(call, handler);
    this.inHand.set(call.stop, running);
    try {
      return await running;
    } catch (error) {
      return { outcome: { status: 'failed', error: toErrorRecord(error) } };
    } finally {
      this.inHand.delete(call.stop);
    }
  }

  /** Refuses new calls, lets those in hand finish until `grace` is aborted, then stops them. */
  async close(grace: AbortSignal): Promise<void> {
    this.closing = true;
    const stopAll = (): void => {
      for (const stop of this.inHand.keys()) stop.abort(new ShuttingDownError(this.service));
    };
    if (grace.aborted) stopAll();
    else grace.addEventListener('abort', stopAll, { once: true });
    await Promise.allSettled(this.inHand.values());
    grace.removeEventListener('abort', stopAll);
  }

  private traced(call: Work, handler: Handler): Promise<Answer> {
    const { contract } = call;
    const execution = settleExecution(contract, call.execution);
    const parent = call.trace.traceparent ? call.trace : newTrace();
    const attributes = {
      'operation.service': contract.service,
      'operation.task_run_id': execution.taskRunId,
      ...(call.flowRunId ? { 'operation.flow_run_id': call.flowRunId } : {}),
    };
    return inSpan(`operation ${contract.name}`, { parent, kind: 'server', attributes }, async (span) => {
      const work: Work = { ...call, execution, trace: span.trace };
      const answer = execution.createTaskrun
        ? await this.recorded(work, handler, span.trace)
        : { outcome: (await this.execute(work, handler)).outcome };
      if (answer.outcome.status === 'failed') span.fail(answer.outcome.error.message);
      return answer;
    });
  }

  private async execute(work: Work, handler: Handler): Promise<Ended> {
    const ended = await this.admitted(work, handler);
    countEnd('call', work.contract, ended.outcome, ended);
    return ended;
  }

  private async admitted(work: Work, handler: Handler): Promise<Ended> {
    const startedAt = Date.now();
    const leave = await this.admissions.ofCall(work.contract, work.execution, work.stop);
    if (leave.granted) {
      try {
        return await this.runner.run(work, handler);
      } finally {
        await leave.giveBack();
      }
    }
    if ('stopped' in leave) return this.runner.run(work, handler);
    const { outcome } = leave;
    return { outcome, recorded: outcome, startedAt, finishedAt: Date.now() };
  }

  private async recorded(work: Work, handler: Handler, trace: TraceContext): Promise<Answer> {
    const { contract, execution } = work;
    const startedAt = millis(Date.now());
    const deadline = millis(startedAt + (execution.timeoutMs ?? contract.timeoutMs));
    const claim: CallClaimed = {
      type: 'CallClaimed',
      ...execution,
      input: redact(contract.input, execution.input),
      startedAt,
      deadline,
      by: this.by,
      ...(work.flowRunId ? { flowRunId: work.flowRunId } : {}),
      ...(work.parentTaskRunId ? { parentTaskRunId: work.parentTaskRunId } : {}),
    };
    const claimed = this.log.call(claim, trace).then(
      () => undefined,
      (error: unknown) => toErrorRecord(error),
    );
    const ended = await this.execute(work, handler);
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), Math.max(deadline - Date.now(), LEAST_STORE_MS));
    try {
      return await this.store(work, ended, claim, claimed, patience.signal, trace);
    } finally {
      clearTimeout(timer);
    }
  }

  private async store(
    work: Work,
    ended: Ended,
    claim: CallClaimed,
    claimed: Promise<ErrorRecord | undefined>,
    until: AbortSignal,
    trace: TraceContext,
  ): Promise<Answer> {
    const finished = await this.finish(work, ended, claim.startedAt, until, trace);
    const refused = await claimed;
    if (refused) {
      // The outcome got through where the claim did not: without a claim it would belong to nothing.
      const again =
        refused.disposition === 'retry' ? claim : { ...claim, input: { omitted: refused.message } };
      await keepTrying(() => this.log.call(again, trace), until);
    }
    if (finished.outcome !== ended.recorded) return { outcome: finished.outcome };
    return ended.recorded === ended.outcome
      ? { outcome: ended.outcome, storedAt: finished.stored }
      : { outcome: ended.outcome };
  }

  private finish(
    { contract, execution }: Work,
    ended: Ended,
    startedAt: number,
    until: AbortSignal,
    trace: TraceContext,
  ) {
    const store = (outcome: Outcome): Promise<StreamSeq> =>
      this.log.call(
        {
          type: 'CallFinished',
          taskRunId: execution.taskRunId,
          service: contract.service,
          operation: contract.name,
          startedAt: millis(startedAt),
          finishedAt: millis(ended.finishedAt),
          by: this.by,
          outcome,
        },
        trace,
      );
    return storeOutcome(ended.recorded, store, until);
  }
}

/** Under which run a call's progress and log lines are shown: its flow's, or one of its own. */
export function liveRunOf(work: Work) {
  return work.flowRunId ?? flowRunId(work.execution.taskRunId);
}
