import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestGateway } from '../testing/test-gateway.js';

let at: TestGateway;

beforeAll(async () => {
  at = await TestGateway.start();
});
afterAll(() => at.close());

describe('a request that cannot be taken', () => {
  const bytes = (...values: number[]) => new Uint8Array(values);

  it.each([
    ['JSON that ends too early', '{"text": ', 400, 'gateway/malformed-json'],
    ['a body that is no UTF-8', bytes(0x22, 0xff, 0xfe, 0x22), 400, 'gateway/bad-encoding'],
    ['a field that would reach a prototype', '{"__proto__": {"a": 1}}', 400, 'gateway/malformed-json'],
  ])('is refused: %s', async (_what, body, status, code) => {
    const answer = await at.ask('/operations/echo', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(answer).toMatchObject({ status, body: { code, status } });
  });

  it.each(['text/plain', 'application/xml', 'application/json; charset=latin1'])(
    'is refused with 415 when its body is %s',
    async (type) => {
      const answer = await at.ask('/operations/echo', {
        method: 'POST',
        headers: { 'content-type': type },
        body: '{}',
      });
      expect(answer).toMatchObject({ status: 415, body: { code: 'gateway/unsupported-media-type' } });
      expect(answer.body.detail).toContain('application/json');
    },
  );

  it('is refused with 413 when its body has 20 MB, and the gateway goes on', async () => {
    const answer = await at.post('/operations/echo', { text: 'x'.repeat(20 * 1024 * 1024) });
    expect(answer).toMatchObject({ status: 413, body: { code: 'gateway/body-too-large' } });
    expect(answer.body.detail).toContain('5 MB');
    expect((await at.post('/operations/whisper', { text: 'still here' })).status).toBe(200);
  });

  it('is a 404 where there is nothing, and a 405 that names the methods where there is', async () => {
    expect(await at.ask('/nowhere')).toMatchObject({ status: 404, body: { code: 'gateway/unknown-route' } });
    const wrong = await at.ask('/flow-runs', { method: 'DELETE' });
    expect(wrong).toMatchObject({ status: 405, body: { code: 'gateway/method-not-allowed' } });
    expect(wrong.headers.get('allow')).toBe('GET, HEAD');
  });

  it.each([
    ['/flow-runs?limit=0', 'limit', 0],
    ['/flow-runs?limit=-1', 'limit', -1],
    ['/flow-runs?limit=1000000', 'limit', 1_000_000],
    ['/flow-runs?limit=ten', 'limit', 'ten'],
    ['/flow-runs?from=2026-02-30T00:00:00Z', 'from', '2026-02-30T00:00:00Z'],
    ['/task-runs?from=2026-123', 'from', '2026-123'],
    ['/jobs?to=2026-W05', 'to', '2026-W05'],
    ['/flow-runs?status=sleeping', 'status', 'sleeping'],
    ['/flow-runs?sort=colour', 'sort', 'colour'],
    ['/flow-runs?colour=red', 'colour', 'red'],
    ['/flow-runs?cursor=torn', 'cursor', 'torn'],
    ['/task-runs?orchestrated=maybe', 'orchestrated', 'maybe'],
    ['/analytics/trend?unit=minute', 'unit', 'minute'],
    ['/jobs?limit=0', 'limit', 0],
    ['/operations/echo?dryRun=perhaps', 'dryRun', 'perhaps'],
    ['/workflows/song?wait=61', 'wait', 61],
  ])('is refused with 400 that names what is wrong: %s', async (path, field, value) => {
    const isStart = path.startsWith('/operations/') || path.startsWith('/workflows/');
    const answer = isStart ? await at.post(path, { text: 'ho' }) : await at.ask(path);
    expect(answer).toMatchObject({ status: 400, body: { code: 'gateway/bad-query' } });
    expect(answer.body.errors).toMatchObject([{ field, value }]);
    expect(answer.body.errors[0]?.message).not.toBe('');
  });

  it.each(['/flow-runs/a%20b', '/task-runs/a.b', `/flow-runs/${'x'.repeat(129)}/events`])(
    'is refused with 400 when the id could be none: %s',
    async (path) => {
      expect(await at.ask(path)).toMatchObject({
        status: 400,
        body: { code: 'gateway/bad-id', errors: [{ field: 'id' }] },
      });
    },
  );

  it.each([
    ['/flow-runs/%ff', 400, 'gateway/bad-encoding'],
    [`/flow-runs/${'x'.repeat(300)}`, 414, 'gateway/uri-too-long'],
  ])('is refused when its path cannot be read: %s', async (path, status, code) => {
    expect(await at.ask(path)).toMatchObject({ status, body: { code } });
  });

  it('is refused when its headers are too large', async () => {
    const answer = await at.ask('/operations', { headers: { 'x-much': 'x'.repeat(20_000) } });
    expect(answer).toMatchObject({ status: 431, body: { code: 'gateway/headers-too-large' } });
  });

  it.each([
    ['x-user-id', 'a b'],
    ['x-channel', 'pigeon'],
  ])('is refused with 400 when %s is %j', async (header, value) => {
    const answer = await at.ask('/flow-runs', { headers: { [header]: value } });
    expect(answer).toMatchObject({ status: 400, body: { code: 'gateway/bad-header' } });
  });

  it('is refused when a page of another origin sends it', async () => {
    const answer = await at.ask('/operations/whisper', {
      method: 'POST',
      headers: { 'sec-fetch-site': 'cross-site', origin: 'https://elsewhere.example' },
    });
    expect(answer).toMatchObject({ status: 403, body: { code: 'gateway/cross-origin' } });
  });
});
