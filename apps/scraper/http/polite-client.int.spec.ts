import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startFixtureBoards } from '../fixture-boards/server.js';
import type { FixtureBoards } from '../fixture-boards/server.js';
import { PoliteClient } from './polite-client.js';
import type { PoliteClientOptions } from './polite-client.js';

const LIMITS = {
  userAgent: 'JobHunter/test',
  requestsPerMinute: 60_000,
  concurrency: 4,
  silenceMs: 30_000,
  totalMs: 60_000,
  maxBytes: 10 * 1024 * 1024,
};
const API = '/arbeitnow/api/job-board-api?page=1';

let boards: FixtureBoards;
const clients: PoliteClient[] = [];
beforeAll(async () => {
  boards = await startFixtureBoards();
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await boards.close();
});

function clientWith(options: Partial<PoliteClientOptions> = {}): PoliteClient {
  const client = new PoliteClient({ ...LIMITS, trusted: [boards.url], ...options });
  clients.push(client);
  return client;
}
const get = (
  path: string,
  options: Partial<PoliteClientOptions> = {},
  signal = new AbortController().signal,
) => clientWith(options).get(boards.url + path, { accept: 'application/json', signal });

describe('the polite client', () => {
  it('gets a page and says who it is', async () => {
    const answer = await get(API);
    expect(answer).toMatchObject({ status: 200, contentType: 'application/json', url: boards.url + API });
    expect(answer.bytes).toBe(Buffer.byteLength(answer.text));
    expect([...boards.visitors]).toEqual(['JobHunter/test']);
  });

  it('shows a key to the site that it is for, and to no other that it redirects to', async () => {
    const keys: unknown[] = [];
    const serve = async (answer: RequestListener) => {
      const server = createServer((request, response) => {
        if (request.url === '/robots.txt') return void response.writeHead(404).end();
        keys.push(request.headers['x-api-key'] ?? null);
        answer(request, response);
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
    };
    const other = await serve((_request, response) => void response.end('{}'));
    const first = await serve((_request, response) =>
      response.writeHead(302, { location: `${other.url}/jobs` }).end(),
    );
    try {
      await clientWith({ trusted: [first.url, other.url] }).get(`${first.url}/jobs`, {
        accept: 'application/json',
        headers: { 'x-api-key': 'secret' },
        signal: new AbortController().signal,
      });
      expect(keys).toEqual(['secret', null]);
    } finally {
      for (const { server } of [first, other]) {
        server.closeAllConnections();
        server.close();
      }
    }
  });

  it('decodes a page by its charset', async () => {
    expect((await get('/careers/tannrode/umlaute-latin1')).text).toContain('für');
  });

  it.each([
    ['403', { code: 'scraper/blocked', disposition: 'terminal', status: 403 }],
    ['404', { code: 'scraper/unexpected-status', disposition: 'terminal', status: 404 }],
    ['429', { code: 'scraper/throttled', disposition: 'retry', retryAfterMs: 120_000 }],
    ['429-bare', { code: 'scraper/throttled', disposition: 'retry', retryAfterMs: undefined }],
    ['500', { code: 'scraper/server-failed', disposition: 'retry', status: 500 }],
    ['503', { code: 'scraper/server-failed', disposition: 'retry', retryAfterMs: 7_000 }],
    ['huge', { code: 'scraper/answer-too-large', disposition: 'terminal', limitBytes: 10 * 1024 * 1024 }],
    ['cut', { code: 'scraper/no-answer', disposition: 'retry' }],
    [
      'loop',
      {
        code: 'scraper/redirect-refused',
        disposition: 'terminal',
        reason: 'its redirects go round in circles',
      },
    ],
    ['endless', { code: 'scraper/redirect-refused', reason: 'it redirects more than 5 times' }],
    ['elsewhere', { code: 'scraper/address-refused', disposition: 'terminal' }],
    ['inside', { code: 'scraper/address-refused', disposition: 'terminal' }],
  ])('tells %s by its own error', async (fault, error) => {
    await expect(get(`/faults/${fault}${API}`)).rejects.toMatchObject(error);
  });

  it('reads Retry-After as a date', async () => {
    const error: unknown = await get(`/faults/429-date${API}`).catch((e: unknown) => e);
    const { retryAfterMs } = error as { retryAfterMs: number };
    expect(retryAfterMs).toBeGreaterThan(60_000);
    expect(retryAfterMs).toBeLessThanOrEqual(90_000);
  });

  it('gives up on silence before the headers, and in the middle of the body', async () => {
    const patience = { totalMs: 200 };
    const silence = {
      code: 'scraper/no-answer',
      disposition: 'retry',
      reason: 'no whole answer within 200 ms',
    };
    await expect(get(`/faults/silence${API}`, patience)).rejects.toMatchObject(silence);
    await expect(get(`/faults/stall${API}`, patience)).rejects.toMatchObject(silence);
  });

  it('says that nobody listens', async () => {
    const gone = await startFixtureBoards();
    await gone.close();
    const client = clientWith({ trusted: [gone.url] });
    const signal = new AbortController().signal;
    await expect(client.get(gone.url, { accept: '*/*', signal })).rejects.toMatchObject({
      code: 'scraper/no-answer',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('leaves a host alone for as long as it asked', async () => {
    let now = 1_000_000;
    const client = clientWith({ now: () => now });
    const signal = new AbortController().signal;
    const ask = (path: string) => client.get(boards.url + path, { accept: '*/*', signal });
    await expect(ask(`/faults/503${API}`)).rejects.toMatchObject({ code: 'scraper/server-failed' });
    const before = boards.asked.length;
    await expect(ask(API)).rejects.toMatchObject({ code: 'scraper/throttled', retryAfterMs: 7_000 });
    expect(boards.asked).toHaveLength(before);
    now += 7_001;
    await expect(ask(API)).resolves.toMatchObject({ status: 200 });
  });

  it.each(['429-bare', '503-bare'])('leaves a host that answers %s alone for a minute', async (fault) => {
    let now = 1_000_000;
    const client = clientWith({ now: () => now });
    const signal = new AbortController().signal;
    const ask = (path: string) => client.get(boards.url + path, { accept: '*/*', signal });
    await expect(ask(`/faults/${fault}${API}`)).rejects.toMatchObject({ disposition: 'retry' });
    await expect(ask(API)).rejects.toMatchObject({ code: 'scraper/throttled', retryAfterMs: 60_000 });
    now += 60_001;
    await expect(ask(API)).resolves.toMatchObject({ status: 200 });
  });

  it('refuses a port that is blocked, for good', async () => {
    const address = 'http://127.0.0.1:1/';
    const client = clientWith({ trusted: [address] });
    const signal = new AbortController().signal;
    await expect(client.get(address, { accept: '*/*', signal })).rejects.toMatchObject({
      code: 'scraper/address-refused',
      disposition: 'terminal',
    });
  });

  it('stays away from what robots.txt forbids', async () => {
    const before = boards.asked.length;
    await expect(get('/careers/sudring/private')).rejects.toMatchObject({
      code: 'scraper/robots-disallowed',
    });
    expect(boards.asked).toHaveLength(before);
  });

  it('asks no private address that settings do not name', async () => {
    await expect(get(API, { trusted: [] })).rejects.toMatchObject({ code: 'scraper/address-refused' });
    const client = clientWith({ trusted: [] });
    const local = boards.url.replace('127.0.0.1', 'localhost');
    const signal = new AbortController().signal;
    await expect(client.get(local, { accept: '*/*', signal })).rejects.toMatchObject({
      code: 'scraper/address-refused',
      reason: 'its name leads into a private network',
    });
  });

  it('stops when it is told to, with the reason that it was given', async () => {
    const stop = new AbortController();
    const answer = get(`/faults/silence${API}`, {}, stop.signal);
    stop.abort(new Error('cancelled by the person'));
    await expect(answer).rejects.toThrow('cancelled by the person');
  });

  it('does not pace what is ours', async () => {
    const client = clientWith({ requestsPerMinute: 1, unpaced: [boards.url] });
    const signal = new AbortController().signal;
    const answers = [1, 2, 3].map((n) => client.get(`${boards.url}${API}${n}`, { accept: '*/*', signal }));
    expect(await Promise.all(answers)).toHaveLength(3);
  });

  it('spaces out the requests to one host', async () => {
    const client = clientWith({ requestsPerMinute: 600, concurrency: 4 });
    const signal = new AbortController().signal;
    const started = performance.now();
    await Promise.all([1, 2, 3].map((n) => client.get(`${boards.url}${API}${n}`, { accept: '*/*', signal })));
    // Three requests and the one for robots.txt: three gaps of 100 ms.
    expect(performance.now() - started).toBeGreaterThan(280);
  });
});
