import { describe, expect, it } from '@jest/globals';
import type { Actor } from '#libs/run-log';
import { byGrants, ForbiddenError } from './authorize.js';
import { areGrants, covers, isGrant, lackingOf, narrowed } from './grants.js';
import { Send } from './testing/sample-contracts.js';

describe('a grant', () => {
  it.each([
    ['*', 'jobs:write', true],
    ['jobs:*', 'jobs:write', true],
    ['*:read', 'jobs:read', true],
    ['jobs:write', 'jobs:write', true],
    ['jobs:*', 'jobsite:write', false],
    ['*:read', 'jobs:write', false],
    ['*:read', 'jobs:readall', false],
    ['jobs:write', 'jobs:read', false],
    ['jobs:read', '*', false],
  ])('%s takes in %s: %s', (grant, asked, is) => {
    expect(covers([grant], asked)).toBe(is);
  });

  it.each([
    ['*', '*:*', true],
    ['*:*', '*', true],
    ['jobs:*', 'jobs:*', true],
    ['*:read', '*:read', true],
    ['jobs:read', 'jobs:*', false],
    ['jobs:*', '*:read', false],
    ['*:read', 'jobs:*', false],
    ['*:read', '*', false],
  ])('%s takes in the pattern %s: %s', (grant, asked, is) => {
    expect(covers([grant], asked)).toBe(is);
  });

  it.each([
    '',
    'jobs',
    'jobs:',
    ':read',
    'jobs:read:more',
    'Jobs:read',
    'jobs:re*',
    '**',
    'jobs: read',
    7,
    null,
  ])('is not %j', (text) => {
    expect(isGrant(text)).toBe(false);
  });

  it('comes in a list that has an end', () => {
    expect(areGrants(['*', 'jobs:read'])).toBe(true);
    expect(areGrants([])).toBe(true);
    expect(areGrants(Array.from({ length: 51 }, () => 'jobs:read'))).toBe(false);
    expect(areGrants('jobs:read')).toBe(false);
  });
});

describe('what two lists of grants have in common', () => {
  it.each([
    [['*'], ['jobs:read', 'jobs:*'], ['jobs:*']],
    [['*:*'], ['*'], ['*']],
    [['jobs:*'], ['*:read'], ['jobs:read']],
    [['*:read', 'jobs:write'], ['jobs:*'], ['jobs:read', 'jobs:write']],
    [['jobs:write'], ['jobs:read'], []],
    [['jobs:*'], ['jobsite:*'], []],
    [[], ['*'], []],
    [
      ['*:read', 'runs:*', 'jobs:send'],
      ['*:read', 'runs:*', 'jobs:send'],
      ['*:read', 'runs:*', 'jobs:send'],
    ],
  ])('of %j and %j is %j, whichever comes first', (one, other, both) => {
    expect(narrowed(one, other)).toEqual(both);
    expect([...narrowed(other, one)].sort()).toEqual([...both].sort());
  });

  it('is cut off where it is more than a list may hold', () => {
    const areas = Array.from({ length: 9 }, (_, at) => `area${at}:*`);
    const verbs = Array.from({ length: 9 }, (_, at) => `*:verb${at}`);
    expect(areGrants(narrowed(areas, verbs))).toBe(true);
    expect(narrowed(areas, verbs)).toHaveLength(50);
  });
});

describe('an actor', () => {
  const contract = { ...Send, permissions: ['mails:send', 'jobs:read'] };
  const actor = (...grants: string[]): Actor => ({ userId: 'anna', channel: 'api', grants });

  it('without grants is one whom nobody asked, and is let in', () => {
    expect(byGrants({ contract, actor: { userId: 'anna', channel: 'nats' } })).toBe(true);
    expect(lackingOf({}, ['jobs:read'])).toEqual([]);
  });

  it('with grants needs all that the contract asks for', () => {
    expect(byGrants({ contract, actor: actor('mails:*', '*:read') })).toBe(true);
    expect(() => byGrants({ contract, actor: actor('*:read') })).toThrow(ForbiddenError);
    expect(() => byGrants({ contract, actor: actor('*:read') })).toThrow('it asks for mails:send');
  });

  it('with an empty list may run nothing that asks for anything', () => {
    expect(() => byGrants({ contract, actor: actor() })).toThrow('mails:send, jobs:read');
    expect(byGrants({ contract: { ...Send, permissions: [] }, actor: actor() })).toBe(true);
  });
});
