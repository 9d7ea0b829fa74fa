import { expect, it } from '@jest/globals';
import { who } from './who.js';

it('keeps who asked, and none of what they may do', () => {
  const actor = { userId: 'kim', channel: 'cli', grants: ['*'], key: 'k1' } as const;
  expect(who(actor)).toEqual({ userId: 'kim', channel: 'cli' });
  expect(who({ ...actor, by: 'ann' })).toEqual({ userId: 'kim', channel: 'cli', by: 'ann' });
});
