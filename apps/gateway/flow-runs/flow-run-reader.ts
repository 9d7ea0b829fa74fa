import { Inject, Injectable } from '@nestjs/common';
import { FlowRunStatus, GetFlowRun, ListTaskRuns } from '#libs/contracts';
import type { FlowRunDto, TaskRunDto } from '#libs/contracts';
import { ContinuingError } from '#libs/flows';
import { flowRunId } from '#libs/run-log';
import type { Artifact, RunHistory, RunLog } from '#libs/run-log';
import { Ask } from '../asking/ask.js';
import { Broker } from '../asking/broker.js';
import { endOf } from '../events/end-of-run.js';
import type { Caller } from '../identity/caller.js';
import { UnknownRunError } from '../problems/errors.js';
import { speaks } from '../problems/problem.js';
import { RUN_LOG } from '../run-log.js';
import { seenBy } from './run-access.js';
import type { Access } from './run-access.js';
import { runFromLog } from './run-from-log.js';
import type { RunFromLog } from './run-from-log.js';
import { runWithCounts, taskWithLive } from './with-live.js';

/** The most tasks that come along with their run. */
export const MOST_TASKS = 500;

export interface RunWithTasks {
  readonly run: FlowRunDto;
  readonly tasks: readonly TaskRunDto[];
  /** True where the run has more tasks than are shown. */
  readonly truncated: boolean;
}

/** One run of a chain: the last one's history, or which goes on with its work. Neither where it lets nobody in. */
interface Looked {
  readonly history?: RunHistory;
  readonly next?: string;
  /** It has no start that could be read. */
  readonly hidden?: { readonly unreadable: RunHistory['unreadable'] | undefined };
}

const FINAL: readonly string[] = [
  FlowRunStatus.completed,
  FlowRunStatus.failed,
  FlowRunStatus.cancelled,
] satisfies FlowRunStatus[];

/**
 * Reads flow runs so that nobody sees an older state than the log holds: the audit's records come a moment after
 * the events that they fold, and a run that was just accepted has none yet.
 */
@Injectable()
export class FlowRunReader {
  constructor(
    private readonly ask: Ask,
    private readonly broker: Broker,
    @Inject(RUN_LOG) private readonly log: RunLog,
  ) {}

  /** Reads a run's history. Throws UnknownRunError where there is none that the caller may see. */
  async history(id: string, caller: Caller): Promise<RunHistory> {
    const history = await this.read(id);
    if (!seenBy(caller.actor)(history)) throw new UnknownRunError(id);
    return history;
  }

  /**
   * Reads the run that does the work of one now: that one itself, or the last of those that go on with it. Throws
   * UnknownRunError with the id that was asked for where any of them does not let the caller in, ContinuingError where
   * the last has no start yet, and why its start cannot be read.
   */
  async last(id: string, letsIn: Access): Promise<RunHistory> {
    for (let at = id; ;) {
      const { history, next, hidden } = await this.look(at, letsIn);
      if (history) return history;
      // The next of a chain is known by name a moment before it is started.
      if (hidden && at !== id) throw hidden.unreadable ?? new ContinuingError(id, 'which is about to start');
      if (next === undefined) throw new UnknownRunError(id);
      at = next;
    }
  }

  /** Reads one run of a chain, and keeps no history but that of the last: a chain may be long. */
  private async look(id: string, letsIn: Access): Promise<Looked> {
    const history = await this.read(id);
    const { events, unreadable } = history;
    if (!events.some(({ event }) => event.type === 'StartRequested')) return { hidden: { unreadable } };
    if (!letsIn(history)) return {};
    const next = endOf(events)?.continuedBy;
    return next === undefined ? { history } : { next };
  }

  /** Reads a run as the log holds it now. */
  async now(id: string, caller: Caller): Promise<RunFromLog> {
    const found = runFromLog(await this.history(id, caller));
    if (!found) throw new UnknownRunError(id);
    return found;
  }

  /**
   * Reads an artifact out of the event that brought it, with all its data. Throws UnknownRunError where the caller may
   * not see the run, or its history holds no artifact there any more.
   */
  async artifact(id: string, seq: number, caller: Caller): Promise<Artifact> {
    const { events } = await this.history(id, caller);
    const event = events.find(({ position }) => Number(position.seq) === seq)?.event;
    if (event?.type !== 'ArtifactRecorded') throw new UnknownRunError(id);
    return event.artifact;
  }

  /** Reads a run with its tasks and the calls that they made. */
  async get(id: string, caller: Caller): Promise<RunWithTasks> {
    const recorded = await this.recorded(id, caller);
    if (!recorded) return alone(await this.now(id, caller));
    const list = await this.ask.for(
      ListTaskRuns,
      { flowRunId: id, sort: 'createdAt', limit: MOST_TASKS },
      caller,
    );
    const truncated = Boolean(list.nextCursor);
    if (FINAL.includes(recorded.status)) return { run: recorded, tasks: list.items, truncated };
    // The audit has decided that the caller may see it, be it their own or not.
    const now = runFromLog(await this.read(id));
    return now && (now.run.lastSeq > recorded.lastSeq || truncated)
      ? withNews(now, list.items, truncated)
      : { run: recorded, tasks: list.items, truncated };
  }

  private read(id: string): Promise<RunHistory> {
    return this.broker.whileThere(`flow run ${id} cannot be read`, () => this.log.readRun(flowRunId(id)));
  }

  private async recorded(id: string, caller: Caller): Promise<FlowRunDto | undefined> {
    try {
      return await this.ask.for(GetFlowRun, { flowRunId: id }, caller);
    } catch (error) {
      if (speaks(error) && error.code === 'audit/not-found') return undefined;
      throw error;
    }
  }
}

function alone({ run, tasks }: RunFromLog): RunWithTasks {
  return { run, tasks: tasks.slice(0, MOST_TASKS), truncated: tasks.length > MOST_TASKS };
}

/** The log tells how things stand; the records add what only services and their calls have told. */
function withNews(now: RunFromLog, recorded: readonly TaskRunDto[], truncated: boolean): RunWithTasks {
  const known = new Map(recorded.map((task) => [task.id, task]));
  const inLog = new Set(now.tasks.map(({ id }) => id));
  const tasks = now.tasks.map((task) => taskWithLive(task, known.get(task.id)));
  const calls = recorded.filter(({ id }) => !inLog.has(id));
  const shown = [...tasks, ...calls].slice(0, MOST_TASKS);
  const all = truncated || shown.length < tasks.length + calls.length;
  return { run: runWithCounts(now.run, tasks), tasks: shown, truncated: all };
}
