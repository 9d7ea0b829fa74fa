import { describe, expect, it } from '@jest/globals';
import { ApplicationStatus } from '#libs/contracts';
import { byHandFrom, canMove, standingOf } from './transitions.js';

const ALL = Object.values(ApplicationStatus);
const NEWS = ['sent', 'answered', 'interview', 'offer', 'declined'] as const;

describe('the ways of an application', () => {
  it('lead out of the house by the service only from where nothing has gone out', () => {
    expect(ALL.filter((from) => canMove(from, 'sending', 'service'))).toEqual([
      'prepared',
      'sending',
      'ambiguous',
      'failed',
    ]);
    for (const from of NEWS)
      for (const to of ALL) expect([from, to, canMove(from, to, 'service')]).toEqual([from, to, false]);
  });

  it('let a person say any news after any other', () => {
    for (const from of NEWS)
      for (const to of NEWS) expect([from, to, canMove(from, to, 'person')]).toEqual([from, to, from !== to]);
  });

  it('let a person touch nothing that is on its way, and settle what is unknown', () => {
    expect(byHandFrom('sending')).toEqual([]);
    expect(byHandFrom('ambiguous')).toEqual(['sent', 'failed', 'withdrawn']);
  });

  it('never lead from what went out back to what can be sent', () => {
    for (const from of [...NEWS, 'ambiguous'] as const)
      for (const who of ['service', 'person'] as const) expect(canMove(from, 'prepared', who)).toBe(false);
  });
});

describe('how an application stands', () => {
  const until = new Date('2026-11-03T08:00:00Z');
  it.each([
    ['sending', '2026-11-03T07:59:59Z', 'sending'],
    ['sending', '2026-11-03T08:00:01Z', 'ambiguous'],
    ['sent', '2026-11-03T08:00:01Z', 'sent'],
  ] as const)('while it is %s is at %s %s', (status, now, standing) => {
    expect(standingOf({ status, sending: { until } }, new Date(now))).toBe(standing);
  });
});
