import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { TerminalError } from '#libs/operations';
import { fromHttp } from '../problems/from-http.js';
import { problemOf } from '../problems/problem.js';
import { PROBLEM_TYPE, sendProblem } from '../problems/send-problem.js';
import { BODY_LIMIT } from './body.js';
import { pathOf } from './path.js';

/** Answers a request whose path cannot be read, before any route or filter sees it. */
export function answerUnroutable(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  const read = fromHttp(error, { bodyLimit: BODY_LIMIT });
  sendProblem(reply, problemOf(read, { path: pathOf(request).slice(0, 300) }), read);
}

/** Answers bytes that are no HTTP, or too much of it, and hangs up. */
export function answerUnreadable(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = problemOf(unreadable(error.code), { path: '' });
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${problem.status} ${problem.title}\r\nContent-Type: ${PROBLEM_TYPE}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

/** Answers requests that expect of the server what it does not know; Node would answer with a bare 417. */
export function answerExpectations(server: Pick<Server, 'on'>): void {
  server.on('checkExpectation', ({ headers, url = '' }, response: ServerResponse) => {
    const expect = headers.expect ?? '';
    const [path = ''] = url.split('?');
    const problem = problemOf(
      new TerminalError(
        'gateway/unknown-expectation',
        `the header Expect is ${JSON.stringify(expect.slice(0, 200))}: expected 100-continue`,
        [{ field: 'Expect', value: expect.slice(0, 200), message: 'expected 100-continue' }],
      ),
      { path: path.slice(0, 300) },
    );
    const body = JSON.stringify(problem);
    response.writeHead(problem.status, {
      'content-type': PROBLEM_TYPE,
      'content-length': Buffer.byteLength(body),
      connection: 'close',
    });
    response.end(body);
  });
}

function unreadable(code: string | undefined): TerminalError {
  if (code === 'HPE_HEADER_OVERFLOW')
    return new TerminalError('gateway/headers-too-large', 'the headers are larger than 16 KB');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new TerminalError('gateway/request-timeout', 'the request did not arrive in time');
  return new TerminalError('gateway/bad-request', 'the request is no HTTP that can be read');
}
