import { describe, expect, it } from '@jest/globals';
import type { ApplicationStatus, WentOut } from '#libs/contracts';
import { mayApply } from './apply-checks.js';
import type { Application } from './application.schema.js';

const NOW = new Date('2026-11-03T08:00:00Z');
const SHA = 'a'.repeat(64);
const sending = { key: 'mine', attempt: 1, until: new Date('2026-11-03T08:03:00Z') };

const judged = (
  status: ApplicationStatus,
  run: { idempotencyKey: string; attempt: number },
  said: { wentOut?: WentOut; sending?: typeof sending | null; sha256?: string } = {},
): string => {
  const application = { _id: 'app_1', status, sha256: SHA, sentAt: null, wentOut: 'no', sending, ...said };
  try {
    return mayApply(application as Application, SHA, run, NOW).kind;
  } catch (error) {
    return (error as { code: string }).code;
  }
};
const first = { idempotencyKey: 'mine', attempt: 1 };
const later = { idempotencyKey: 'mine', attempt: 2 };
const other = { idempotencyKey: 'other', attempt: 7 };

describe('whether an execution may send', () => {
  it.each([
    ['prepared', 'send', 'send', 'send'],
    // A later attempt of the same task is made only where somebody knows that nothing went out.
    ['sending', 'applier/outcome-unknown', 'send', 'applier/outcome-unknown'],
    ['ambiguous', 'applier/outcome-unknown', 'send', 'applier/outcome-unknown'],
    ['failed', 'applier/not-prepared', 'send', 'applier/not-prepared'],
    ['sent', 'tell', 'tell', 'applier/already-applied'],
    ['to_hand_in', 'tell', 'tell', 'applier/already-applied'],
    ['interview', 'tell', 'tell', 'applier/already-applied'],
    ['withdrawn', 'applier/not-prepared', 'applier/not-prepared', 'applier/not-prepared'],
  ] as const)('what is %s', (status, byFirst, byLater, byOther) => {
    expect([first, later, other].map((run) => judged(status, run))).toEqual([byFirst, byLater, byOther]);
  });

  it('is refused for what was withdrawn after it went out', () => {
    expect(judged('withdrawn', first, { wentOut: 'yes' })).toBe('applier/already-applied');
  });

  it('is refused for what was not approved, before anything else is looked at', () => {
    for (const status of ['prepared', 'sent', 'ambiguous'] as const)
      expect(judged(status, first, { sha256: 'b'.repeat(64) })).toBe('applier/not-approved');
  });
});
