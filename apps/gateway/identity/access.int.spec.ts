import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { StartRequested } from '#libs/run-log';
import { flowRunId } from '#libs/run-log';
import { startGateway } from '../index.js';
import type { Gateway } from '../index.js';
import type { KeyView } from '../keys/key-record.js';
import type { NewKeyView } from '../keys/keys.controller.js';
import { EventStream } from '../testing/event-stream.js';
import { RunScript } from '../testing/run-script.js';
import { TestGateway } from '../testing/test-gateway.js';
import type { Answer, Body } from '../testing/test-gateway.js';
import type { Me } from './me.controller.js';

let at: TestGateway;
/** Another gateway over the same broker. */
let other: Gateway;
let admin: string;
/** Of kim, a member, and of vic, who may only look. */
let kim: NewKeyView;
let vic: NewKeyView;
const firstKeys: string[] = [];

beforeAll(async () => {
  const auth = { mode: 'on', onFirstKey: (key: string) => void firstKeys.push(key) } as const;
  at = await TestGateway.start({ auth, rateLimits: { failures: 0 } });
  other = await startGateway({ natsUrl: at.natsUrl, port: 0, logLevel: 'silent', auth });
  admin = firstKeys[0] ?? '';
  kim = await make({ name: 'laptop', userId: 'kim', role: 'member' });
  vic = await make({ name: 'wall', userId: 'vic', role: 'viewer' });
});
afterAll(async () => {
  await other.close();
  await at.close();
});

const bearer = (key: string, more: Record<string, string> = {}) => ({
  authorization: `Bearer ${key}`,
  ...more,
});
const get = <T = Body>(path: string, key: string, more: Record<string, string> = {}): Promise<Answer<T>> =>
  at.ask<T>(path, { headers: bearer(key, more) });
const post = <T = Body>(path: string, key: string, body: unknown = {}, more: Record<string, string> = {}) =>
  at.post<T>(path, body, bearer(key, more));
const revoke = (id: string, key = admin): Promise<Answer<KeyView>> =>
  at.ask<KeyView>(`/keys/${id}`, { method: 'DELETE', headers: bearer(key) });

async function make(wanted: object, by = admin): Promise<NewKeyView> {
  const { status, body } = await post<NewKeyView>('/keys', by, wanted);
  expect(status).toBe(201);
  return body;
}

describe('without a key', () => {
  it.each(['/flow-runs', '/operations', '/me', '/keys', '/jobs', '/metrics', '/workflows/song/state'])(
    '%s is refused with 401 that says what to do',
    async (path) => {
      const { status, headers, body } = await at.ask(path);
      expect({ status, code: body.code }).toEqual({ status: 401, code: 'gateway/no-credentials' });
      expect(body.detail).toContain('Authorization: Bearer');
      expect(headers.get('www-authenticate')).toBe('Bearer realm="jobhunter"');
      expect(headers.get('content-type')).toContain('application/problem+json');
    },
  );

  it('nothing is started', async () => {
    expect(await at.post('/workflows/song', { text: 'la' })).toMatchObject({ status: 401 });
    expect(await at.post('/operations/echo', { text: 'ho' })).toMatchObject({ status: 401 });
  });

  it('health answers, and the page that explains the rest', async () => {
    expect(await at.ask('/health/live')).toMatchObject({ status: 200 });
    expect(await at.ask('/health')).toMatchObject({ status: 200 });
    const page = await fetch(`${at.gateway.url}/docs`);
    expect(page.status).toBe(200);
    await page.text();
    const document = await at.ask<{ components: { securitySchemes: object } }>('/docs-json');
    expect(document.body.components.securitySchemes).toMatchObject({
      bearer: { type: 'http', scheme: 'bearer' },
    });
  });

  it('what a request says of who asks counts for nothing', async () => {
    const said: readonly Record<string, string>[] = [
      { 'x-user-id': 'kim' },
      { 'user-id': 'kim', grants: '*' },
      { cookie: 'key=1' },
    ];
    for (const headers of said) expect(await at.ask('/me', { headers })).toMatchObject({ status: 401 });
    expect(await at.ask(`/me?userId=kim&key=${admin}`)).toMatchObject({ status: 401 });
  });
});

