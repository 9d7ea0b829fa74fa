import { pieceSubject } from './bucket-stream.js';
import type { OpenBucket } from './bucket-stream.js';

const PIECE_BYTES = 256 * 1024;
/** Pieces outlive the value that names them, so that whoever has just read it finds them. */
const LONGER_SECONDS = 60;

/** Where the pieces of a large value lie. */
export interface PiecesRef {
  readonly id: string;
  readonly count: number;
}

export const needsPieces = (body: Uint8Array): boolean => body.length > PIECE_BYTES;

/** Stores a large body in pieces, before the value that will name them. The same id again stores the same pieces. */
export async function storePieces(
  { client }: OpenBucket,
  bucket: string,
  key: string,
  id: string,
  body: Buffer,
  lifeSeconds: number | undefined,
): Promise<PiecesRef> {
  const count = Math.ceil(body.length / PIECE_BYTES);
  const life = lifeSeconds === undefined ? {} : { ttl: `${lifeSeconds + LONGER_SECONDS}s` };
  for (let nth = 0; nth < count; nth++)
    await client.publish(
      pieceSubject(bucket, key, `${id}.${nth}`),
      body.subarray(nth * PIECE_BYTES, (nth + 1) * PIECE_BYTES),
      life,
    );
  return { id, count };
}

/** Puts a large body together again; undefined where the value was replaced or removed meanwhile. */
export async function fetchPieces(
  { manager, stream }: OpenBucket,
  bucket: string,
  key: string,
  { id, count }: PiecesRef,
): Promise<Buffer | undefined> {
  const pieces: Uint8Array[] = [];
  for (let nth = 0; nth < count; nth++) {
    const last_by_subj = pieceSubject(bucket, key, `${id}.${nth}`);
    const piece = await manager.streams.getMessage(stream, { last_by_subj });
    if (!piece) return undefined;
    pieces.push(piece.data);
  }
  return Buffer.concat(pieces);
}

/** Removes what nobody names any more. */
export async function removePieces(
  { manager, stream }: OpenBucket,
  bucket: string,
  key: string,
  { id }: PiecesRef,
): Promise<void> {
  await manager.streams.purge(stream, { filter: pieceSubject(bucket, key, `${id}.*`) });
}
