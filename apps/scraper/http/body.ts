import { decodeBuffer } from 'encoding-sniffer';
import { AnswerTooLargeError } from './http-errors.js';

/** Reads a body up to `limitBytes`. Throws AnswerTooLargeError beyond, and stops reading. */
export async function readBody(
  url: string,
  body: AsyncIterable<Uint8Array> | null,
  limitBytes: number,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > limitBytes) throw new AnswerTooLargeError(url, limitBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

/** Decodes a page by its byte order mark, its Content-Type, its own declaration, else as UTF-8. */
export function decodeBody(buffer: Buffer, contentType = ''): string {
  const charset = /charset\s*=\s*"?([^\s;"]+)/i.exec(contentType)?.[1];
  return decodeBuffer(buffer, { transportLayerEncodingLabel: charset, defaultEncoding: 'utf-8' });
}
