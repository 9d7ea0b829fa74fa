import { randomUUID } from 'node:crypto';
import { BodyTooLargeError } from '#libs/run-log';
import type { FlowRunId, Resolution, RunHistory, RunLog } from '#libs/run-log';
import { RetryableError } from '#libs/operations';
import type { FlowRegistry } from '../orchestrator/registry.js';
import type { StartedRun } from '../orchestrator/start-run.js';
import { RunEndedError, TooLargeError, UnknownRunError } from './errors.js';
import { judgeApproval, judgeCancel, judgePause, judgeResume, judgeSignal, type Judged } from './judge.js';
import type { ApprovalRef, ApprovalReply, By, RestartRequest, Steered } from './requests.js';
import { restartRun } from './restart-run.js';
import type { RunView } from './run-view.js';
import { viewRun } from './view-run.js';

/** A run of a chain, as it was read on the way to the last. */
interface Walked {
  readonly of: FlowRunId;
  readonly history: RunHistory;
}

/**
 * Checks what is asked of runs against their histories, and stores it. Between the reading and the storing the run may
 * go on: the engine leaves out what no longer fits, so a race does no harm.
 */
export class Steering {
  constructor(
    private readonly log: RunLog,
    private readonly registry: FlowRegistry,
  ) {}

  async signal(
    runId: FlowRunId,
    signal: { readonly name: string; readonly payload: unknown; readonly id?: string },
    by: By,
  ): Promise<Steered> {
    const { view, walked } = await this.open(runId);
    // The broker remembers message ids for two minutes only, and each run's apart.
    for (const { of, history } of signal.id === undefined ? [] : walked) {
      const before = history.events.find(({ event }) => saidBefore(event, signal.id!));
      if (before) return { runId: of, seq: before.position.seq, duplicate: true };
    }
    return this.store(view, judgeSignal(by.actor, signal, randomUUID), by);
  }

  async approve(runId: FlowRunId, which: ApprovalRef, answer: ApprovalReply, by: By): Promise<Steered> {
    const { view } = await this.open(runId);
    return this.store(view, judgeApproval(view, by.actor, which, answer), by);
  }

  async pause(runId: FlowRunId, reason: string | undefined, by: By): Promise<Steered> {
    const { view } = await this.open(runId);
    return this.store(view, judgePause(view, by.actor, reason), by);
  }

  async resume(runId: FlowRunId, resolutions: readonly Resolution[] | undefined, by: By): Promise<Steered> {
    const { view } = await this.open(runId);
    return this.store(view, judgeResume(view, by.actor, resolutions), by);
  }

  async cancel(runId: FlowRunId, reason: string | undefined, by: By): Promise<Steered> {
    const { view } = await this.open(runId);
    return this.store(view, judgeCancel(view, by.actor, reason), by);
  }

  restart(runId: FlowRunId, request: RestartRequest, by: By): Promise<StartedRun> {
    return restartRun(this.log, this.registry, runId, request, by);
  }

  async describe(runId: FlowRunId): Promise<RunView> {
    const history = await this.log.readRun(runId);
    const view = viewRun(history);
    if (!view) throw history.unreadable ?? new UnknownRunError(runId);
    return view;
  }

  /** Finds the run that does the work now: what is said to one that was continued is meant for its successor. */
  private async open(
    runId: FlowRunId,
  ): Promise<{ readonly view: RunView; readonly walked: readonly Walked[] }> {
    const walked: Walked[] = [];
    for (let at = runId; ;) {
      const history = await this.log.readRun(at);
      walked.push({ of: at, history });
      const view = viewRun(history);
      if (!view && at === runId) throw history.unreadable ?? new UnknownRunError(runId);
      if (!view)
        throw new RetryableError(
          'flow/continuing',
          `run ${runId} goes on as ${at}, which is about to start`,
          500,
        );
      if (!view.end) return { view, walked };
      if (view.end.status !== 'continued') throw new RunEndedError(at, view.end);
      at = view.end.nextRunId;
    }
  }

  private async store(
    { runId }: RunView,
    { event, messageId, note }: Judged,
    { trace }: By,
  ): Promise<Steered> {
    try {
      return {
        runId,
        ...(await this.log.request(runId, event, messageId, trace)),
        ...(note ? { note } : {}),
      };
    } catch (error) {
      if (error instanceof BodyTooLargeError)
        throw new TooLargeError(error.eventType, error.bytes, error.limit);
      throw error;
    }
  }
}

const saidBefore = (event: RunHistory['events'][number]['event'], id: string): boolean =>
  event.type === 'SignalSent' && event.id === id;