describe('a header Authorization', () => {
  const word = 'x'.repeat(43);
  it.each([
    ['is of another kind', () => `Basic ${Buffer.from('a:b').toString('base64')}`, 'malformed-credentials'],
    ['has no kind', () => admin, 'malformed-credentials'],
    ['holds nothing', () => 'Bearer', 'malformed-credentials'],
    ['holds two words', () => `Bearer ${admin} ${admin}`, 'malformed-credentials'],
    ['holds half a key', () => `Bearer ${admin.slice(0, 20)}`, 'malformed-credentials'],
    ['holds more than a key', () => `Bearer ${admin}x`, 'malformed-credentials'],
    ['holds odd letters', () => `Bearer jh_${'<>'.repeat(20)}`, 'malformed-credentials'],
    ['is endless', () => `Bearer ${'a'.repeat(9_000)}`, 'malformed-credentials'],
    ['holds the key of another server', () => `Bearer jh_0123456789abcdef_${word}`, 'unknown-key'],
    ['holds a known id and another secret', () => `Bearer jh_${kim.id}_${word}`, 'unknown-key'],
    ['holds the id of what every object has', () => `Bearer jh_constructor_${word}`, 'unknown-key'],
    ['holds a token', () => 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJraW0ifQ.', 'bad-token'],
  ])('is refused when it %s', async (_what, header, code) => {
    const { status, headers, body } = await at.ask('/me', { headers: { authorization: header() } });
    expect({ status, code: body.code }).toEqual({ status: 401, code: `gateway/${code}` });
    expect(headers.get('www-authenticate')).toMatch(
      /^Bearer realm="jobhunter", error="invalid_token", error_d/,
    );
    expect(JSON.stringify(body)).not.toContain(admin.slice(-30));
  });

  it('may name its kind in any case', async () => {
    expect(await at.ask('/me', { headers: { authorization: `bEaReR  ${admin}` } })).toMatchObject({
      status: 200,
    });
  });
});

describe('a key', () => {
  it('is made once for the administrator, however many gateways start', async () => {
    expect(firstKeys).toHaveLength(1);
    expect((await get<Me>('/me', admin)).body).toMatchObject({
      ...{ userId: 'local', role: 'admin', method: 'key', permissions: ['*'] },
      key: { id: 'admin1', name: 'first key' },
    });
  });

  it('says who asks, and what they may do', async () => {
    expect((await get<Me>('/me', kim.key)).body).toMatchObject({
      ...{ userId: 'kim', role: 'member', actingUser: null, expiresAt: null },
      key: { id: kim.id, name: 'laptop' },
    });
  });

  it('is shown once: no list and no record tells it', async () => {
    const { body } = await get<{ items: KeyView[] }>('/keys', admin);
    expect(body.items.map(({ id }) => id)).toEqual(expect.arrayContaining([kim.id, vic.id, 'admin1']));
    const text = JSON.stringify(body);
    for (const { key } of [kim, vic]) expect(text).not.toContain(key.slice(-43));
    expect(text).not.toContain('hash');
  });

  it('is refused everywhere once it is revoked, and closes what it opened', async () => {
    const { id, key } = await make({ name: 'lost', userId: 'local', role: 'member' });
    const script = new RunScript(at.log, flowRunId('followed'));
    await script.start();
    const streams = await Promise.all(
      [at.gateway, other].map(({ url }) => EventStream.open(`${url}/flow-runs/followed/events`, bearer(key))),
    );
    for (const stream of streams) expect((await stream.until('StartRequested')).length).toBe(1);

    expect(await revoke(id)).toMatchObject({ status: 200, body: { id, status: 'revoked' } });
    for (const stream of streams) await expect(stream.until('end')).rejects.toThrow();
    for (const { url } of [at.gateway, other]) {
      const answer = await fetch(`${url}/me`, { headers: bearer(key) });
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({ code: 'gateway/revoked-key' });
    }
    expect(await post(`/keys/${id}/rotate`, admin)).toMatchObject({ status: 409 });
  });

  it('ends what waits for a run once it is revoked, and the run goes on', async () => {
    const { id, key } = await make({ name: 'waits', userId: 'kim', role: 'member' });
    const starts = at.log.connection.subscribe('run.*.*.in.request.start', { max: 1 });
    await at.log.connection.flush();
    const waiting = post('/workflows/song?wait=60', key, { text: 'la' });
    let runId = '';
    for await (const { subject } of starts) {
      runId = subject.split('.')[2] ?? '';
      await revoke(id);
    }
    expect(await waiting).toMatchObject({ status: 401, body: { code: 'gateway/credentials-over' } });
    const { events } = await at.log.readRun(flowRunId(runId));
    expect(events.map(({ event }) => event.type)).toEqual(['StartRequested']);
  });

  it('gets a new secret, and the old one is taken no more', async () => {
    const { id, key } = await make({ name: 'old', userId: 'kim', role: 'viewer' });
    const { body } = await post<NewKeyView>(`/keys/${id}/rotate`, kim.key);
    expect(body).toMatchObject({ id, userId: 'kim', role: 'viewer' });
    expect(await get('/me', key)).toMatchObject({ status: 401, body: { code: 'gateway/unknown-key' } });
    expect(await get('/me', body.key)).toMatchObject({ status: 200 });
  });

  it.each([
    [{ role: 'member' }, 'name'],
    [{ name: 'x' }, 'role'],
    [{ name: 'x', role: 'member', permissions: ['jobs:read'] }, 'role'],
    [{ name: 'x', role: 'king' }, 'role'],
    [{ name: 'x', permissions: ['jobs'] }, 'permissions'],
    [{ name: 'x', permissions: [] }, 'permissions'],
    [{ name: 'x', role: 'member', userId: 'a b' }, 'userId'],
    [{ name: 'x', role: 'member', userId: 'system' }, 'userId'],
    [{ name: 'x', role: 'member', expiresInDays: 0 }, 'expiresInDays'],
    [{ name: 'x', role: 'member', secret: 'mine' }, 'secret'],
  ])('is not made of %j', async (body, field) => {
    const answer = await post('/keys', admin, body);
    expect(answer).toMatchObject({ status: 422, body: { code: 'gateway/invalid-body' } });
    expect(answer.body.errors[0]?.field).toMatch(new RegExp(`^${field}`));
  });

  it('of somebody else is not there', async () => {
    for (const path of [`/keys/${vic.id}`, '/keys/0000'])
      expect(await get(path, kim.key)).toMatchObject({ status: 404, body: { code: 'gateway/no-such-key' } });
    expect(await revoke(vic.id, kim.key)).toMatchObject({ status: 404 });
    expect(await post(`/keys/${vic.id}/rotate`, kim.key)).toMatchObject({ status: 404 });
    expect(await get('/me', vic.key)).toMatchObject({ status: 200 });
    const { body } = await get<{ items: KeyView[] }>('/keys?all=true', kim.key);
    expect(new Set(body.items.map(({ userId }) => userId))).toEqual(new Set(['kim']));
  });
});

describe('who may do little', () => {
  it('is refused what asks for more, in a sentence that names it', async () => {
    const { status, body } = await post('/workflows/song', vic.key, { text: 'la' });
    expect({ status, code: body.code }).toEqual({ status: 403, code: 'gateway/forbidden' });
    expect(body.detail).toContain('runs:start');
    expect(await post('/operations/echo', vic.key, { text: 'ho' })).toMatchObject({ status: 403 });
    expect(await get('/operations', vic.key)).toMatchObject({ status: 200 });
    expect(await get('/metrics', kim.key)).toMatchObject({ status: 403 });
  });

  it('is refused again by the service, which leaves a record', async () => {
    const { key } = await make({ name: 'caller', userId: 'kim', permissions: ['operations:run'] });
    const { status, body } = await post('/operations/echo', key, { text: 'ho' });
    expect(status).toBe(403);
    expect(body).toMatchObject({ code: 'operation/forbidden', taskRunId: expect.any(String) });
    expect(body.detail).toContain('sounds:write');
    expect(await post('/operations/whisper', key, { text: 'ho' })).toMatchObject({ status: 200 });
  });

  it('gets no more by asking for it', async () => {
    const said = { userId: 'local', actor: { grants: ['*'] }, grants: ['*'] };
    const answer = await post(
      '/workflows/song',
      kim.key,
      { text: 'la' },
      { grants: '*', 'user-id': 'local' },
    );
    expect(answer.status).toBe(202);
    const { events } = await at.log.readRun(flowRunId(answer.body.runId));
    expect((events[0]?.event as StartRequested).actor).toEqual({
      ...{ userId: 'kim', channel: 'api', key: expect.any(String) },
      grants: expect.not.arrayContaining(['*']),
    });
    expect(await post('/operations/echo', kim.key, { text: 'ho', ...said })).toMatchObject({ status: 422 });
    const named = await post('/operations/echo', kim.key, { text: 'ho', userId: 'local' });
    expect(named.body.result).toMatchObject({ userId: 'kim' });
  });

  it('makes no key that may do more, nor one for another', async () => {
    for (const [by, body, lacking] of [
      [kim.key, { name: 'x', role: 'admin' }, '*'],
      [kim.key, { name: 'x', permissions: ['runs:any'] }, 'runs:any'],
      [kim.key, { name: 'x', permissions: ['runs:*'] }, 'runs:*'],
      [kim.key, { name: 'x', role: 'viewer', userId: 'vic' }, 'keys:admin'],
    ] as const) {
      const answer = await post('/keys', by, body);
      expect(answer).toMatchObject({ status: 403, body: { code: 'gateway/beyond-own-rights' } });
      expect(answer.body.detail).toContain(lacking);
    }
    expect(await post('/keys', vic.key, { name: 'x', role: 'viewer' })).toMatchObject({ status: 403 });
    expect((await make({ name: 'own', role: 'viewer' }, kim.key)).userId).toBe('kim');
  });

  it('gets hold of no stronger key of the same user by giving it a new secret', async () => {
    const strong = await make({ name: 'strong', userId: 'kim', role: 'operator' });
    expect(await post(`/keys/${strong.id}/rotate`, kim.key)).toMatchObject({ status: 403 });
    expect(await get('/me', strong.key)).toMatchObject({ status: 200 });
  });

  it('does not act for others', async () => {
    const operator = await make({ name: 'desk', userId: 'olga', role: 'operator' });
    for (const key of [kim.key, vic.key, operator.key]) {
      const answer = await get('/me', key, { 'x-user-id': 'local' });
      expect(answer).toMatchObject({ status: 403, body: { code: 'gateway/not-for-others' } });
    }
    expect(await get('/me', kim.key, { 'x-user-id': 'kim' })).toMatchObject({ status: 200 });
  });
});

describe('an administrator who acts for another', () => {
  it('does it in the other’s name, and it is told who did', async () => {
    expect((await get<Me>('/me', admin, { 'x-user-id': 'kim' })).body).toMatchObject({
      userId: 'kim',
      actingUser: 'local',
    });
    const { body } = await post('/workflows/song', admin, { text: 'la' }, { 'x-user-id': 'kim' });
    const { events } = await at.log.readRun(flowRunId(body.runId));
    expect((events[0]?.event as StartRequested).actor).toMatchObject({ userId: 'kim', by: 'local' });
    expect((await get(`/flow-runs/${body.runId}`, kim.key)).body).toMatchObject({
      actor: { userId: 'kim', channel: 'api', by: 'local' },
    });
  });

  it('sees what the other would', async () => {
    const { body } = await post('/workflows/song', kim.key, { text: 'mine' });
    const path = `/flow-runs/${body.runId}/steps`;
    const seen = (key: string, more = {}) => get(path, key, more).then(({ status }) => status);
    expect(await Promise.all([seen(kim.key), seen(vic.key), seen(admin)])).toEqual([200, 404, 200]);
    expect(await seen(admin, { 'x-user-id': 'kim' })).toBe(200);
    expect(await seen(admin, { 'x-user-id': 'vic' })).toBe(404);
  });
});

it('refuses to listen for others where it lets everybody in', async () => {
  const open = {
    natsUrl: at.natsUrl,
    port: 0,
    host: '0.0.0.0',
    logLevel: 'silent',
    auth: { mode: 'off' },
  } as const;
  await expect(startGateway(open)).rejects.toMatchObject({
    code: 'gateway/open-to-all',
    message: expect.stringContaining('0.0.0.0'),
  });
});
