import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PoliteClient } from './polite-client.js';

let server: Server;
let url: string;
let asked: string[];
let robots: (response: ServerResponse) => void;
let page: (response: ServerResponse) => void;
let now: number;
let client: PoliteClient;

beforeEach(async () => {
  asked = [];
  page = (response) => response.end('a page');
  now = 1_000_000;
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (request.url === '/robots.txt') robots(response);
    else page(response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  client = new PoliteClient({
    userAgent: 'JobHunter/test',
    requestsPerMinute: 60_000,
    concurrency: 1,
    silenceMs: 30_000,
    totalMs: 60_000,
    maxBytes: 1024 * 1024,
    trusted: [url],
    now: () => now,
  });
});
afterEach(async () => {
  await client.close();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const get = (path: string) => client.get(url + path, { accept: '*/*', signal: new AbortController().signal });

describe('a robots.txt', () => {
  it.each([
    ['429', { 'retry-after': '30' }, 30_000],
    ['429', {}, 60_000],
    ['503', { 'retry-after': '30' }, 30_000],
    ['500', {}, 60_000],
  ])('that answers %s %j is asked for once, until its time is over', async (status, headers, patience) => {
    robots = (response) => response.writeHead(Number(status), headers).end();
    for (const path of ['/1', '/2', '/3'])
      await expect(get(path)).rejects.toMatchObject({ disposition: 'retry' });
    expect(asked).toEqual(['/robots.txt']);

    robots = (response) => response.writeHead(404).end();
    now += patience + 1;
    await expect(get('/1')).resolves.toMatchObject({ text: 'a page' });
    expect(asked).toEqual(['/robots.txt', '/robots.txt', '/1']);
  });

  it('is not asked for while another request to the host is under way', async () => {
    robots = (response) => response.end('');
    await get('/1');
    const arrived = once(server, 'request');
    let answer = (): void => undefined;
    page = (response) => (answer = () => void response.end('slow'));
    const slow = get('/slow');
    await arrived;
    now += 3_600_001;
    page = (response) => response.end('a page');
    const next = get('/2');
    await fetch(`${url}/somebody-else`);
    expect(asked).toEqual(['/robots.txt', '/1', '/slow', '/somebody-else']);
    answer();
    await Promise.all([slow, next]);
    expect(asked.slice(4)).toEqual(['/robots.txt', '/2']);
  });

  it('is not asked for while the host wants to be left alone', async () => {
    robots = (response) => response.end('');
    page = (response) => response.writeHead(429, { 'retry-after': '7200' }).end();
    await expect(get('/1')).rejects.toMatchObject({ code: 'scraper/throttled' });
    now += 3_600_001;
    await expect(get('/1')).rejects.toMatchObject({ code: 'scraper/throttled', retryAfterMs: 3_599_999 });
    expect(asked).toEqual(['/robots.txt', '/1']);
  });
});
