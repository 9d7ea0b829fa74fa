import { once } from 'node:events';
import { connect } from 'node:net';

const HOST = 'Host: 127.0.0.1\r\n';

/** What no client library sends. */
export const RAW_REQUESTS: readonly (readonly [what: string, bytes: string])[] = [
  ['nothing but a line', '\r\n\r\n'],
  ['no HTTP at all', 'hello there\r\n\r\n'],
  ['a path with NUL', `GET /jobs/\0 HTTP/1.1\r\n${HOST}\r\n`],
  ['a method that there is not', `STEAL /jobs HTTP/1.1\r\n${HOST}\r\n`],
  ['no host', 'GET /jobs HTTP/1.1\r\n\r\n'],
  ['two lengths', `POST /jobs HTTP/1.1\r\n${HOST}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`],
  [
    'a length and pieces',
    `POST /jobs HTTP/1.1\r\n${HOST}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  ],
  ['a negative length', `POST /jobs HTTP/1.1\r\n${HOST}Content-Length: -1\r\n\r\n`],
  [
    'pieces of no length',
    `POST /jobs HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
  ],
  ['a header with NUL', `GET /jobs HTTP/1.1\r\n${HOST}X-Much: a\0b\r\n\r\n`],
  ['a version that there is not', `GET /jobs HTTP/9.9\r\n${HOST}\r\n`],
  ['a TLS greeting', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n'],
];

/** Sends bytes as they are and gives all that comes back until the connection ends; empty where nothing does. */
export async function sendRaw(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const pieces: Buffer[] = [];
  socket.on('data', (piece: Buffer) => {
    pieces.push(piece);
  });
  // A connection that is torn down has been refused too.
  socket.on('error', () => undefined);
  socket.end(Buffer.from(bytes, 'latin1'));
  await once(socket, 'close');
  return Buffer.concat(pieces).toString();
}
