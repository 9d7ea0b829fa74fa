import { request as httpRequest } from 'node:http';
import type { HostileRequest } from './hostile-request.js';

/** What came back; without a status, the connection ended without an answer. */
export interface HostileAnswer {
  readonly status?: number;
  readonly mediaType: string;
  readonly text: string;
}

const MOST_READ = 2_000_000;

/** Sends a request on a connection of its own. An answer that streams is left once it has begun. */
export function sendHostile(
  url: string,
  { method, target, headers, body }: HostileRequest,
): Promise<HostileAnswer> {
  return new Promise((resolve) => {
    const { hostname, port } = new URL(url);
    const sent = httpRequest({
      hostname,
      port,
      method,
      path: target,
      agent: false,
      headers: {
        ...(headers as Record<string, string | string[]>),
        ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
      },
    });
    sent.on('response', (response) => {
      const mediaType = response.headers['content-type'] ?? '';
      const pieces: Buffer[] = [];
      let size = 0;
      const end = (): void => {
        resolve({ status: response.statusCode ?? 0, mediaType, text: Buffer.concat(pieces).toString() });
        sent.destroy();
      };
      if (mediaType.startsWith('text/event-stream')) return end();
      response.on('data', (piece: Buffer) => {
        pieces.push(piece);
        size += piece.length;
        if (size > MOST_READ) end();
      });
      response.on('end', end);
      response.on('error', end);
    });
    // After an answer this settles nothing any more.
    sent.on('error', (error) => resolve({ mediaType: '', text: error.message }));
    sent.on('upgrade', (_response, socket) => {
      socket.destroy();
      resolve({ status: 101, mediaType: '', text: '' });
    });
    sent.end(body);
  });
}
