import { describe, expect, it } from '@jest/globals';
import { defineOperation } from './contract.js';

class Nothing {}
const least = {
  name: 'wave',
  service: 'hands',
  category: 'greeting',
  stage: 'act',
  description: 'Waves',
  input: Nothing,
  output: Nothing,
} as const;

describe('a contract', () => {
  it('runs at least once and leaves a record unless it says otherwise', () => {
    expect(defineOperation(least)).toMatchObject({
      version: 1,
      execution: 'at-least-once',
      createTaskrun: true,
      resultRefs: {},
      permissions: [],
    });
  });

  it('cannot be changed', () => {
    expect(Object.isFrozen(defineOperation(least))).toBe(true);
  });

  it.each(['Wave', 'wave.hand', 'wave hand', '', '9waves'])('refuses the name %j', (name) => {
    expect(() => defineOperation({ ...least, name })).toThrow('expected snake_case');
  });
});
