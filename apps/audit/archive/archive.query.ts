import { Injectable } from '@nestjs/common';
import { maySee } from '#libs/contracts';
import type { GetArchivedRunInput, GetArchivedRunOutput, GetLogStorageOutput } from '#libs/contracts';
import type { Actor } from '#libs/run-log';
import { BadQueryError, RecordNotFoundError } from '../queries/errors.js';
import { UpkeepHost } from '../upkeep/upkeep.host.js';

/** Reads what the log no longer holds, and tells what lies where. */
@Injectable()
export class ArchiveQuery {
  constructor(private readonly upkeep: UpkeepHost) {}

  /** Throws RecordNotFoundError, BadQueryError for a piece that there is not, and MissingPieceError. */
  async get({ flowRunId, piece = 0 }: GetArchivedRunInput, actor: Actor): Promise<GetArchivedRunOutput> {
    const { archive } = this.upkeep;
    const head = await archive.head(flowRunId);
    if (!head || !maySee(actor, head)) throw new RecordNotFoundError('archived run', flowRunId);
    const pieces = Math.max(1, head.pieces);
    if (piece >= pieces)
      throw new BadQueryError('piece', piece, `must be below ${pieces}, the number of pieces`);
    const data = await archive.pieceOf(head, piece);
    if (!data) throw new RecordNotFoundError('archived run', flowRunId);
    return {
      flowRunId,
      pieces,
      data: Buffer.from(data).toString('base64'),
      archivedAt: head.archivedAt.toISOString(),
    };
  }

  async storage(): Promise<GetLogStorageOutput> {
    const { archive, pressure, retention } = this.upkeep;
    const { bytes, limit, share } = await pressure.look();
    const [weighed] = await archive.heads
      .aggregate<{ runs: number; bytes: number }>([
        { $group: { _id: null, runs: { $sum: 1 }, bytes: { $sum: '$packedBytes' } } },
      ])
      .toArray();
    return {
      bytes,
      limit: limit ?? null,
      share: share ?? null,
      finishedInLog: await retention.finishedInLog(),
      archivedRuns: weighed?.runs ?? 0,
      archivedBytes: weighed?.bytes ?? 0,
    };
  }
}
