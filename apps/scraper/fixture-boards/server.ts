import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { arbeitnowBoard } from './boards/arbeitnow.js';
import { arbeitsagenturBoard } from './boards/arbeitsagentur.js';
import { ashbyBoard } from './boards/ashby.js';
import type { Board, BoardAnswer } from './boards/board.js';
import { careersBoard } from './boards/careers.js';
import { greenhouseBoard } from './boards/greenhouse.js';
import { indeedBoard } from './boards/indeed.js';
import { leverBoard } from './boards/lever.js';
import { personioBoard } from './boards/personio.js';
import { recruiteeBoard } from './boards/recruitee.js';
import { remotiveBoard } from './boards/remotive.js';
import { smartRecruitersBoard } from './boards/smartrecruiters.js';
import { stepstoneBoard } from './boards/stepstone.js';
import { FAULTS } from './faults.js';

const BOARDS: Readonly<Record<string, Board>> = {
  arbeitnow: arbeitnowBoard,
  arbeitsagentur: arbeitsagenturBoard,
  greenhouse: greenhouseBoard,
  lever: leverBoard,
  ashby: ashbyBoard,
  smartrecruiters: smartRecruitersBoard,
  personio: personioBoard,
  recruitee: recruiteeBoard,
  remotive: remotiveBoard,
  stepstone: stepstoneBoard,
  indeed: indeedBoard,
  careers: careersBoard,
};

const ROBOTS = ['User-agent: *', 'Disallow: /careers/sudring/private', 'Allow: /', ''].join('\n');

export interface FixtureBoards {
  /** Base address; each board lies below it by its name. */
  readonly url: string;
  /** Paths asked so far, robots.txt left out: what went out can be counted. */
  readonly asked: readonly string[];
  /** User agents of all requests so far. */
  readonly visitors: ReadonlySet<string>;
  close(): Promise<void>;
}

/**
 * Starts a server whose boards answer in the shapes of the real ones, with invented openings, the same each day: each
 * below its source's name, and employers' pages with JSON-LD below `/careers`. `/faults/<name>` before
 * a board's path makes it fail in that way (names in faults.ts); `/faults/<name>-once` only the first time that a
 * path is asked. Port 0 takes a free one.
 */
export async function startFixtureBoards({ port = 0, host = '127.0.0.1' } = {}): Promise<FixtureBoards> {
  const asked: string[] = [];
  const visitors = new Set<string>();
  const server = createServer((request, response) => {
    visitors.add(request.headers['user-agent'] ?? '');
    answer(request, response, asked, url).catch(() => response.destroy());
  });
  server.listen(port, host);
  await once(server, 'listening');
  const url = `http://${host}:${(server.address() as AddressInfo).port}`;
  return {
    url,
    asked,
    visitors,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  asked: string[],
  base: string,
): Promise<void> {
  const { pathname, searchParams, search } = new URL(request.url ?? '/', base);
  if (pathname === '/robots.txt') return send(response, { type: 'text/plain', body: ROBOTS });
  const again = asked.includes(pathname + search);
  asked.push(pathname + search);

  const [, prefix = '', name, rest = pathname] = /^(\/faults\/([^/]+))(\/.*)$/.exec(pathname) ?? [];
  const [, board = '', path = ''] = /^\/([^/]+)(.*)$/.exec(rest) ?? [];
  const good = BOARDS[board]?.(path, searchParams, `${base}${prefix}/${board}`);
  const fault =
    name === undefined || (name.endsWith('-once') && again) ? undefined : name.replace(/-once$/, '');
  if (fault !== undefined) {
    const act = FAULTS[fault];
    if (act) return act(response, good?.body ?? '', pathname);
  }
  send(response, good ?? { status: 404, type: 'text/html', body: '<h1>Not found</h1>' });
}

function send(response: ServerResponse, { status = 200, type, body, charset = 'utf-8' }: BoardAnswer): void {
  const bytes = Buffer.from(body, charset === 'utf-8' ? 'utf8' : 'latin1');
  response.writeHead(status, {
    'content-type': `${type}; charset=${charset}`,
    'content-length': bytes.length,
  });
  response.end(bytes);
}
