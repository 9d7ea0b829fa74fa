import type {
  ChildEnd,
  DecisionEvent,
  FlowRunId,
  Millis,
  RunLog,
  StartRequested,
  StoredInRun,
  StreamSeq,
  TraceContext,
  Trigger,
} from '#libs/run-log';
import { toErrorRecord } from '../core/index.js';
import type { ReadHistory, RunEnding } from './history.js';
import type { KeptValues } from './kept-values.js';
import type { FlowRegistry } from './registry.js';
import { startRun } from './start-run.js';

/** What the effects of a run are done in the name of. */
export interface RunIdentity {
  readonly runId: FlowRunId;
  readonly start: StartRequested;
  readonly trace: TraceContext;
}

/** How a run ended, as those are told who keep count of it. */
export type EndStatus = ChildEnd['status'];

/** A run that has ended, and all those whose work it went on with. */
export interface EndedRun {
  /** The first of its chain. */
  readonly runId: FlowRunId;
  /** How the last of them began. */
  readonly start: StartRequested;
  readonly end: ChildEnd;
  /** By the broker's clock. */
  readonly at: Millis;
  readonly trace: TraceContext;
}

/** Is told, once or more often, that a run has ended, whoever started it. */
export type TellDeployment = (ended: EndedRun) => Promise<void>;

type Decision<T extends DecisionEvent['type']> = Extract<DecisionEvent, { type: T }>;

/** So many at a time go to the broker, which would otherwise have to hold them all. */
const AT_ONCE = 256;

/*
 * What decisions ask of the world outside the fence: timers, children, values, and word to those who wait.
 *
 * It is done after the decision is stored, with ids that follow from it, so that doing it again does no harm; and it is
 * all asserted again when a run is taken over.
 */
export class Effects {
  constructor(
    private readonly log: RunLog,
    private readonly registry: FlowRegistry,
    private readonly values: KeptValues,
    private readonly tellDeployment?: TellDeployment,
  ) {}

  /** Does what must be done before decisions are stored. */
  async prepare({ start, runId }: RunIdentity, decisions: readonly DecisionEvent[]): Promise<void> {
    const last = decisions.at(-1);
    if (last?.type !== 'FlowCompleted' && last?.type !== 'FlowContinued') return;
    for (const name of Object.keys(last.state ?? {})) await this.values.announce(start, name, runId);
  }

  /** Does what decisions ask for that were stored just now, the last of them at `seq`. */
  async follow(
    run: RunIdentity,
    decisions: readonly DecisionEvent[],
    seq: StreamSeq,
    at: Millis,
  ): Promise<void> {
    await inPieces(decisions.flatMap((decision) => this.askedBy(run, decision, seq, at)));
    // Only now: a child that was given up as it was asked for must have begun, or the word would reach nobody.
    const cancels = decisions.flatMap((decision) =>
      decision.type === 'ChildrenCancelled' ? this.cancelsOf(run, decision) : [],
    );
    if (cancels.length > 0) await inPieces(cancels);
  }

  /** Does again whatever a history does not show to be done, of timers those that the run still waits for. */
  async assertAgain(
    run: RunIdentity,
    history: ReadHistory,
    waitsFor: (timerId: string) => boolean,
  ): Promise<void> {
    const timers = history.waitingTimers.filter(({ timerId }) => waitsFor(timerId));
    await inPieces([
      ...timers.map((timer) => () => this.setTimer(run, timer)),
      ...history.openChildren.map((child) => () => this.startChild(run, child)),
      ...history.openValues.map((asked) => () => this.load(run, asked)),
    ]);
    await inPieces(history.cancelledChildren.map((child) => () => this.cancelChild(run, child)));
  }

  /** Does again what the end of a run asked for. */
  async assertEnd(run: RunIdentity, history: ReadHistory): Promise<void> {
    const { event, seq } = history.ending!;
    const at = history.triggers.at(-1)!.time;
    // Whoever asked for them has ended; they are to begin all the same.
    const detached = history.openChildren.filter((child) => child.detached);
    await inPieces(detached.map((child) => () => this.startChild(run, child)));
    await inPieces([
      ...history.cancelledChildren.map((child) => () => this.cancelChild(run, child)),
      () => this.end(run, event, seq, at),
    ]);
  }

  /** Takes timers back that nothing waits for any more. */
  async clearTimers({ runId }: RunIdentity, timerIds: readonly string[]): Promise<void> {
    await inPieces(timerIds.map((timerId) => () => this.log.clearTimers(runId, timerId)));
  }

  /** Hands on what was said to a run whose work another goes on with. */
  async forward(
    run: RunIdentity,
    { nextRunId, fedSeq }: Decision<'FlowContinued'>,
    { event, position }: StoredInRun<Trigger>,
  ): Promise<void> {
    if (position.seq <= fedSeq || (event.type !== 'SignalSent' && event.type !== 'CancelRequested')) return;
    // The broker forgets message ids after a while; what a run has heard it keeps.
    const id = `from-${run.runId}-${position.seq}`;
    await this.log.request(nextRunId, { id, ...event }, id, run.trace);
  }

  private askedBy(
    run: RunIdentity,
    decision: DecisionEvent,
    seq: StreamSeq,
    at: Millis,
  ): (() => Promise<unknown>)[] {
    switch (decision.type) {
      case 'TimerScheduled':
        return [() => this.setTimer(run, decision)];
      case 'ChildScheduled':
        return [() => this.startChild(run, decision)];
      case 'ValueRequested':
        return [() => this.load(run, decision)];
      case 'FlowCompleted':
      case 'FlowFailed':
      case 'FlowCancelled':
      case 'FlowContinued':
        return [() => this.end(run, decision, seq, at)];
      default:
        return [];
    }
  }

