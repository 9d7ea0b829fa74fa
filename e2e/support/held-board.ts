import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A job board whose answers a test can hold back, so that a process can be killed while it waits for one. */
export interface HeldBoard {
  readonly url: string;
  /** Searches that were answered or are waiting, in order. */
  readonly searches: string[];
  /** How often anything has connected at all. */
  connections(): number;
  /** From now on answers wait. */
  hold(): void;
  /** Lets every waiting answer go, and those to come. */
  release(): void;
  /** Resolves when so many searches have come in. */
  reached(count: number): Promise<void>;
  close(): Promise<void>;
}

const posting = (n: number) => ({
  slug: `engineer-${n}`,
  company_name: 'Example Works',
  title: `TypeScript engineer ${n}`,
  description: '<p>Build things that last.</p>',
  remote: true,
  url: `https://board.example/jobs/engineer-${n}`,
  tags: ['TypeScript'],
  job_types: ['full time'],
  location: 'Berlin',
  created_at: 1_760_000_000 + n,
});

/** Starts a board that answers as Arbeitnow does: one page with two postings. */
export async function startHeldBoard(): Promise<HeldBoard> {
  const searches: string[] = [];
  const waiting: (() => void)[] = [];
  const watchers: { count: number; resolve: () => void }[] = [];
  let holding = false;

  const server = createServer((request, response) => {
    const url = request.url ?? '/';
    if (url.startsWith('/robots.txt')) {
      response.setHeader('Content-Type', 'text/plain').end('User-agent: *\nAllow: /\n');
      return;
    }
    const answer = () =>
      response.setHeader('Content-Type', 'application/json').end(
        JSON.stringify({
          data: [posting(1), posting(2)],
          links: { next: null },
          meta: { current_page: 1 },
        }),
      );
    searches.push(url);
    for (const watcher of watchers) if (searches.length >= watcher.count) watcher.resolve();
    if (holding) waiting.push(answer);
    else answer();
  });
  let connections = 0;
  server.on('connection', () => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    searches,
    connections: () => connections,
    hold: () => void (holding = true),
    release: () => {
      holding = false;
      waiting.splice(0).forEach((answer) => answer());
    },
    reached: (count) =>
      new Promise((resolve) => (searches.length >= count ? resolve() : watchers.push({ count, resolve }))),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
