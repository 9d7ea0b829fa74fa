import { afterEach, expect, it, jest } from '@jest/globals';
import { GatewayClient } from './gateway-client.js';

afterEach(() => {
  jest.restoreAllMocks();
});

it.each([
  ['UND_ERR_HEADERS_TIMEOUT', 'cli/slow-answer', /has not answered within five minutes/],
  ['ECONNREFUSED', 'cli/server-unreachable', /no JobHunter server answers/],
])('tells a server that is slow from one that is not there: %s', async (code, told, sentence) => {
  const cause = Object.assign(new Error('it broke off'), { code });
  jest.spyOn(globalThis, 'fetch').mockRejectedValue(new TypeError('fetch failed', { cause }));
  await expect(new GatewayClient('http://127.0.0.1:9').get('/jobs')).rejects.toMatchObject({
    code: told,
    message: expect.stringMatching(sentence),
  });
});