  private setTimer({ runId, trace }: RunIdentity, timer: Decision<'TimerScheduled'>): Promise<void> {
    return this.log.setTimer(runId, timer.timerId, timer.dueAt, trace);
  }

  private async startChild(run: RunIdentity, child: Decision<'ChildScheduled'>): Promise<void> {
    const { childRunId, flow, input, tags, step, detached, root } = child;
    const { triggeredBy } = run.start;
    try {
      await startRun(this.log, this.registry, {
        runId: childRunId,
        flow,
        // While builds change, another orchestrator may have it: the child is parked until one takes it up.
        evenUnknown: true,
        input,
        tags,
        lineage: {
          root,
          parent: { runId: run.runId, step, ...(detached ? { detached } : {}) },
          // Or a child whose end starts its parent's flow again would do so for ever.
          ...(triggeredBy ? { triggeredBy } : {}),
        },
        actor: { ...run.start.actor, channel: 'flow' },
        flags: run.start.flags,
        trace: run.trace,
      });
    } catch (error) {
      const record = toErrorRecord(error);
      if (record.disposition !== 'terminal') throw error;
      // Begun by a build that took its input, it goes on, and its end will be told.
      const { last } = await this.log.readRun(childRunId);
      if (last > 0) return;
      // Refused for good: the parent learns of it as of any other failure.
      const { traceback: _, ...kept } = record;
      if (!detached)
        await this.tell(run.runId, step, childRunId, { status: 'failed', error: kept }, run.trace);
    }
  }

  private cancelsOf(
    run: RunIdentity,
    { childRunIds, reason }: Decision<'ChildrenCancelled'>,
  ): (() => Promise<void>)[] {
    return childRunIds.map((childRunId) => () => this.cancelChild(run, { childRunId, reason }));
  }

  private async cancelChild(
    run: RunIdentity,
    { childRunId, reason }: { readonly childRunId: FlowRunId; readonly reason: string },
  ): Promise<void> {
    const { actor } = run.start;
    await this.log.request(
      childRunId,
      { type: 'CancelRequested', actor, reason, by: run.runId },
      `by-${run.runId}`,
      run.trace,
    );
  }

  private async load(run: RunIdentity, { step, source, name }: Decision<'ValueRequested'>): Promise<void> {
    const { found, value } = await this.values.read(run.start, source, name);
    await this.log.request(
      run.runId,
      { type: 'ValueLoaded', step, found, value: found ? (value ?? null) : null },
      `value-${step}`,
      run.trace,
    );
  }

  private async end(run: RunIdentity, ending: RunEnding, seq: StreamSeq, at: Millis): Promise<void> {
    const { runId, start, trace } = run;
    if ('state' in ending && ending.state) {
      for (const [name, value] of Object.entries(ending.state)) {
        await this.values.keep(start, name, value, { runId, seq, at });
      }
    }
    if (ending.type === 'FlowContinued') return this.goOn(run, ending);
    const { parent } = start;
    const end = endOf(ending);
    const first = firstOf(start, runId);
    if (parent && !parent.detached) await this.tell(parent.runId, parent.step, first, end, trace);
    await this.tellDeployment?.({ runId: first, start, end, at, trace });
  }

  private async goOn(
    run: RunIdentity,
    { nextRunId, input, signals = [] }: Decision<'FlowContinued'>,
  ): Promise<void> {
    const { flow, actor, flags, tags, parent, deploymentId, triggeredBy } = run.start;
    // Its input was checked before the decision, by the same rules.
    await startRun(this.log, this.registry, {
      runId: nextRunId,
      flow,
      input,
      actor,
      flags,
      tags,
      trace: run.trace,
      lineage: {
        continues: { runId: run.runId, first: firstOf(run.start, run.runId) },
        ...(run.start.root === undefined ? {} : { root: `${run.start.root}/next` }),
        ...(parent ? { parent } : {}),
        ...(deploymentId === undefined ? {} : { deploymentId }),
        ...(triggeredBy ? { triggeredBy } : {}),
      },
    });
    for (const [index, signal] of signals.entries()) {
      // The broker forgets message ids after a while; what a run has heard it keeps.
      const id = `left-${run.runId}-${index}`;
      await this.log.request(nextRunId, { id, ...signal }, id, run.trace);
    }
  }

  private async tell(
    parent: FlowRunId,
    step: number,
    childRunId: FlowRunId,
    end: ChildEnd,
    trace: TraceContext,
  ): Promise<void> {
    await this.log.request(
      parent,
      { type: 'ChildFinished', step, childRunId, end },
      `of-${childRunId}`,
      trace,
    );
  }
}

/** The parent knows the run by the id of the first of its chain. */
const firstOf = (start: RunIdentity['start'], runId: FlowRunId): FlowRunId => start.continues?.first ?? runId;

function endOf(ending: Exclude<RunEnding, Decision<'FlowContinued'>>): ChildEnd {
  switch (ending.type) {
    case 'FlowCompleted':
      return { status: 'completed', result: ending.result };
    case 'FlowFailed':
      return { status: 'failed', error: ending.error };
    case 'FlowCancelled':
      return { status: 'cancelled', ...(ending.reason ? { reason: ending.reason } : {}) };
  }
}

async function inPieces(asked: readonly (() => Promise<unknown>)[]): Promise<void> {
  for (let at = 0; at < asked.length; at += AT_ONCE) {
    await Promise.all(asked.slice(at, at + AT_ONCE).map((ask) => ask()));
  }
}
