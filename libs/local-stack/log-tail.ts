import { type FileHandle, open } from 'node:fs/promises';

const CHUNK_BYTES = 64 * 1024;

/** Reads what is written to a log from one place on, each byte once. */
export class LogTail {
  private readonly decoder = new TextDecoder();
  private readonly chunk = Buffer.alloc(CHUNK_BYTES);
  private seen = '';

  private constructor(
    private readonly file: FileHandle,
    private position: number,
  ) {}

  /** Begins at `position`, a number of bytes. */
  static async open(file: string, position: number): Promise<LogTail> {
    return new LogTail(await open(file, 'r'), position);
  }

  /** Gives all that has been written since the beginning of the tail. */
  async text(): Promise<string> {
    for (;;) {
      const { bytesRead } = await this.file.read(this.chunk, 0, CHUNK_BYTES, this.position);
      if (bytesRead === 0) return this.seen;
      this.position += bytesRead;
      this.seen += this.decoder.decode(this.chunk.subarray(0, bytesRead), { stream: true });
    }
  }

  close(): Promise<void> {
    return this.file.close();
  }
}
