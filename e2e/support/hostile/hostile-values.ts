import fc from 'fast-check';

const nested = (depth: number, open: string, close: string): string =>
  open.repeat(depth) + close.repeat(depth);

/** Values that no honest client sends, as JSON texts: some cannot be made by writing a value. */
export const HOSTILE_JSON: readonly string[] = [
  'null',
  'true',
  '0',
  '-1',
  '1e308',
  '1e400',
  '-0',
  '9007199254740993',
  '0.1e-320',
  '""',
  '"\\u0000"',
  '"a\\u0000b"',
  '"\\ud800"',
  '"\\u202e\\ufeff"',
  '"💥é\\u0301"',
  '"../../../../etc/passwd"',
  '"..\\\\..\\\\boot.ini"',
  '"%2e%2e%2f%00"',
  '"__proto__"',
  '"constructor"',
  '"$where"',
  '"*"',
  '">"',
  '"a.b.>"',
  '"\\r\\nX-Injected: 1"',
  '"2026-02-30T25:61:00Z"',
  '"+275760-09-13T00:00:00.001Z"',
  '"http://127.0.0.1:1/"',
  '"http://[::1]:1/"',
  '"file:///etc/passwd"',
  '"javascript:alert(1)"',
  '"(a+)+$"',
  '[]',
  '[null]',
  '[[[]]]',
  '{}',
  '{"a":1}',
  '{"$gt":""}',
  '{"$where":"sleep(1000)"}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"__proto__":{"polluted":true}}',
  '{"toString":1,"valueOf":2,"toJSON":3}',
  '{"length":1e9}',
  '{"then":1}',
  nested(500, '[', ']'),
  nested(500, '{"a":', '}').replace('{"a":}', '{}'),
  nested(2_000, '[', ']'),
  nested(2_000, '{"a":', '}').replace('{"a":}', '{}'),
  `"${'x'.repeat(70_000)}"`,
  `[${'0,'.repeat(5_000)}0]`,
];

/** Texts that no honest client puts into a path or a query; they are escaped by whoever sends them. */
const HOSTILE_TEXTS: readonly string[] = [
  '',
  ' ',
  '\0',
  'a\0b',
  '..',
  '../../etc/passwd',
  '.',
  '*',
  '>',
  'a.b',
  'a b',
  '$',
  '{}',
  '[]',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'null',
  'undefined',
  'NaN',
  'Infinity',
  '-1',
  '0',
  '1',
  '1e9',
  '0x10',
  '99999999999999999999',
  'true',
  '💥',
  'é',
  '\u202e',
  '\ud800',
  '\r\nX-Injected: 1',
  "' or 1=1 --",
  '(a+)+$',
  '2026-02-30',
  '+275760-09-13T00:00:00.001Z',
  'x'.repeat(200),
  'x'.repeat(1_000),
];

/** What stands in a path or a query just as it is, escaped wrongly or not at all. */
const RAW_TEXTS: readonly string[] = [
  '%',
  '%zz',
  '%ff',
  '%c0%af',
  '%00',
  '%2e%2e%2f',
  '%ed%a0%80',
  '+',
  '%25252e',
];

/** A lone surrogate cannot be written as UTF-8; its three bytes can be. */
const escaped = (text: string): string =>
  /\p{Surrogate}/u.test(text) ? '%ed%a0%80' : encodeURIComponent(text);

/** A part of a path or a query, escaped as it goes out. */
export const hostilePart: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...HOSTILE_TEXTS).map(escaped) },
  { weight: 1, arbitrary: fc.constantFrom(...RAW_TEXTS) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }).map(escaped) },
);

/** A JSON text, hostile or merely of another kind than what is meant. */
export const hostileJson: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...HOSTILE_JSON) },
  { weight: 1, arbitrary: fc.json({ maxDepth: 4 }) },
);
