import type { Connection } from 'mongoose';
import { ensureIndexesOf } from '#libs/mongo';
import type { RunLog, StoredOf, StreamName } from '#libs/run-log';
import { streamSeq } from '#libs/run-log';
import { RunArchive } from '../archive/run-archive.js';
import { collectionsOf } from '../projection/collections.js';
import type { Collections } from '../projection/collections.js';
import { foldCalls } from '../projection/fold-calls.js';
import { foldRuns } from '../projection/fold-runs.js';
import { recordLostCalls } from '../projection/lost-calls.js';
import { BATCH } from '../projection/projector.js';
import type { Tally } from '../projection/tally.js';
import { ApprovalSchema } from '../records/approval.record.js';
import { ArtifactSchema } from '../records/artifact.record.js';
import { FlowRunSchema } from '../records/flow-run.record.js';
import { TaskRunSchema } from '../records/task-run.record.js';
import { markArchived, readArchive, readArchivedSince, unlessArchived } from './from-archive.js';
import type { RebuildProgress } from './rebuild-progress.js';

export interface Rebuilt {
  readonly taskRuns: number;
  readonly flowRuns: number;
  readonly artifacts: number;
  readonly approvals: number;
  /** Events that were folded. */
  readonly events: number;
  /** Records of which the log no longer holds anything; they are kept as they were. */
  readonly carriedOver: number;
  /** Runs that were read from the archive. */
  readonly archived: number;
  /** Where each stream was read up to. */
  readonly ends: readonly StreamEnd[];
}

export interface StreamEnd {
  readonly stream: 'RUN' | 'CALLS';
  readonly epoch: string;
  readonly seq: number;
  readonly time: number | null;
}

const FRESH = '_fresh';
/** What another audit has archived by a clock that goes wrong by no more than that. */
const SKEW_MS = 600_000;

/**
 * Folds the archive and then the whole log into fresh collections and puts them in the place of the old ones. Nothing
 * else may fold meanwhile, but runs may be archived; readers see the old records until the end. What came by LIVE alone
 * is gone afterwards.
 *
 * Breaking off half way leaves the old records in place. CALLS is kept by age, and runs are deleted from the archive
 * one day: records of which neither holds anything any more are carried over as they are.
 */
export async function rebuild(
  connection: Connection,
  log: Pick<RunLog, 'info' | 'readAll' | 'readRun'>,
  now: number,
  tally: Tally,
  onProgress: (progress: RebuildProgress) => void = () => undefined,
): Promise<Rebuilt> {
  const fresh = collectionsOf(connection, FRESH);
  const current = collectionsOf(connection);
  const say = { info: () => undefined };
  for (const [name, schema] of REBUILT) {
    await fresh[name].drop();
    await ensureIndexesOf(connection, fresh[name].collectionName, schema, say);
  }

  const archive = new RunArchive(connection);
  const kept = await readArchive(archive, fresh, tally, onProgress);
  const runs = await read(log, 'RUN', onProgress, async (batch) =>
    foldRuns(fresh, await unlessArchived(archive, batch), tally),
  );
  const calls = await read(log, 'CALLS', onProgress, (batch) => foldCalls(fresh, batch, tally));
  onProgress({ phase: 'finishing', done: 0, total: 0 });
  await readArchivedSince(archive, log, fresh, tally, new Date(now - SKEW_MS));
  await markArchived(archive, fresh);
  await recordLostCalls(fresh.taskRuns, now, tally);
  const carriedOver = await carryOver(current, fresh);
  const counts = await count(fresh, (collection) => collection.countDocuments());
  for (const [name] of REBUILT) await fresh[name].rename(current[name].collectionName, { dropTarget: true });
  return {
    ...counts,
    events: kept.events + runs.events + calls.events,
    archived: kept.runs,
    carriedOver,
    ends: [runs.end, calls.end],
  };
}

async function read<S extends 'RUN' | 'CALLS'>(
  log: Pick<RunLog, 'info' | 'readAll'>,
  stream: S,
  onProgress: (progress: RebuildProgress) => void,
  fold: (batch: StoredOf<S>[]) => Promise<void>,
): Promise<{ events: number; end: StreamEnd }> {
  const { epoch, firstSeq, lastSeq, messages } = await log.info(stream satisfies StreamName);
  let events = 0;
  let pile: StoredOf<S>[] = [];
  let time: number | null = null;
  let reached = 0;
  const flush = async (): Promise<void> => {
    await fold(pile);
    events += pile.length;
    pile = [];
    onProgress({ phase: stream, done: events, total: messages });
  };
  for await (const stored of log.readAll(stream, streamSeq(Math.max(1, firstSeq)))) {
    pile.push(stored);
    time = stored.time;
    reached = stored.position.seq;
    if (pile.length >= BATCH) await flush();
  }
  if (pile.length > 0) await flush();
  return { events, end: { stream, epoch, seq: Math.max(reached, lastSeq), time } };
}

type Rebuildable = 'taskRuns' | 'flowRuns' | 'artifacts' | 'approvals';

/** All that the log alone tells. */
const REBUILT: readonly (readonly [Rebuildable, Parameters<typeof ensureIndexesOf>[2]])[] = [
  ['taskRuns', TaskRunSchema],
  ['flowRuns', FlowRunSchema],
  ['artifacts', ArtifactSchema],
  ['approvals', ApprovalSchema],
];

async function count(
  collections: Collections,
  counted: (collection: {
    countDocuments(): Promise<number>;
    estimatedDocumentCount(): Promise<number>;
  }) => Promise<number>,
): Promise<Record<Rebuildable, number>> {
  const [taskRuns, flowRuns, artifacts, approvals] = await Promise.all([
    counted(collections.taskRuns),
    counted(collections.flowRuns),
    counted(collections.artifacts),
    counted(collections.approvals),
  ]);
  return { taskRuns, flowRuns, artifacts, approvals };
}

/** Keeps what the log has forgotten; where it remembers but an outcome, the whole old record is better. */
async function carryOver(current: Collections, fresh: Collections): Promise<number> {
  const before = await estimated(fresh);
  for (const [name] of REBUILT)
    await current[name]
      .aggregate([
        { $match: { lastSeq: { $gt: 0 } } },
        {
          $merge: {
            into: fresh[name].collectionName,
            on: '_id',
            whenMatched:
              name === 'taskRuns'
                ? [{ $replaceWith: { $cond: ['$partial', '$$new', '$$ROOT'] } }]
                : 'keepExisting',
            whenNotMatched: 'insert',
          },
        },
      ])
      .toArray();
  return (await estimated(fresh)) - before;
}

async function estimated(collections: Collections): Promise<number> {
  const counts = await count(collections, (collection) => collection.estimatedDocumentCount());
  return Object.values(counts).reduce((sum, n) => sum + n, 0);
}
