import { flowRunId } from '#libs/run-log';
import type { RunEvent, StoredInRun } from '#libs/run-log';
import type { RunArchive } from '../archive/run-archive.js';
import type { Collections } from '../projection/collections.js';
import { foldRuns } from '../projection/fold-runs.js';
import { BATCH } from '../projection/projector.js';
import type { Tally } from '../projection/tally.js';
import type { RebuildProgress } from './rebuild-progress.js';

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
  const ids = archive.heads.find({}, { projection: { _id: 1 } }).sort({ endedAt: 1, _id: 1 });
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
 * Leaves out what the archive has told already. What the log still holds of an archived run is its ends: folded for
 * themselves, they would make another run of it.
 */
export async function unlessArchived(archive: RunArchive, batch: Batch): Promise<Batch> {
  const ids = [...new Set(batch.map(({ runId }) => runId as string))];
  const told = new Map<string, { readonly epoch: string; readonly lastSeq: number }>();
  const heads = archive.heads.find({ _id: { $in: ids } }, { projection: { epoch: 1, lastSeq: 1 } });
  for await (const { _id, epoch, lastSeq } of heads) told.set(_id, { epoch, lastSeq });
  if (told.size === 0) return batch;
  return batch.filter(({ runId, position }) => {
    const archived = told.get(runId);
    // Of another epoch, a sequence says nothing; the ends of a run are in its archive all the same.
    return !archived || (position.epoch === archived.epoch && position.seq > archived.lastSeq);
  });
}

/** Notes of the records that were folded which runs the log no longer holds. */
export async function markArchived(archive: RunArchive, fresh: Collections): Promise<void> {
  let ids: string[] = [];
  const flush = async (): Promise<void> => {
    await fresh.flowRuns.updateMany({ _id: { $in: ids } }, { $set: { inLog: false } });
    ids = [];
  };
  for await (const { _id } of archive.heads.find({ inLog: { $ne: 'whole' } }, { projection: { _id: 1 } })) {
    ids.push(_id);
    if (ids.length >= BATCH) await flush();
  }
  if (ids.length > 0) await flush();
}
