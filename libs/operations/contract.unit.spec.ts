import { describe, expect, it } from '@jest/globals';
import { describeOperation } from './catalog-entry.js';
import { defineOperation } from './contract.js';
import type { OperationLimit } from './limits/operation-limit.js';

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

  it('has no limits by default, and keeps those that it is given', () => {
    expect(defineOperation(least)).toMatchObject({ concurrency: 1_000, limits: [] });
    const limits = [{ name: 'per_user', key: () => 'x', concurrency: 2, rate: { limit: 5, perSeconds: 60 } }];
    expect(defineOperation({ ...least, limits }).limits).toEqual(limits);
    expect(defineOperation({ ...defineOperation({ ...least, limits }), name: 'nod' }).limits).toEqual(limits);
  });

  it('shows its limits in the catalog without how their keys are made', () => {
    const limits = [{ name: 'per_user', key: () => 'x', rate: { limit: 5, perSeconds: 60 } }];
    expect(describeOperation(defineOperation({ ...least, limits })).limits).toEqual([
      { name: 'per_user', rate: { limit: 5, perSeconds: 60 } },
    ]);
  });

  const key = (): string => 'x';
  it.each<[string, OperationLimit[]]>([
    ['snake_case', [{ name: 'Per User', key, concurrency: 1 }]],
    [
      'two of this name',
      [
        { name: 'a', key, concurrency: 1 },
        { name: 'a', key, concurrency: 2 },
      ],
    ],
    ['a key made from input and actor', [{ name: 'a', concurrency: 1 } as never]],
    ['expected a concurrency or a rate', [{ name: 'a', key }]],
    ['a concurrency is a whole number', [{ name: 'a', key, concurrency: 0 }]],
    ['a concurrency is a whole number', [{ name: 'a', key, concurrency: 1.5 }]],
    ['a concurrency is a whole number', [{ name: 'a', key, concurrency: 1_001 }]],
    ['the limit of a rate', [{ name: 'a', key, rate: { limit: 0, perSeconds: 1 } }]],
    ['perSeconds is more than 0', [{ name: 'a', key, rate: { limit: 1, perSeconds: NaN } }]],
    ['perSeconds is more than 0', [{ name: 'a', key, rate: { limit: 1, perSeconds: 0 } }]],
    ['a burst is a whole number', [{ name: 'a', key, rate: { limit: 1, perSeconds: 1, burst: 0 } }]],
  ])('says %j of limits that make no sense', (sentence, limits) => {
    expect(() => defineOperation({ ...least, limits })).toThrow(sentence);
  });

  it.each([0, -1, 1.5, NaN])('refuses the concurrency %p', (concurrency) => {
    expect(() => defineOperation({ ...least, concurrency })).toThrow(
      'a concurrency is a whole number from 1',
    );
  });
});
