import { randomUUID } from 'node:crypto';
import { ClaimTakenError, ORCHESTRATOR_HOLDER, taskRunId } from '#libs/run-log';
import type { Delivery, FlowRunId, TraceContext, Trigger } from '#libs/run-log';
import type { ActorEnvironment } from './actor-environment.js';
import { claimKey, type ReadHistory } from './history.js';

/** Marks of processes that began a trigger and did not live to acknowledge it: with the first, which leaves none, three. */
const POISON_MARKS = 2;

/** What an orchestrator claims of a run: tasks that nobody has begun in time, and triggers that are begun again. */
export class RunClaims {
  constructor(
    private readonly env: Pick<ActorEnvironment, 'log' | 'self'>,
    private readonly run: { readonly runId: FlowRunId; readonly trace: TraceContext },
    /** Beginnings of tasks that were claimed, as far as the run's history told when it was read. */
    private readonly begun: ReadHistory['claims'],
  ) {}

  /**
   * Whether nobody had begun the task whose time to be begun is over. Who has the claim decides, and there is one for
   * ever, so the answer is the same at every replay.
   */
  async isUnbegun(timerId: string): Promise<boolean> {
    const [, step, attempt] = /^start-by-(\d+)-(\d+)$/.exec(timerId) ?? [];
    if (step === undefined) return false;
    const { runId, trace } = this.run;
    const task = taskRunId(`${runId}-${step}`);
    const holder = this.begun.get(claimKey(task, Number(attempt)));
    if (holder !== undefined) return holder === ORCHESTRATOR_HOLDER;
    const claim = { taskRunId: task, attempt: Number(attempt), holder: ORCHESTRATOR_HOLDER, nonce: timerId };
    try {
      await this.env.log.claim(runId, { type: 'TaskClaimed', ...claim }, trace);
      return true;
    } catch (error) {
      if (error instanceof ClaimTakenError) return false;
      throw error;
    }
  }

  /**
   * Marks that a trigger is begun again. Returns what is wrong with one that three processes began and did not live to
   * finish: from the second time on each marks that it begins, and whoever decided anything after the last mark has gone
   * over the trigger and lived. Handing out alone proves nothing: a process that ends in order hands back, and acks are
   * lost with a broker. Nor do marks of this process: it lives, and what it settles late, on a machine that is busy, is
   * handed out again before the ack is there.
   */
  async markBegun(
    { position, deliveries }: Delivery<Trigger>,
    { marks, lastDecision }: ReadHistory,
  ): Promise<Error | undefined> {
    const { log, self } = this.env;
    const mark = taskRunId(`trigger-${position.seq}`);
    const begun = marks.get(mark);
    const deaths = begun?.by.filter((holder) => holder !== self).length ?? 0;
    if (begun && deaths >= POISON_MARKS && lastDecision < begun.last) {
      return new Error(
        `the trigger at sequence ${position.seq} was begun ${deaths + 1} times, and no process lived to finish it`,
      );
    }
    const claim = { taskRunId: mark, attempt: deliveries, holder: self, nonce: randomUUID() };
    try {
      await log.claim(this.run.runId, { type: 'TaskClaimed', ...claim }, this.run.trace);
    } catch (error) {
      // A broker that crashed counts some hand-outs twice: the mark is there, which is all that is wanted.
      if (!(error instanceof ClaimTakenError)) throw error;
    }
    return undefined;
  }
}
