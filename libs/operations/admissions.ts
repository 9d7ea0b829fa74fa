import { millis } from '#libs/run-log';
import type { Execution, Outcome, TaskScheduled } from '#libs/run-log';
import type { OperationContract } from './contract.js';
import { toErrorRecord } from './error-record.js';
import { GaveUpError, keepTrying } from './keep-trying.js';
import { RateLimitedError } from './limits/limiter.js';
import type { Limiter } from './limits/limiter.js';
import type { LaneGate } from './limits/lane-gate.js';
import type { Runner } from './runner.js';
import type { Stop } from './stop.js';

/** Leave to begin, to be given back at the end, or what is to be said in place of beginning. */
export type Leave =
  | { readonly granted: true; giveBack(): Promise<void> }
  | { readonly granted: false; readonly outcome: Outcome }
  /** The execution was told to stop before it could begin. */
  | { readonly granted: false; readonly stopped: true };

const FREE: Leave = { granted: true, giveBack: () => Promise.resolve() };

/** Lets executions begin when there is room for them, and says what becomes of those that find none. */
export class Admissions {
  constructor(
    private readonly runner: Runner,
    private readonly gate: LaneGate,
    private readonly limiter: Limiter,
  ) {}

  /** Tells whether tasks of the operation need leave at all. */
  concern(contract: OperationContract): boolean {
    return contract.limits.length > 0 || this.gate.counts(contract);
  }

  /**
   * Waits for room in its lane, and asks for room at the operation's keyed limits; without it the task is deferred.
   * Throws GaveUpError where the limits cannot be looked at before `stop` is aborted.
   */
  async ofTask(
    contract: OperationContract,
    execution: Execution,
    task: TaskScheduled,
    stop: Stop,
  ): Promise<Leave> {
    const holder = `${task.taskRunId}.${task.attempt}`;
    const place = await this.gate.pass(contract, task.lane, holder, stop);
    const giveBack = async (): Promise<void> => place?.giveBack();
    try {
      if (stop.signal.aborted) return await without(giveBack, { granted: false, stopped: true });
      const leave = await this.atLimits(contract, execution, holder, stop);
      if (!leave.granted) return await without(giveBack, leave);
      return {
        granted: true,
        giveBack: async () => {
          await Promise.all([leave.giveBack(), giveBack()]);
        },
      };
    } catch (error) {
      await giveBack();
      throw error;
    }
  }

  /** Asks for room at the operation's keyed limits; a direct call without it is refused, and may try again. */
  async ofCall(contract: OperationContract, execution: Execution, stop: Stop): Promise<Leave> {
    if (contract.limits.length === 0) return FREE;
    try {
      const input = await this.runner.admissible(contract, execution);
      if (!input) return FREE;
      const { actor, taskRunId: holder } = execution;
      const applicant = { input, actor, holder, comesBack: false, stop };
      const admission = await this.limiter.admit(contract, applicant);
      if (admission.admitted) return { granted: true, giveBack: () => admission.release() };
      const retryAfterMs = Math.max(1, admission.until - Date.now());
      return failed(new RateLimitedError(contract.name, admission.limit, retryAfterMs));
    } catch (error) {
      return failed(error);
    }
  }

  private async atLimits(
    contract: OperationContract,
    execution: Execution,
    holder: string,
    stop: Stop,
  ): Promise<Leave> {
    if (contract.limits.length === 0) return FREE;
    const input = await this.runner.admissible(contract, execution);
    if (!input) return FREE;
    const applicant = { input, actor: execution.actor, holder, comesBack: true, stop };
    try {
      const admission = await keepTrying(() => this.limiter.admit(contract, applicant), stop.signal);
      if (admission.admitted) return { granted: true, giveBack: () => admission.release() };
      return { granted: false, outcome: { status: 'deferred', until: millis(admission.until) } };
    } catch (error) {
      if (error instanceof GaveUpError) throw error;
      return failed(error);
    }
  }
}

const failed = (error: unknown): Leave => ({
  granted: false,
  outcome: { status: 'failed', error: toErrorRecord(error) },
});

async function without(giveBack: () => Promise<void>, leave: Leave): Promise<Leave> {
  await giveBack();
  return leave;
}
