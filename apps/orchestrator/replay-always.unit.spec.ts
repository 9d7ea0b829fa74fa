import { expect, it } from '@jest/globals';
import { readReplayAlways } from './replay-always.js';

it.each([
  [undefined, false],
  ['', false],
  ['false', false],
  ['true', true],
])('REPLAY_ALWAYS=%s means %s', (text, meant) => {
  expect(readReplayAlways(text === undefined ? {} : { REPLAY_ALWAYS: text })).toBe(meant);
});

it('refuses anything else, with what was expected', () => {
  expect(() => readReplayAlways({ REPLAY_ALWAYS: 'yes' })).toThrow(
    'REPLAY_ALWAYS is "yes"; expected true or false',
  );
});
