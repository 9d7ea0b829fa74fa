import { StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

/** A file as a service gives it. */
export interface ServedFile {
  readonly fileName: string;
  readonly mediaType: string;
  /** Of the bytes, in hex. */
  readonly sha256: string;
  /** In base64. */
  readonly content: string;
}

/** What a browser may show by itself; anything else is for keeping. */
const SHOWN: readonly string[] = ['application/pdf', 'image/png'];

/** Answers with a file, which no browser takes for a page of this server. */
export function sendFile(reply: FastifyReply, file: ServedFile): StreamableFile {
  const place = SHOWN.includes(file.mediaType) ? 'inline' : 'attachment';
  void reply.headers({
    etag: `"${file.sha256}"`,
    'x-content-type-options': 'nosniff',
    'content-security-policy': "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    'cache-control': 'private, no-cache',
  });
  return new StreamableFile(Buffer.from(file.content, 'base64'), {
    type: file.mediaType,
    // Source: RFC 6266 and RFC 8187.
    disposition: `${place}; filename*=UTF-8''${encodeURIComponent(file.fileName)}`,
  });
}
