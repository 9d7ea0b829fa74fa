import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { FlowRunId, RunArchive, RunHistory } from '#libs/run-log';
import { exportOf, historyOf, readExport } from './export-run.js';

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/** A history on its way into an archive: an export of the run, by gzip. */
export interface PackedRun {
  readonly data: Uint8Array;
  /** Before packing. */
  readonly bytes: number;
}

/** Packs a history. Throws what cannot be read of it, and UnknownRunError for a run without a start. */
export async function packRun(history: RunHistory): Promise<PackedRun> {
  const text = Buffer.from(JSON.stringify(exportOf(history)));
  return { data: await pack(text), bytes: text.length };
}

/** Unpacks a history. Throws UnreadableExportError, and the unpacker's error for what is no gzip. */
export async function unpackRun(data: Uint8Array): Promise<RunHistory> {
  return historyOf(readExport((await unpack(data)).toString('utf8')));
}

/** One piece of a packed run, from 0, and how many there are. */
export interface PackedPiece {
  readonly data: Uint8Array;
  readonly pieces: number;
}

/** Reads an archive that hands its runs out in pieces, whoever keeps it. */
export function archiveInPieces(
  piece: (runId: FlowRunId, n: number) => Promise<PackedPiece | undefined>,
): RunArchive {
  return {
    async read(runId) {
      const first = await piece(runId, 0);
      if (!first) return undefined;
      const parts = [first.data];
      for (let n = 1; n < first.pieces; n++) {
        const next = await piece(runId, n);
        // It was deleted between two pieces.
        if (!next) return undefined;
        parts.push(next.data);
      }
      return unpackRun(Buffer.concat(parts));
    },
  };
}
