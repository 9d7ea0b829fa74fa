import { expect, it } from '@jest/globals';
import { userFilter } from './scope.js';

it('the filter by user is what an administrator asks for', () => {
  const actor = { userId: 'local', channel: 'api' } as const;
  expect(userFilter(actor, 'somebody')).toEqual({ 'actor.userId': 'somebody' });
  expect(userFilter(actor, undefined)).toEqual({});
});

it('the filter by user is the asker for everybody else, who may ask for nothing more', () => {
  const actor = { userId: 'somebody', channel: 'api' } as const;
  expect(userFilter(actor, undefined)).toEqual({ 'actor.userId': 'somebody' });
  expect(userFilter(actor, 'somebody')).toEqual({ 'actor.userId': 'somebody' });
  expect(() => userFilter(actor, 'another')).toThrow('only your own');
});
