import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startAllServices, type AllServices } from '../apps/cli/testing/all-services.js';

let services: AllServices;

beforeAll(async () => {
  services = await startAllServices();
});
afterAll(() => services?.close());

interface Answered {
  readonly status: number;
  readonly etag: string;
  readonly body: Readonly<Record<string, unknown>>;
}

async function ask(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: unknown,
): Promise<Answered> {
  const response = await fetch(services.gateway.url + path, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    etag: response.headers.get('etag') ?? '',
    body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
  };
}

const STALE = { status: 412, body: { code: 'gateway/precondition-failed' } };
const resume = (name: string) => ({ resume: { basics: { name } } });

describe('an edit that names what it was made against', () => {
  it('of a profile is refused once there is a newer version', async () => {
    const forNew = { 'if-none-match': '*' };
    expect(await ask('PUT', '/profile', { 'if-match': '"1"' }, resume('Kim'))).toMatchObject(STALE);
    const first = await ask('PUT', '/profile', forNew, resume('Kim'));
    expect(first).toMatchObject({ status: 200, etag: '"1"' });
    expect(await ask('PUT', '/profile', forNew, resume('Sam'))).toMatchObject(STALE);

    const read = await ask('GET', '/profile');
    expect(read.etag).toBe('"1"');
    expect(await ask('GET', '/profile', { 'if-none-match': read.etag })).toMatchObject({ status: 304 });
    const mine = { 'if-match': read.etag };
    const changed = await ask('PATCH', '/profile', mine, { preferences: { dailyLimit: 7 } });
    expect(changed).toMatchObject({ status: 200, etag: '"2"' });
    for (const [method, body] of [
      ['PATCH', { preferences: { dailyLimit: 9 } }],
      ['PUT', resume('Sam')],
    ] as const)
      expect(await ask(method, '/profile', mine, body)).toMatchObject(STALE);
    expect((await ask('GET', '/profile', mine)).body).toMatchObject({
      version: 2,
      resume: { basics: { name: 'Kim' } },
      preferences: { dailyLimit: 7 },
    });
  });

  it('of a profile is made by one of many who have read the same', async () => {
    const { etag } = await ask('GET', '/profile');
    const all = await Promise.all(
      [11, 12, 13, 14, 15].map((dailyLimit) =>
        ask('PATCH', '/profile', { 'if-match': etag }, { preferences: { dailyLimit } }),
      ),
    );
    expect(all.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412, 412]);
  });

  it('of a job is refused once the person has said something else of it', async () => {
    const jobs = [{ title: 'Engineer', company: 'Ahornau GmbH', url: 'https://ahornau.example/jobs/1' }];
    const created = await ask('POST', '/jobs', {}, { jobs });
    const [id] = created.body['jobIds'] as string[];
    const path = `/jobs/${id}`;
    const { etag } = await ask('GET', path);
    const changed = await ask('PATCH', path, { 'if-match': etag }, { notes: 'call on Monday' });
    expect(changed.status).toBe(200);
    expect((await ask('GET', path)).etag).toBe(changed.etag);
    expect(await ask('PATCH', path, { 'if-match': etag }, { status: 'archived' })).toMatchObject(STALE);
    // What a board says meanwhile is no edit of the person's.
    await ask('POST', '/jobs', {}, { jobs });
    expect((await ask('GET', path)).etag).toBe(changed.etag);
    const all = await Promise.all(
      ['a', 'b', 'c', 'd'].map((notes) => ask('PATCH', path, { 'if-match': changed.etag }, { notes })),
    );
    expect(all.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412]);
    expect(await ask('PATCH', path, {}, { notes: 'whatever stands there' })).toMatchObject({ status: 200 });
    expect(await ask('DELETE', path, { 'if-match': etag })).toMatchObject(STALE);
    const last = await ask('GET', path);
    expect(await ask('DELETE', path, { 'if-match': last.etag })).toMatchObject({ status: 200 });
    expect((await ask('GET', path)).status).toBe(404);
  });

  it('is refused where the tag could be none', async () => {
    for (const tag of ['', '1', 'W/"1"', '"1", "2"', '"x"'])
      expect(await ask('PATCH', '/profile', { 'if-match': tag }, {})).toMatchObject({
        status: 400,
        body: { code: 'gateway/bad-header' },
      });
  });
});
