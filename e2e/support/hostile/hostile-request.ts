import fc from 'fast-check';
import type { Route } from './described.js';
import { hostileJson, hostilePart } from './hostile-values.js';

export interface HostileRequest {
  /** What is wrong with it. */
  readonly kind: string;
  readonly method: string;
  /** With its query, escaped as it goes out. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Uint8Array;
}

/** Ids and names that are there, by the beginning of the paths that they stand in; the longest beginning counts. */
export type Known = Readonly<Record<string, Readonly<Record<string, string>>>>;

const JSON_TYPE = { 'content-type': 'application/json' };
const BODY_LIMIT = 5 * 1024 * 1024;
/** Nothing goes out to others, whatever is run. */
const DRY = { 'x-dry-run': 'true' };
const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND', 'SEARCH'];

/** Makes requests to all routes of a document, each wrong in one way at least, and honest in what else it says. */
export function hostileRequests(routes: readonly Route[], known: Known): fc.Arbitrary<HostileRequest> {
  return fc.constantFrom(...routes).chain((route) =>
    fc.oneof(
      ...(route.body === undefined
        ? []
        : [
            { weight: 6, arbitrary: wrongField(route, known) },
            { weight: 3, arbitrary: wrongBody(route, known) },
          ]),
      ...(route.path.includes('{') ? [{ weight: 4, arbitrary: wrongPath(route, known) }] : []),
      { weight: 4, arbitrary: wrongQuery(route, known) },
      { weight: 2, arbitrary: wrongHeader(route, known) },
      { weight: 1, arbitrary: wrongMethod(route, known) },
    ),
  );
}

function honest(route: Route, known: Known): Omit<HostileRequest, 'kind'> {
  const { method, path, body } = route;
  const start = Object.keys(known)
    .filter((beginning) => path.startsWith(beginning))
    .sort((a, b) => b.length - a.length)[0];
  const names = start === undefined ? {} : known[start];
  const target = path.replace(/\{(\w+)\}/g, (_all, name: string) => names?.[name] ?? 'nothing');
  const runs = /^\/(operations|workflows)\//.test(path) && method === 'POST';
  return {
    method,
    target,
    headers: { ...(body ? JSON_TYPE : {}), ...(runs ? DRY : {}) },
    ...(body ? { body: jsonOf(body) } : {}),
  };
}

const jsonOf = (fields: Readonly<Record<string, string>>): string =>
  `{${Object.entries(fields)
    .map(([name, json]) => `${JSON.stringify(name)}:${json}`)
    .join(',')}}`;

function wrongField(route: Route, known: Known): fc.Arbitrary<HostileRequest> {
  const sent = honest(route, known);
  const names = [...route.fields, 'colour', '__proto__', 'constructor', '$set', 'userId', ''];
  return fc
    .array(fc.tuple(fc.constantFrom(...names), hostileJson), { minLength: 1, maxLength: 3 })
    .map((wrong) => ({
      ...sent,
      kind: `fields ${wrong.map(([name]) => name).join()}`,
      body: jsonOf({ ...route.body, ...Object.fromEntries(wrong) }),
    }));
}

function wrongBody(route: Route, known: Known): fc.Arbitrary<HostileRequest> {
  const sent = honest(route, known);
  const right = String(sent.body);
  const typed = (type: string, body: string | Uint8Array = right): HostileRequest => ({
    ...sent,
    kind: `body of type ${type}`,
    headers: { ...sent.headers, 'content-type': type },
    body,
  });
  const holding = (kind: string, body: string | Uint8Array): HostileRequest => ({ ...sent, kind, body });
  const { ['content-type']: _type, ...untyped } = sent.headers;
  return fc.oneof(
    { weight: 6, arbitrary: hostileJson.map((body) => holding('another body', body)) },
    {
      weight: 3,
      arbitrary: fc.nat(right.length).map((end) => holding('broken JSON', `${right.slice(0, end)}\u0001`)),
    },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        holding('no body', ''),
        holding('two bodies', right + right),
        holding('a byte order mark', `\ufeff${right}`),
        holding('bytes that are no UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])),
        holding('a name that stands there twice', `{"a":1,"a":2,${right.slice(1)}`.replace(',}', '}')),
        typed('text/plain'),
        typed('application/xml', '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
        typed('multipart/form-data; boundary=x', '--x--'),
        typed('application/x-www-form-urlencoded', 'a=1&__proto__[b]=2'),
        typed('application/json; charset=utf-16'),
        typed('application/json; charset='),
        typed('application/json;'.repeat(50)),
        typed('/'),
        { ...sent, kind: 'no type', headers: untyped },
        { ...sent, kind: 'an encoding', headers: { ...sent.headers, 'content-encoding': 'gzip' } },
      ),
    },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom(BODY_LIMIT - 12, BODY_LIMIT - 11, BODY_LIMIT, BODY_LIMIT + 1)
        .map((bytes) => holding(`${bytes} bytes`, `{"text":"${'x'.repeat(bytes - 11)}"}`)),
    },
  );
}

