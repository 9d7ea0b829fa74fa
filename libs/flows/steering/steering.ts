import { randomUUID } from 'node:crypto';
import { BodyTooLargeError } from '#libs/run-log';
import type { FlowRunId, Resolution, RunEvent, RunLog } from '#libs/run-log';
import type { FlowRegistry } from '../orchestrator/registry.js';
import type { StartedRun } from '../orchestrator/start-run.js';
import { ContinuingError, RunEndedError, TooLargeError, UnknownRunError } from './errors.js';
import { judgeApproval, judgeCancel, judgePause, judgeResume, judgeSignal, type Judged } from './judge.js';
import type { ApprovalRef, ApprovalReply, ApprovalScope, By, RestartRequest, Steered } from './requests.js';
import { restartRun } from './restart-run.js';
import type { RunView } from './run-view.js';
import { viewRun } from './view-run.js';

/** What is looked for in the runs of a chain on the way to the last. */
type Sought = (event: RunEvent) => boolean;

/** One run of a chain: the last one's view, or which goes on with its work; neither where it has no start yet. */
interface Looked {
  readonly view?: RunView;
  readonly next?: FlowRunId;
  /** Where it has first what was sought. */
  readonly found?: Pick<Steered, 'runId' | 'seq'>;
}

type Opened = Looked & { readonly view: RunView };

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
    const { id } = signal;
    // The broker remembers message ids for two minutes only, and each run's apart.
    const isSame: Sought = (event) => event.type === 'SignalSent' && event.id === id;
    const { view, found } = await this.open(runId, id === undefined ? {} : { sought: isSame });
    if (found) return { ...found, duplicate: true };
    return this.store(view, judgeSignal(by.actor, signal, randomUUID), by);
  }

  async approve(
    runId: FlowRunId,
    which: ApprovalRef,
    { follow = true, ...answer }: ApprovalReply & ApprovalScope,
    by: By,
  ): Promise<Steered> {
    const { view } = await this.open(runId, { follow });
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
    { sought, follow = true }: { readonly sought?: Sought; readonly follow?: boolean } = {},
  ): Promise<Opened> {
    let before: Looked = {};
    for (let at = runId; ;) {
      const { view, next, found } = await this.look(at, before.found ? undefined : sought);
      if (found) before = { found };
      if (view) return { view, ...before };
      if (next === undefined && at === runId) throw new UnknownRunError(runId);
      if (next === undefined) throw new ContinuingError(runId, 'which is about to start');
      if (!follow) throw new ContinuingError(runId, 'which was not meant');
      at = next;
    }
  }

  /** Reads one run of a chain, and keeps nothing of its history: a chain may be long. */
  private async look(at: FlowRunId, sought: Sought | undefined): Promise<Looked> {
    const history = await this.log.readRun(at);
    const view = viewRun(history);
    if (!view && history.unreadable) throw history.unreadable;
    if (!view) return {};
    const { end } = view;
    if (end && end.status !== 'continued') throw new RunEndedError(at, end);
    const same = sought && history.events.find(({ event }) => sought(event));
    const found = same ? { found: { runId: at, seq: same.position.seq } } : {};
    return end ? { next: end.nextRunId, ...found } : { view, ...found };
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
