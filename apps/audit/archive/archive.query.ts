import { Injectable } from '@nestjs/common';
import { maySee } from '#libs/contracts';
import type { GetArchivedRunInput, GetArchivedRunOutput, GetLogStorageOutput } from '#libs/contracts';
import type { Actor } from '#libs/run-log';
import { RecordNotFoundError } from '../queries/errors.js';
import { UpkeepHost } from '../upkeep/upkeep.host.js';

/** Reads what the log no longer holds, and tells what lies where. */
@Injectable()
export class ArchiveQuery {
  constructor(private readonly upkeep: UpkeepHost) {}

  /** Throws RecordNotFoundError, and MissingPieceError for a piece that there is not. */
  async get({ flowRunId, piece = 0 }: GetArchivedRunInput, actor: Actor): Promise<GetArchivedRunOutput> {
    const found = await this.upkeep.archive.pieceOf(flowRunId, piece);
    if (!found || !maySee(actor, found.head)) throw new RecordNotFoundError('archived run', flowRunId);
    return {
      flowRunId,
      pieces: Math.max(1, found.head.pieces),
      data: Buffer.from(found.data).toString('base64'),
      archivedAt: found.head.archivedAt.toISOString(),
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
