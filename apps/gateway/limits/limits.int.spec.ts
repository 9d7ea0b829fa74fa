import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestGateway } from '../testing/test-gateway.js';

let at: TestGateway;
let key = '';
const ORIGIN = 'https://hunt.example';

beforeAll(async () => {
  at = await TestGateway.start({
    auth: { mode: 'on', onFirstKey: (made) => void (key = made) },
    rateLimits: { perKey: 5, perAddress: 8, failures: 3 },
    corsOrigins: [ORIGIN],
    trustedProxies: ['127.0.0.1'],
  });
});
afterAll(() => at.close());

const from = (ip: string, more: Record<string, string> = {}): Promise<Response> =>
  fetch(`${at.gateway.url}/me`, { headers: { 'x-forwarded-for': ip, ...more } });
const statusesOf = async (count: number, ask: () => Promise<Response>): Promise<number[]> => {
  const statuses: number[] = [];
  for (let nth = 0; nth < count; nth++) {
    const answer = await ask();
    await answer.text();
    statuses.push(answer.status);
  }
  return statuses;
};

describe('too many requests', () => {
  it('with one key are refused with 429 that says when to come again, and how many are left before that', async () => {
    const made = await at.post<{ key: string }>(
      '/keys',
      { name: 'busy', role: 'viewer' },
      { authorization: `Bearer ${key}` },
    );
    const headers = { authorization: `Bearer ${made.body.key}` };
    const first = await at.ask('/me', { headers });
    expect(first.status).toBe(200);
    expect(first.headers.get('ratelimit-limit')).toBe('5');
    expect(first.headers.get('ratelimit-remaining')).toBe('4');
    expect(Number(first.headers.get('ratelimit-reset'))).toBeGreaterThan(0);
    for (let nth = 0; nth < 4; nth++) expect(await at.ask('/me', { headers })).toMatchObject({ status: 200 });
    const refused = await at.ask('/me', { headers });
    expect(refused).toMatchObject({
      status: 429,
      body: { code: 'gateway/rate-limited', disposition: 'retry' },
    });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.headers.get('ratelimit-remaining')).toBe('0');
  });

  it('from one address are refused before anything of them is looked at, and others are not', async () => {
    const ask = () => fetch(`${at.gateway.url}/docs-json`, { headers: { 'x-forwarded-for': '203.0.113.7' } });
    expect(await statusesOf(9, ask)).toEqual([...Array.from({ length: 8 }, () => 200), 429]);
    expect((await from('203.0.113.8')).status).toBe(401);
  });

  it('count together where they come from one network of IPv6', async () => {
    let nth = 0;
    const ask = () => from(`2001:db8:0:1::${(++nth).toString(16)}`);
    expect((await statusesOf(9, ask)).at(-1)).toBe(429);
    expect((await from('2001:db8:0:2::1')).status).toBe(401);
  });

  it('with a key that is not taken are soon refused, and a good one is taken all the same', async () => {
    const wrong = () => from('203.0.113.20', { authorization: `Bearer jh_0000_${'x'.repeat(43)}` });
    expect(await statusesOf(4, wrong)).toEqual([401, 401, 401, 429]);
    const refused = await wrong();
    expect(await refused.json()).toMatchObject({ code: 'gateway/too-many-failures' });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await from('203.0.113.20', { authorization: `Bearer ${key}` })).status).toBe(200);
  });

  it('without any key are no failures: a browser asks so first', async () => {
    expect(await statusesOf(5, () => from('203.0.113.30'))).toEqual([401, 401, 401, 401, 401]);
  });

  it('never reach health', async () => {
    const ask = () => fetch(`${at.gateway.url}/health/live`);
    expect(new Set(await statusesOf(12, ask))).toEqual(new Set([200]));
  });
});

describe('a page of another origin', () => {
  const preflight = (origin: string) =>
    fetch(`${at.gateway.url}/flow-runs`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    });

  it('may ask where its origin is listed, and is let in by its key alone', async () => {
    const allowed = await preflight(ORIGIN);
    expect(allowed.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(allowed.headers.get('access-control-allow-credentials')).toBeNull();
    const asked = await fetch(`${at.gateway.url}/operations/whisper`, {
      method: 'POST',
      headers: {
        ...{ origin: ORIGIN, 'sec-fetch-site': 'cross-site' },
        ...{ authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      },
      body: '{"text":"psst"}',
    });
    expect(asked.status).toBe(200);
    expect(asked.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect((await fetch(`${at.gateway.url}/me`, { headers: { origin: ORIGIN } })).status).toBe(401);
  });

  it.each(['https://elsewhere.example', 'http://hunt.example', 'https://hunt.example.evil.example', 'null'])(
    'may not ask from %s',
    async (origin) => {
      const answer = await preflight(origin);
      expect(answer.headers.get('access-control-allow-origin')).not.toBe(origin);
      expect(answer.headers.get('access-control-allow-origin')).not.toBe('*');
      const asked = await fetch(`${at.gateway.url}/operations/whisper`, {
        method: 'POST',
        headers: { origin, 'sec-fetch-site': 'cross-site', authorization: `Bearer ${key}` },
      });
      expect(asked.status).toBe(403);
    },
  );
});

describe('every answer', () => {
  it.each(['/health/live', '/docs', '/me', '/nowhere'])(
    'of %s tells browsers to be careful',
    async (path) => {
      const { headers } = await fetch(at.gateway.url + path);
      expect(Object.fromEntries(headers)).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': expect.stringMatching(/DENY|SAMEORIGIN/),
        'referrer-policy': 'no-referrer',
        'content-security-policy': expect.stringContaining("default-src 'self'"),
        'cross-origin-opener-policy': 'same-origin',
      });
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('server')).toBeNull();
    },
  );
});
