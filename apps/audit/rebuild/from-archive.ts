import type { mongo } from 'mongoose';
import { flowRunId } from '#libs/run-log';
import type { RunEvent, RunLog, StoredInRun } from '#libs/run-log';
import type { ArchiveHead, RunArchive } from '../archive/run-archive.js';
import type { Collections, KeptFlowRun } from '../projection/collections.js';
import { foldRuns } from '../projection/fold-runs.js';
import { BATCH } from '../projection/projector.js';
import type { Tally } from '../projection/tally.js';
import { IN_LOG } from '../records/run-archive.record.js';
import type { RebuildProgress } from './rebuild-progress.js';

/** Each is read whole and folded before the next. */
const PAGE = 50;

type Batch = readonly StoredInRun<RunEvent>[];

/** Folds every archived run, one after the other. */
export async function readArchive(
  archive: RunArchive,
  fresh: Collections,
  tally: Tally,
  onProgress: (progress: RebuildProgress) => void,
): Promise<{ readonly runs: number; readonly events: number }> {
  const total = await archive.heads.countDocuments();
  let runs = 0;
  let events = 0;
  let pile: StoredInRun<RunEvent>[] = [];
  const flush = async (): Promise<void> => {
    await foldRuns(fresh, pile, tally);
    events += pile.length;
    pile = [];
    onProgress({ phase: 'archive', done: runs, total });
  };
  // The database forgets a cursor that is not asked for long: a page of ids is folded in less.
  const ids = archive.heads
    .find({}, { projection: { _id: 1 } })
    .sort({ endedAt: 1, _id: 1 })
    .batchSize(BATCH);
  for await (const { _id } of ids) {
    const history = await archive.read(flowRunId(_id));
    if (!history) continue;
    runs++;
    for (const stored of history.events) {
      pile.push(stored);
      if (pile.length >= BATCH) await flush();
    }
  }
  if (pile.length > 0) await flush();
  return { runs, events };
}

/**
 * Folds the runs anew that were archived since an instant: of one that left the log while it was read, only a part was
 * found there, and perhaps nothing in the archive before.
 */
export async function readArchivedSince(
  archive: RunArchive,
  log: Pick<RunLog, 'readRun'>,
  fresh: Collections,
  tally: Tally,
  since: Date,
): Promise<void> {
  const { flowRuns, taskRuns, artifacts, approvals } = fresh;
  const heads = archive.heads
    .find({ archivedAt: { $gte: since } }, { projection: { data: 0 } })
    .sort({ archivedAt: 1, _id: 1 })
    .batchSize(PAGE);
  for await (const head of heads) {
    const runId = flowRunId(head._id);
    const history = await archive.read(runId);
    if (!history) continue;
    const ofRun = { flowRunId: head._id };
    await Promise.all([
      flowRuns.deleteOne({ _id: head._id }),
      taskRuns.deleteMany(ofRun),
      artifacts.deleteMany(ofRun),
      approvals.deleteMany(ofRun),
    ]);
    const later = (await log.readRun(runId)).events.filter((stored) => !isTold(stored, head));
    // Apart from each other: what came later may be another run under the same id.
    for (const events of [history.events, later])
      for (let from = 0; from < events.length; from += BATCH)
        await foldRuns(fresh, events.slice(from, from + BATCH), tally);
  }
}

/**
 * Leaves out what the archive has told already. What the log still holds of an archived run is its ends: folded for
 * themselves, they would make another run of it.
 */
export async function unlessArchived(archive: RunArchive, batch: Batch): Promise<Batch> {
  const ids = [...new Set(batch.map(({ runId }) => runId as string))];
  const told = new Map<string, Told>();
  const heads = archive.heads.find(
    { _id: { $in: ids } },
    { projection: { epoch: 1, lastSeq: 1, endedAt: 1 } },
  );
  for await (const head of heads) told.set(head._id, head);
  if (told.size === 0) return batch;
  return batch.filter((stored) => {
    const archived = told.get(stored.runId);
    return !archived || !isTold(stored, archived);
  });
}

type Told = Pick<ArchiveHead, 'epoch' | 'lastSeq' | 'endedAt'>;

/** Of another epoch, a sequence says nothing; but whatever was stored after the end is of another run, or is new. */
function isTold({ position, time }: Batch[number], { epoch, lastSeq, endedAt }: Told): boolean {
  return position.epoch === epoch ? position.seq <= lastSeq : time <= endedAt.getTime();
}

/** Notes of the records that were folded which runs the log no longer holds, unless a later run has the id. */
export async function markArchived(archive: RunArchive, fresh: Collections): Promise<void> {
  let writes: mongo.AnyBulkWriteOperation<KeptFlowRun>[] = [];
  const flush = async (): Promise<void> => {
    if (writes.length > 0) await fresh.flowRuns.bulkWrite(writes, { ordered: false });
    writes = [];
  };
  const heads = archive.heads
    .find({ inLog: { $ne: IN_LOG.whole } }, { projection: { endedAt: 1 } })
    .batchSize(BATCH);
  for await (const { _id, endedAt } of heads) {
    writes.push({
      updateOne: { filter: { _id, createdAt: { $lte: endedAt } }, update: { $set: { inLog: false } } },
    });
    if (writes.length >= BATCH) await flush();
  }
  await flush();
}
