import { describe, expect, it } from '@jest/globals';
import { readJson } from './body.js';

describe('a body', () => {
  it('is JSON, or nothing', () => {
    expect(readJson(Buffer.from('{"a":"ä"}'), 'application/json; charset=UTF-8')).toEqual({ a: 'ä' });
    expect(readJson(Buffer.alloc(0))).toBeUndefined();
  });

  it.each([
    ['{"a"', 'gateway/malformed-json'],
    ['', 'gateway/bad-encoding', Buffer.from([0xc3, 0x28])],
    ['{"__proto__": 1}', 'gateway/malformed-json'],
    ['{"a": [{"\\u005f_proto__": 1}]}', 'gateway/malformed-json'],
  ])('is refused: %s', (text, code, bytes = Buffer.from(text)) => {
    expect(() => readJson(bytes)).toThrow(expect.objectContaining({ code }));
  });

  it('is refused where it lies deeper than any stack takes', () => {
    const deep = (levels: number): Buffer => Buffer.from('['.repeat(levels) + ']'.repeat(levels));
    expect(readJson(deep(512))).toHaveLength(1);
    expect(() => readJson(deep(513))).toThrow(expect.objectContaining({ code: 'gateway/malformed-json' }));
    expect(() => readJson(Buffer.from('{"a":'.repeat(600)))).toThrow(/512/);
    const text = JSON.stringify({ a: '[{\\"'.repeat(1_000), b: '\\' });
    expect(readJson(Buffer.from(text))).toEqual(JSON.parse(text));
    const flat = JSON.stringify(Array.from({ length: 1_000 }, () => [{}]));
    expect(readJson(Buffer.from(flat))).toHaveLength(1_000);
  });

  it('is refused in another encoding', () => {
    expect(() => readJson(Buffer.from('{}'), 'application/json; charset=utf-16')).toThrow(
      expect.objectContaining({ code: 'gateway/unsupported-media-type' }),
    );
  });

  it('may speak of __proto__ in a text', () => {
    expect(readJson(Buffer.from('{"a":"__proto__"}'))).toEqual({ a: '__proto__' });
  });
});
