import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';

const PIECE = Buffer.alloc(256 * 1024, ' ');
const HUGE_BYTES = 50 * 1024 * 1024;

function* pieces(): Generator<Buffer> {
  for (let sent = 0; sent < HUGE_BYTES; sent += PIECE.length) yield PIECE;
}

/** Answers in a way that a board should not. `good` is what it would have said. */
export type Fault = (response: ServerResponse, good: string, path: string) => Promise<void> | void;

const html = (response: ServerResponse, status: number, body: string): void => {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(body);
};

/** Switched on by the path `/faults/<name>/…` before a board's own. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  '403': (response) => html(response, 403, '<h1>Forbidden</h1>'),
  '404': (response) => html(response, 404, '<h1>Not found</h1>'),
  '429': (response) => void response.writeHead(429, { 'retry-after': '120' }).end(),
  '429-date': (response) => {
    const later = new Date(Date.now() + 90_000).toUTCString();
    response.writeHead(429, { 'retry-after': later }).end();
  },
  '429-bare': (response) => void response.writeHead(429).end(),
  '500': (response) => html(response, 500, '<h1>Internal Server Error</h1>'),
  '503': (response) => void response.writeHead(503, { 'retry-after': '7' }).end(),
  '503-bare': (response) => void response.writeHead(503).end(),
  html: (response) => html(response, 200, '<!DOCTYPE html><title>Welcome</title><h1>Our new site</h1>'),
  captcha: (response) => html(response, 200, '<title>Just a moment...</title><div id="cf-chl-widget"></div>'),
  empty: (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(),
  truncated: (response, good) =>
    void response.writeHead(200, { 'content-type': 'application/json' }).end(good.slice(0, good.length / 2)),
  cut: (response, good) => {
    // Promises more than it sends, then drops the line.
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(good),
    });
    response.write(good.slice(0, good.length / 2), () => response.destroy());
  },
  renamed: (response, good) =>
    void response.writeHead(200, { 'content-type': 'application/json' }).end(
      good
        .replace(/"(data|jobs|content|offers|ergebnisliste|text)":/g, '"entries":')
        .replaceAll('workzag-jobs', 'openings')
        .replace(/unifiedResultlist|JobAdContent|mosaic-provider-jobcards/g, 'newWidget'),
    ),
  huge: async (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    // The other side hangs up long before the end.
    await pipeline(pieces(), response).catch(() => undefined);
  },
  // Holds the line until the other side hangs up.
  silence: () => undefined,
  stall: (response, good) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write(good.slice(0, 20));
  },
  loop: (response, _good, path) =>
    void response
      .writeHead(302, { location: path.endsWith('/again') ? path.slice(0, -6) : `${path}/again` })
      .end(),
  endless: (response, _good, path) => void response.writeHead(302, { location: `${path}/on` }).end(),
  elsewhere: (response) => void response.writeHead(302, { location: 'ftp://files.example/jobs' }).end(),
  inside: (response) => void response.writeHead(302, { location: 'http://169.254.169.254/latest/' }).end(),
};
