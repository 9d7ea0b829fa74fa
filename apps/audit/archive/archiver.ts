import type { mongo } from 'mongoose';
import { flowRunId } from '#libs/run-log';
import type { JetStreamRunLog, RunHistory } from '#libs/run-log';
import type { FlowRunRecord } from '#libs/run-records';
import { FlowRunStatus } from '#libs/run-records';
import type { Collections } from '../projection/collections.js';
import { PROJECTION } from '../projection/names.js';
import { IN_LOG } from '../records/run-archive.record.js';
import { endOf, startOf, unheardChildren } from './run-ends.js';
import type { ArchiveHead, RunArchive } from './run-archive.js';

/** What the archiver needs of the log. */
export type ArchivedLog = Pick<JetStreamRunLog, 'readRun' | 'forget' | 'isSettled' | 'info'>;

export interface ArchiverParts {
  readonly log: ArchivedLog;
  readonly archive: RunArchive;
  readonly collections: Collections;
}

/** What became of a run that was looked at. The words say why it stays. */
export type Archived =
  | 'archived'
  | 'gone'
  | 'has not ended'
  | 'ended too late'
  | 'not folded yet'
  | 'not settled yet'
  | 'waits for children'
  | 'is being restarted'
  | 'cannot be read';

const ENDED = [FlowRunStatus.completed, FlowRunStatus.failed, FlowRunStatus.cancelled] as const;

/**
 * Moves finished runs out of the log.
 *
 * 1. The archive is written, safely, before the log lets go of anything (rule 20), and it holds every message of the
 *    run up to its last one as the stream's leader names it.
 * 2. The log lets go only of what the projection has passed, and what orchestrators have settled: then all that the
 *    run's end asks of the world (its parent told, its successor begun, its state kept) is done.
 * 3. Each step may be repeated: whoever dies in between leaves a run that is whole in the log, or whole in the archive.
 */
export class Archiver {
  constructor(private readonly parts: ArchiverParts) {}

  /** Archives a run unless something stands against it. `endedBefore` is stream time in milliseconds. */
  async archive(runId: string, endedBefore: number, now: number): Promise<Archived> {
    const { log, archive, collections } = this.parts;
    const known = await archive.head(runId);
    if (known && known.inLog !== IN_LOG.nothing) return this.letGo(known);
    const history = await log.readRun(flowRunId(runId));
    if (known && !isAnother(history, known)) return this.letGo(known);
    const against = await this.against(history, endedBefore);
    if (against !== 'archived') {
      // What neither the log nor the archive holds cannot be archived any more.
      if (against === 'gone') await markOut(collections.flowRuns, runId);
      return against;
    }
    return this.letGo(await archive.keep(history, now, known ?? undefined));
  }

  /** Lets the log forget what is in the archive; the first part of it, or what a crash has left. */
  async letGo(head: ArchiveHead): Promise<Archived> {
    const { log, archive, collections } = this.parts;
    if (head.inLog === IN_LOG.whole) {
      const inLog = head.guardsId ? IN_LOG.ends : IN_LOG.nothing;
      const { bodies, lastSeq: upTo } = head;
      await log.forget(flowRunId(head._id), {
        upTo: upTo as RunHistory['last'],
        keep: head.guardsId ? 'ends' : 'nothing',
        bodies,
      });
      await archive.mark(head._id, inLog);
    }
    await markOut(collections.flowRuns, head._id);
    return 'archived';
  }

  /** Lets the log forget the ends of a run too: from now on its id is free. False where something still needs them. */
  async free(head: ArchiveHead): Promise<boolean> {
    const { log, archive } = this.parts;
    // What is said to a run that was continued is handed on by its ends.
    if (head.continuedBy !== null && !(await this.isFree(head.continuedBy))) return false;
    const runId = flowRunId(head._id);
    const history = await log.readRun(runId);
    const { last } = history;
    // Whoever freed it before may have died before that was noted, and its id may be in use again.
    if (last > 0 && !isAnother(history, head)) {
      if (!(await log.isSettled(runId, last))) return false;
      await log.forget(runId, { upTo: last, keep: 'nothing', bodies: head.bodies });
    }
    await archive.mark(head._id, IN_LOG.nothing);
    return true;
  }

  private async isFree(runId: string): Promise<boolean> {
    const next = await this.parts.archive.head(runId);
    if (next) return next.inLog === IN_LOG.nothing;
    return (await this.parts.log.readRun(flowRunId(runId))).last === 0;
  }

  private async against(history: RunHistory, endedBefore: number): Promise<Archived> {
    const { log } = this.parts;
    if (history.unreadable) return 'cannot be read';
    if (history.events.length === 0) return 'gone';
    const end = endOf(history);
    if (!startOf(history) || !end || history.lastDecision !== end.position.seq) return 'has not ended';
    if (end.time >= endedBefore) return 'ended too late';
    if (!(await this.isFolded(history))) return 'not folded yet';
    if (!(await log.isSettled(history.runId, history.last))) return 'not settled yet';
    if (await this.hasOpen({ _id: { $in: unheardChildren(history) } })) return 'waits for children';
    if (await this.hasOpen({ restartedFrom: history.runId })) return 'is being restarted';
    return 'archived';
  }

  private async isFolded({ last }: RunHistory): Promise<boolean> {
    const [position, { epoch }] = await Promise.all([
      this.parts.collections.positions.findOne({ _id: PROJECTION.RUN }),
      this.parts.log.info('RUN'),
    ]);
    return position !== null && position.epoch === epoch && position.seq >= last;
  }

  private async hasOpen(filter: mongo.Filter<FlowRunRecord>): Promise<boolean> {
    const { flowRuns } = this.parts.collections;
    const found = await flowRuns.findOne(
      { ...filter, status: { $nin: [...ENDED] } },
      { projection: { _id: 1 } },
    );
    return found !== null;
  }
}

/** Tells whether the log holds a run that began under the id of an archived one, once that was free. */
function isAnother(history: RunHistory, { endedAt }: ArchiveHead): boolean {
  const start = startOf(history);
  return start !== undefined && start.time > endedAt.getTime();
}

/** The record remembers that the log holds the run no more, so that nobody looks at it again. */
async function markOut(flowRuns: Collections['flowRuns'], runId: string): Promise<void> {
  await flowRuns.updateOne({ _id: runId }, { $set: { inLog: false } });
}
