import type { ErrorRecord, FlowRunId, Resolution } from '#libs/run-log';
import { exportRun, type RunExport } from '../../steering/export-run.js';
import type { RunResult } from '../../steering/follow-result.js';
import type { ApprovalReply } from '../../steering/requests.js';
import type { RunView } from '../../steering/run-view.js';
import type { Word } from '../simulated-run.js';
import type { EnvironmentParts } from './environment-parts.js';

/** The run failed, was cancelled or is halted, where its result was asked for. */
export class NoResultError extends Error {
  constructor(
    readonly runId: FlowRunId,
    readonly status: 'failed' | 'cancelled' | 'halted',
    readonly record?: ErrorRecord,
  ) {
    super(
      `run ${runId} has no result: it is ${status}${record ? ` (${record.code}: ${record.message})` : ''}`,
    );
    this.name = 'NoResultError';
  }

  /** The code of what the run failed or halted with. */
  get code(): string | undefined {
    return this.record?.code;
  }
}

/** Nothing more will happen to the run by itself: it waits for something that only the test can say. */
export class RunWaitsError extends Error {
  constructor(readonly view: RunView) {
    super(
      `run ${view.runId} is ${view.standing} and waits for what nobody is going to say: ${waitsFor(view)}`,
    );
    this.name = 'RunWaitsError';
  }
}

type Answer = Omit<ApprovalReply, 'approved'> & {
  /** Who answers; the person that the run works for, if left out. */
  readonly userId?: string;
};

/**
 * One run in a test environment. What is said to it goes the way that it goes from outside, so what is refused there
 * (an approval that is answered already, say) is refused here with the same error. Every method resolves once nothing
 * more is to be done without time going on.
 */
export class TestRun {
  constructor(
    readonly runId: FlowRunId,
    private readonly parts: EnvironmentParts,
  ) {}

  /**
   * Lets time go on from one moment at which something is due to the next until the run, or the one that goes on with
   * its work, has ended; gives its result. Throws NoResultError where it has none, RunWaitsError where it never ends.
   */
  async result<R = unknown>(): Promise<R> {
    const end = await this.end();
    if (end.status === 'completed') return end.result as R;
    throw new NoResultError(this.runId, end.status, 'error' in end ? end.error : undefined);
  }

  /** Like `result`, but tells of every way to end; a halt is one. */
  end(): Promise<RunResult> {
    return this.parts.endOf(this.runId);
  }

  /** How it stands. */
  view(): Promise<RunView> {
    return this.parts.steering.describe(this.runId);
  }

  /** Its whole history, as `jobhunter flow-run export` writes it and `replay` reads it. */
  export(): Promise<RunExport> {
    return exportRun(this.parts.log, this.runId);
  }

  async signal(name: string, payload: unknown = null, options: { readonly id?: string } = {}): Promise<void> {
    const by = await this.by();
    await this.parts.steering.signal(this.runId, { name, payload, ...options }, by);
    await this.parts.settle();
  }

  /** Says yes to the approval of that name or step; to the only open one, if left out. */
  approve(which?: string | number, answer: Answer = {}): Promise<void> {
    return this.answer(which, true, answer);
  }

  /** Says no to the approval of that name or step; to the only open one, if left out. */
  decline(which?: string | number, answer: Answer = {}): Promise<void> {
    return this.answer(which, false, answer);
  }

  async cancel(reason?: string): Promise<void> {
    await this.parts.steering.cancel(this.runId, reason, await this.by());
    await this.parts.settle();
  }

  async pause(reason?: string): Promise<void> {
    await this.parts.steering.pause(this.runId, reason, await this.by());
    await this.parts.settle();
  }

  /** Ends a pause or a halt, with a word on each task that is in question. */
  async resume(words: readonly Word[] = []): Promise<void> {
    const { steps } = await this.view();
    const resolutions = words.map(({ step: number, ...word }): Resolution => {
      const taskRunId = steps.find((step) => step.number === number)?.taskRunId;
      if (!taskRunId) throw new Error(`step ${number} of run ${this.runId} is no task`);
      return { taskRunId, ...word };
    });
    const said = resolutions.length > 0 ? resolutions : undefined;
    await this.parts.steering.resume(this.runId, said, await this.by());
    await this.parts.settle();
  }

  /** Starts a new run that begins with what this one, which has ended, had done before `fromStep`. */
  async restart(request: { readonly fromStep?: number; readonly input?: object } = {}): Promise<TestRun> {
    const { runId } = await this.parts.steering.restart(this.runId, request, await this.by());
    await this.parts.settle();
    return new TestRun(runId, this.parts);
  }

  private async answer(
    which: string | number | undefined,
    approved: boolean,
    { userId, ...reply }: Answer,
  ): Promise<void> {
    const by = await this.by(userId);
    const ref = which === undefined ? {} : typeof which === 'string' ? { name: which } : { step: which };
    await this.parts.steering.approve(this.runId, ref, { approved, ...reply }, by);
    await this.parts.settle();
  }

  private async by(userId?: string) {
    await this.parts.settle();
    const { actor } = await this.view();
    return { actor: userId === undefined ? actor : { ...actor, userId } };
  }
}

function waitsFor({ halted, paused, approvals, signals, steps }: RunView): string {
  const open = [
    ...(halted ? [`a person, after a halt (${halted.error.message})`] : []),
    ...(paused ? ['the end of a pause'] : []),
    ...approvals.map(({ name }) => `approval ${name}`),
    ...signals.map(({ name }) => `signal ${name}`),
    ...steps
      .filter(({ state, kind }) => state === 'pending' && kind !== 'approval' && kind !== 'signal')
      .map(({ number, kind, name }) => `step ${number} (${kind} ${name})`),
  ];
  return open.length > 0 ? open.join(', ') : 'nothing that its log names';
}