function wrongPath(route: Route, known: Known): fc.Arbitrary<HostileRequest> {
  const sent = honest(route, known);
  const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  return fc.tuple(fc.constantFrom(...names), hostilePart).map(([name, part]) => {
    const rest = honest({ ...route, path: route.path.replace(`{${name}}`, '\u0001') }, known).target;
    return { ...sent, kind: `path ${name}`, target: rest.replace('\u0001', () => part) };
  });
}

function wrongQuery(route: Route, known: Known): fc.Arbitrary<HostileRequest> {
  const sent = honest(route, known);
  const odd = fc.constantFrom('colour', '__proto__', 'constructor', 'a[b]', 'limit[$gt]', 'userId');
  const name = fc.oneof(
    { weight: 1, arbitrary: odd },
    { weight: 6, arbitrary: fc.constantFrom(...route.query, 'limit') },
  );
  return fc.array(fc.tuple(name, hostilePart), { minLength: 1, maxLength: 3 }).chain((wrong) =>
    fc.boolean().map((twice) => {
      const all = twice ? [...wrong, ...wrong] : wrong;
      const query = all.map(([key, value]) => `${encodeURIComponent(key)}=${value}`).join('&');
      return {
        ...sent,
        kind: `query ${wrong.map(([key]) => key).join()}`,
        target: `${sent.target}?${query}`,
      };
    }),
  );
}

const HEADER_VALUES = [
  '',
  ' ',
  '*',
  '"',
  '""',
  'W/"1"',
  '"99999999999999999999"',
  '-1',
  '{}',
  'é',
  'x'.repeat(5_000),
];
const HEADERS = [
  'if-match',
  'if-none-match',
  'idempotency-key',
  'x-user-id',
  'x-channel',
  'x-dry-run',
  'x-test-mode',
  'authorization',
  'cookie',
  'accept',
  'accept-encoding',
  'range',
  'last-event-id',
  'traceparent',
  'baggage',
  'x-forwarded-for',
  'forwarded',
  'origin',
  'sec-fetch-site',
  'expect',
  'upgrade',
];

function wrongHeader(route: Route, known: Known): fc.Arbitrary<HostileRequest> {
  const sent = honest(route, known);
  const one = fc
    .tuple(fc.constantFrom(...HEADERS), fc.constantFrom(...HEADER_VALUES))
    .map(([name, value]) => ({
      ...sent,
      kind: `header ${name}`,
      headers: { ...sent.headers, [name]: value },
    }));
  return fc.oneof(
    { weight: 8, arbitrary: one },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        { ...sent, kind: 'large headers', headers: { ...sent.headers, 'x-much': 'x'.repeat(20_000) } },
        {
          ...sent,
          kind: 'many headers',
          headers: { ...sent.headers, 'x-many': Array.from({ length: 900 }, () => 'a') },
        },
      ),
    },
  );
}

function wrongMethod(route: Route, known: Known): fc.Arbitrary<HostileRequest> {
  const { target, headers } = honest(route, known);
  return fc
    .tuple(fc.constantFrom(...METHODS), fc.constantFrom('', '/', '/..', '//', '/nowhere', ';a=b'))
    .map(([method, end]) => ({
      kind: `method ${method}`,
      method,
      target: target + end,
      headers: { ...headers, ...DRY },
      ...(method === 'HEAD' || method === 'TRACE' ? {} : { body: '{}' }),
    }));
}
