import { describe, expect, it } from '@jest/globals';
import { whyNotCovered } from './standing-rule.js';
import type { RuleCase } from './standing-rule.js';

const rule = {
  leastScore: 0.8,
  employers: ['Moorblick'],
  channels: ['email' as const],
  perDay: 2,
  until: '2026-12-01T00:00:00Z',
};
const CASE: RuleCase = {
  rule,
  match: { score: 0.8, excluded: null },
  company: 'Moorblick GmbH',
  channel: 'email',
  warnings: ['agency', 'daily-limit'],
  now: new Date('2026-11-30T23:59:59Z'),
};

describe('a standing rule', () => {
  it('covers what it says', () => {
    expect(whyNotCovered(CASE)).toEqual([]);
    expect(whyNotCovered({ ...CASE, rule: { ...rule, employers: [] }, company: 'Any' })).toEqual([]);
  });

  it.each<[Partial<RuleCase>, RegExp]>([
    [{ rule: null }, /no standing rule/],
    [{ now: new Date('2026-12-01T00:00:00Z') }, /it held until 2026-12-01/],
    [{ match: { score: 0.79, excluded: null } }, /0\.79.*0\.8/],
    [{ match: { score: 1, excluded: { message: 'not remote' } } }, /out of the question \(not remote\)/],
    [{ channel: 'form' }, /by email, not by form/],
    [{ company: 'Moorblick Zeitarbeit' }, /none of its employers/],
    [{ warnings: ['same-employer'] }, /asked \(same-employer\)/],
    [{ warnings: ['repost'] }, /asked \(repost\)/],
    [{ warnings: ['blocked-employer'] }, /asked \(blocked-employer\)/],
  ])('does not cover %j', (said, why) => {
    expect(whyNotCovered({ ...CASE, ...said })).toEqual([expect.stringMatching(why)]);
  });

  it('names all reasons at once', () => {
    expect(whyNotCovered({ ...CASE, channel: 'form', match: { score: 0, excluded: null } })).toHaveLength(2);
  });
});
