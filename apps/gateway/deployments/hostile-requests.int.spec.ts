import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Deployments } from '#libs/deployments';
import { keepDeployments } from '../testing/deployments.fixtures.js';
import { TestGateway } from '../testing/test-gateway.js';

let at: TestGateway;
let deployments: Deployments;

beforeAll(async () => {
  at = await TestGateway.start();
  deployments = await keepDeployments(at);
});
afterAll(async () => {
  await deployments?.close();
  await at?.close();
});

const NAMES = ['%00', '*', '>', 'a.b', '__proto__', 'constructor', 'ä', '%F0%9F%92%A5', 'x'.repeat(200)];
const DEEP = JSON.parse('['.repeat(500) + ']'.repeat(500)) as unknown;
const VALUES: readonly unknown[] = [
  null,
  0,
  -1,
  1e308,
  '',
  'x',
  [],
  {},
  [null],
  { a: 1 },
  true,
  DEEP,
  'x'.repeat(10_000),
];
const FIELDS = [
  'flow',
  'name',
  'parameters',
  'tags',
  'schedule',
  'triggers',
  'paused',
  'concurrency',
  'overlap',
  'missed',
  'flags',
  'source',
];

async function statusOf(method: string, path: string, body?: unknown): Promise<number> {
  const headers = { 'content-type': 'application/json', 'if-match': '*' };
  const init = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await fetch(at.gateway.url + path, { method, headers, ...init });
  await answer.arrayBuffer();
  return answer.status;
}

it('refuses whatever stands in the path', async () => {
  const statuses = new Set<number>();
  for (const name of NAMES)
    for (const [method, verb] of [
      ['GET', ''],
      ['DELETE', ''],
      ['GET', '/next'],
      ['POST', '/run'],
    ] as const)
      for (const path of [`song/${name}`, `${name}/x`, `${name}/${name}`])
        statuses.add(await statusOf(method, `/deployments/${path}${verb}`));
  expect([...statuses].filter((status) => status < 400 || status >= 500)).toEqual([]);
});

it('refuses, or takes, whatever stands in a field, and never fails on it', async () => {
  const wrong: unknown[] = [];
  for (const field of FIELDS)
    for (const value of VALUES) {
      const spec = { flow: 'song', name: 'hostile', parameters: { text: 'la' }, [field]: value };
      for (const [path, body] of [
        ['/deployments', spec],
        ['/deployments/plan', { deployments: [spec] }],
        ['/deployments/apply', { deployments: [spec], source: 's', prune: true }],
      ] as const) {
        const status = await statusOf('POST', path, body);
        if (status >= 500) wrong.push([status, path, field, JSON.stringify(value).slice(0, 40)]);
      }
      const status = await statusOf('PUT', '/deployments/song/hostile', { [field]: value });
      if (status >= 500) wrong.push([status, 'PUT', field, JSON.stringify(value).slice(0, 40)]);
    }
  expect(wrong).toEqual([]);
});

it('refuses triggers that are none, and never fails on them', async () => {
  const wrong: unknown[] = [];
  const queries: readonly object[] = [
    { $where: 'while (true) {}' },
    { type: { $regex: '(a+)+$' } },
    { 'data.a': { $not: { $not: { $not: {} } } } },
    { $or: [] },
    { $and: [{ $or: [{ $nor: [{}] }] }] },
    { data: { $gt: { $gt: 1 } } },
    { 'data.__proto__.x': 1 },
    { constructor: { prototype: 1 } },
    { 'data..a': 1 },
    { 'data.a': { $in: 5 } },
    { 'data.a': { $exists: 'x' } },
  ];
  const texts = ['${{', '${{ event }}', '${{ event.__proto__.x }}', '${{ event.data[99999999999999] }}'];
  const ofValues: unknown[] = ['event', 'run', 'webhook', 'on', 'scheme', 'where', 'parameters'].flatMap(
    (field) =>
      VALUES.flatMap((value) => [
        { [field]: value },
        { event: 'a.b', [field]: value },
        { run: 'pipe', [field]: value },
      ]),
  );
  const triggers: unknown[] = [
    ...ofValues,
    ...[
      '*',
      '>',
      '>.a',
      'a.>.b',
      '.',
      'a.',
      ' ',
      'a b',
      '\u0000',
      'run',
      'webhook.x',
      `${'a.'.repeat(300)}a`,
    ].map((event) => ({ event })),
    ...['/', 'a/b/c', '/x', 'pipe/', 'pipe/../x', '__proto__', 'constructor'].map((run) => ({ run })),
    ...queries.map((where) => ({ event: 'a.b', where })),
    ...texts.map((text) => ({ event: 'a.b', parameters: { text } })),
  ];
  const spec = { flow: 'song', parameters: { text: 'la' } };
  const all = triggers.map((trigger, n) => ({ ...spec, name: `hostile-${n}`, triggers: [trigger] }));
  for (let from = 0; from < all.length; from += 50) {
    const status = await statusOf('POST', '/deployments/apply', { deployments: all.slice(from, from + 50) });
    if (status !== 200 && status !== 422) wrong.push([status, from]);
  }
  for (const each of all.slice(ofValues.length)) {
    const status = await statusOf('POST', '/deployments', each);
    if (![201, 409, 422].includes(status)) wrong.push([status, JSON.stringify(each.triggers).slice(0, 60)]);
  }
  // Whatever was taken listens now.
  for (const value of VALUES)
    for (const type of ['a.b', 'a', value]) {
      const status = await statusOf('POST', '/events', { type, data: value });
      if (![202, 422].includes(status)) wrong.push([status, JSON.stringify([type, value]).slice(0, 60)]);
    }
  expect(wrong).toEqual([]);
});

it('refuses pipes that are none, and never fails on them', async () => {
  const wrong: unknown[] = [];
  for (const field of [
    'id',
    'use',
    'with',
    'when',
    'retries',
    'retryDelaySeconds',
    'timeoutSeconds',
    'onFailure',
  ])
    for (const value of [...VALUES, '${{', '${{ steps.a }}', { text: '${{ steps.__proto__.x }}' }]) {
      const steps = [
        { use: 'whisper', with: { text: 'a' } },
        { use: 'echo', with: { text: 'b' }, [field]: value },
      ];
      const spec = { flow: 'pipe', name: 'hostile', parameters: { steps }, paused: true };
      const status = await statusOf('POST', '/deployments/plan', { deployments: [spec] });
      if (status !== 200 && status !== 422) wrong.push([status, field, JSON.stringify(value).slice(0, 40)]);
    }
  for (const steps of VALUES) {
    const status = await statusOf('POST', '/workflows/pipe', { steps });
    if (status >= 500) wrong.push([status, JSON.stringify(steps).slice(0, 40)]);
  }
  expect(wrong).toEqual([]);
});
