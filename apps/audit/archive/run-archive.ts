import { randomUUID } from 'node:crypto';
import type { Connection, mongo } from 'mongoose';
import mongoose from 'mongoose';
import { packRun, unpackRun } from '#libs/flows';
import type { FlowRunId, RunArchive as ReadsRuns, RunHistory } from '#libs/run-log';
import { IN_LOG } from '../records/run-archive.record.js';
import type { InLog, RunArchivePieceRecord, RunArchiveRecord } from '../records/run-archive.record.js';
import { endOf, startOf } from './run-ends.js';

/** In bytes: a document holds 16 MB at most, and a piece in base64 is to fit into one message of the broker. */
export const PIECE_BYTES = 512 * 1024;

/** What is in the archive has outlived the loss of a database server before the log lets go of it. */
const SAFELY = { writeConcern: { w: 'majority', j: true } } as const;
const DUPLICATE_KEY = 11_000;

export type ArchiveHead = Omit<RunArchiveRecord, 'data'>;
const HEAD = { data: 0 } as const;

/** Finished runs as the log held them. A run is kept once, and never changed but for what the log still holds of it. */
export class RunArchive implements ReadsRuns {
  readonly heads: mongo.Collection<RunArchiveRecord>;
  private readonly pieces: mongo.Collection<RunArchivePieceRecord>;

  constructor(connection: Connection) {
    this.heads = connection.collection<RunArchiveRecord>('run_archive');
    this.pieces = connection.collection<RunArchivePieceRecord>('run_archive_pieces');
  }

  /**
   * Keeps the history of a run that has ended; one that is kept already stays as it is. The pieces come first, so what
   * has a head is whole, and each copy has pieces of its own: of two audits that keep a run at once, one keeps it.
   * `instead` names an older run of the same id, whose place it takes.
   */
  async keep(history: RunHistory, now: number, instead?: ArchiveHead): Promise<ArchiveHead> {
    const { runId } = history;
    const start = startOf(history);
    const end = endOf(history);
    if (!start || !end) throw new TypeError(`run ${runId} has not ended`);
    const { data, bytes } = await packRun(history);
    const pieces = data.length > PIECE_BYTES ? Math.ceil(data.length / PIECE_BYTES) : 0;
    const copy = randomUUID();
    for (let n = 0; n < pieces; n++) {
      const piece = Buffer.from(data.subarray(n * PIECE_BYTES, (n + 1) * PIECE_BYTES));
      await this.pieces.insertOne(
        { _id: pieceId({ _id: runId, copy }, n), runId, copy, data: piece },
        SAFELY,
      );
    }
    const head: ArchiveHead = {
      _id: runId,
      flow: start.event.flow,
      userId: start.event.actor.userId,
      epoch: end.position.epoch,
      lastSeq: history.last,
      events: history.events.length,
      bytes,
      packedBytes: data.length,
      pieces,
      copy,
      bodies: [...(history.bodies ?? [])],
      guardsId: guardsId(history),
      continuedBy: end.event.type === 'FlowContinued' ? end.event.nextRunId : null,
      inLog: IN_LOG.whole,
      endedAt: new Date(end.time),
      archivedAt: new Date(now),
    };
    const isKept = await this.place({ ...head, data: pieces === 0 ? Buffer.from(data) : null }, instead);
    // Of a copy that did not come to anything, or whose place this one has taken.
    await this.pieces.deleteMany({ runId, copy: isKept ? { $ne: copy } : copy });
    return isKept ? head : ((await this.head(runId)) ?? head);
  }

  /** False where another audit has been quicker. */
  private async place(record: RunArchiveRecord, instead: ArchiveHead | undefined): Promise<boolean> {
    if (instead) {
      const { _id, lastSeq, archivedAt } = instead;
      const { matchedCount } = await this.heads.replaceOne({ _id, lastSeq, archivedAt }, record, SAFELY);
      return matchedCount === 1;
    }
    try {
      await this.heads.insertOne(record, SAFELY);
      return true;
    } catch (error) {
      if (error instanceof mongoose.mongo.MongoServerError && error.code === DUPLICATE_KEY) return false;
      throw error;
    }
  }

  head(runId: string): Promise<ArchiveHead | null> {
    return this.heads.findOne<ArchiveHead>({ _id: runId }, { projection: HEAD });
  }

  async mark(runId: string, inLog: InLog): Promise<void> {
    await this.heads.updateOne({ _id: runId }, { $set: { inLog } });
  }

  /** Lets its ends alone until then. */
  async putOff(runId: string, until: number): Promise<void> {
    await this.heads.updateOne({ _id: runId }, { $set: { notBefore: new Date(until) } });
  }

  /** Throws MissingPieceError. */
  async read(runId: FlowRunId): Promise<RunHistory | undefined> {
    const head = await this.heads.findOne({ _id: runId });
    if (!head) return undefined;
    if (head.data) return unpackRun(bytesOf(head.data));
    const parts: Uint8Array[] = [];
    for (let n = 0; n < head.pieces; n++) {
      const part = await this.piece(head, n);
      if (!part) return undefined;
      parts.push(part);
    }
    return unpackRun(Buffer.concat(parts));
  }

  /** Reads one piece of a run, from 0; undefined where the run was deleted meanwhile. Throws MissingPieceError. */
  async pieceOf(head: ArchiveHead, n: number): Promise<Uint8Array | undefined> {
    if (head.pieces > 0) return this.piece(head, n);
    const data = (await this.heads.findOne({ _id: head._id }))?.data;
    return data ? bytesOf(data) : undefined;
  }

  private async piece(head: ArchiveHead, n: number): Promise<Uint8Array | undefined> {
    const found = await this.pieces.findOne({ _id: pieceId(head, n) });
    if (found) return bytesOf(found.data);
    const { _id, copy } = head;
    if ((await this.head(_id))?.copy !== copy) return undefined;
    throw new MissingPieceError(_id, n);
  }

  /** Deletes the head first: pieces without one are nobody's, and go with the next try. */
  async remove(runId: string): Promise<void> {
    await this.heads.deleteOne({ _id: runId });
    await this.pieces.deleteMany({ runId });
  }
}

/** The archive has lost a part of a run. */
export class MissingPieceError extends Error {
  readonly code = 'audit/archive-damaged';
  readonly disposition = 'terminal';
  constructor(
    readonly runId: string,
    readonly piece: number,
  ) {
    super(`piece ${piece + 1} of the archived run ${runId} is missing`);
  }
}

/** A made-up id is nobody's promise; one that follows from a key, a parent or a schedule would be started again. */
const DRAWN_ID = /^[0-9a-hjkmnp-tv-z]{26}$/;

function guardsId(history: RunHistory): boolean {
  const start = startOf(history)?.event;
  const end = endOf(history)?.event;
  const isFree =
    DRAWN_ID.test(history.runId) &&
    start?.idempotencyKey === undefined &&
    start?.parent === undefined &&
    start?.continues === undefined &&
    start?.deploymentId === undefined;
  return !isFree || end?.type === 'FlowContinued';
}

const pieceId = ({ _id, copy }: Pick<ArchiveHead, '_id' | 'copy'>, n: number): string =>
  copy ? `${_id}.${copy}.${n}` : `${_id}.${n}`;

/** The driver gives binary fields as its own class. */
function bytesOf(data: Buffer | mongo.Binary): Uint8Array {
  return data instanceof mongoose.mongo.Binary ? data.buffer : data;
}
