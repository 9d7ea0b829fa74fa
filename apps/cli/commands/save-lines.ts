import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { PassThrough, Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Terminal } from '../terminal/terminal.js';

export interface SavedLines {
  readonly records: number;
  /** Before packing. */
  readonly bytes: number;
}

const LINE_END = 10;

/**
 * Writes lines into a file as they come, packed by gzip where its name ends in `.gz`; `-` is standard output. The file
 * appears under its name when it is whole, and not at all where the stream breaks off. Throws what reading and writing
 * throw.
 */
export async function saveLines(
  stream: ReadableStream<Uint8Array>,
  out: string,
  terminal: Pick<Terminal, 'print'>,
): Promise<SavedLines> {
  let records = 0;
  let size = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      for (const byte of chunk) if (byte === LINE_END) records++;
      done(null, chunk);
    },
  });
  const source = Readable.from(stream as AsyncIterable<Uint8Array>);
  if (out === '-') {
    await pipeline(source, counted, printing(terminal));
    return { records, bytes: size };
  }
  const unfinished = `${out}.part`;
  try {
    await pipeline(
      source,
      counted,
      out.endsWith('.gz') ? createGzip() : new PassThrough(),
      createWriteStream(unfinished),
    );
    await rename(unfinished, out);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  return { records, bytes: size };
}

/** Prints whole lines; a terminal ends each of its pieces itself. */
function printing(terminal: Pick<Terminal, 'print'>) {
  return async function (source: AsyncIterable<Buffer>): Promise<void> {
    let rest = Buffer.alloc(0);
    for await (const chunk of source) {
      rest = Buffer.concat([rest, chunk]);
      const end = rest.lastIndexOf(LINE_END);
      if (end < 0) continue;
      terminal.print(rest.subarray(0, end).toString('utf8'));
      rest = rest.subarray(end + 1);
    }
    if (rest.length > 0) terminal.print(rest.toString('utf8'));
  };
}
