import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';

/** What stands in the backup's list of a file. */
export interface FileNote {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Writes a file piece by piece, and notes what was written. */
export class NotedFile {
  private readonly hash = createHash('sha256');
  private readonly stream;
  private bytes = 0;

  constructor(
    private readonly file: string,
    path: string,
  ) {
    this.stream = createWriteStream(path, { flags: 'wx', mode: 0o600 });
    this.stream.on('error', () => undefined); // told by `finished`, and by what is written next
  }

  async write(piece: Uint8Array): Promise<void> {
    if (this.stream.errored) throw this.stream.errored;
    this.hash.update(piece);
    this.bytes += piece.length;
    // The piece may be used again by whoever gave it.
    if (!this.stream.write(Buffer.from(piece))) await once(this.stream, 'drain');
  }

  async close(): Promise<FileNote> {
    this.stream.end();
    await finished(this.stream);
    return { file: this.file, bytes: this.bytes, sha256: this.hash.digest('hex') };
  }
}

/** Gives the SHA-256 of a file, in hexadecimal. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  return hash.digest('hex');
}
