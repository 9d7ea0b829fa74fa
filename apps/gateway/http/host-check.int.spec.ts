import { request } from 'node:http';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { testNats } from '#libs/testing';
import { startGateway } from '../index.js';
import type { Gateway } from '../index.js';

let gateway: Gateway;

beforeAll(async () => {
  const { url: natsUrl } = testNats();
  gateway = await startGateway({
    natsUrl,
    port: 0,
    logLevel: 'silent',
    auth: { mode: 'off' },
    allowedHosts: ['hunt.example'],
  });
});
afterAll(() => gateway.close());

interface Answer {
  readonly status: number | undefined;
  readonly type: string | undefined;
  readonly body: unknown;
}

/** Asks with a Host of the test's own, which fetch does not let one set. */
const ask = (method: string, path: string, headers: Record<string, string>): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asked = request(gateway.url + path, { method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () =>
        resolve({
          status: response.statusCode,
          type: response.headers['content-type'],
          body: JSON.parse(Buffer.concat(chunks).toString()) as unknown,
        }),
      );
    });
    asked.once('error', reject).end();
  });

it.each([
  ['GET', '/operations'],
  ['POST', '/operations/echo'],
  ['GET', '/nowhere'],
])('a page whose name resolves to this machine gets nothing by %s %s', async (method, path) => {
  const host = `evil.example:${gateway.port}`;
  const answer = await ask(method, path, { host, origin: `http://${host}` });
  expect(answer).toMatchObject({
    status: 421,
    type: expect.stringContaining('application/problem+json'),
    body: {
      code: 'gateway/misdirected',
      title: 'Misdirected Request',
      errors: [{ field: 'Host', value: host }],
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
    },
  });
});

it.each(['localhost', '127.0.0.1', '[::1]', 'hunt.example'])('a request for %s is taken', async (name) => {
  expect(await ask('GET', '/operations', { host: `${name}:${gateway.port}` })).toMatchObject({ status: 200 });
});
