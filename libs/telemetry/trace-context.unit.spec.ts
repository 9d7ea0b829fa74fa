import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { randomTrace, spanContextOf, spanIdFor, traceIdOf, traceOf } from './trace-context.js';

const hex = (digits: number) =>
  fc
    .uint8Array({ minLength: digits / 2, maxLength: digits / 2 })
    .filter((bytes) => bytes.some((byte) => byte !== 0))
    .map((bytes) => Buffer.from(bytes).toString('hex'));

describe('W3C headers', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(hex(32), hex(16), fc.boolean(), (traceId, spanId, sampled) => {
        const trace = {
          traceparent: `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`,
          tracestate: 'a=1,b=2',
        };
        const read = spanContextOf(trace);
        expect(read).toMatchObject({ traceId, spanId, isRemote: true });
        expect(read && traceOf(read)).toEqual(trace);
        expect(traceIdOf(trace)).toBe(traceId);
      }),
    );
  });

  it.each([
    ['nothing', undefined],
    ['an empty text', ''],
    ['a word', 'yes'],
    ['a trace of zeros', `00-${'0'.repeat(32)}-${'a'.repeat(16)}-01`],
    ['a span of zeros', `00-${'a'.repeat(32)}-${'0'.repeat(16)}-01`],
    ['capitals', `00-${'A'.repeat(32)}-${'a'.repeat(16)}-01`],
    ['one digit too many', `00-${'a'.repeat(33)}-${'a'.repeat(16)}-01`],
    ['the version that may never be', `ff-${'a'.repeat(32)}-${'a'.repeat(16)}-01`],
  ])('name no trace when they hold %s', (_, traceparent) => {
    const trace = traceparent === undefined ? {} : { traceparent };
    expect(spanContextOf(trace)).toBeUndefined();
    expect(traceIdOf(trace)).toBeUndefined();
  });

  it('are read when a later version of the standard has added to them', () => {
    const traceparent = `01-${'a'.repeat(32)}-${'b'.repeat(16)}-03-more`;
    expect(spanContextOf({ traceparent })).toMatchObject({ traceId: 'a'.repeat(32), traceFlags: 1 });
  });
});

describe('a made-up trace', () => {
  it.each([true, false])('is valid and says whether it is sampled: %s', (sampled) => {
    const trace = randomTrace(sampled);
    expect(spanContextOf(trace)).toMatchObject({ traceFlags: sampled ? 1 : 0 });
    expect(traceIdOf(randomTrace(sampled))).not.toBe(traceIdOf(trace));
  });
});

describe('the id of a planned span', () => {
  it('follows from its key alone', () => {
    expect(spanIdFor('flow 1')).toBe(spanIdFor('flow 1'));
    expect(spanIdFor('flow 1')).not.toBe(spanIdFor('flow 2'));
    expect(spanIdFor('flow 1')).toMatch(/^[0-9a-f]{16}$/);
  });
});
