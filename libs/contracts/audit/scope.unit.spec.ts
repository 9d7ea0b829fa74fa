import { describe, expect, it } from '@jest/globals';
import { maySee, scopeOf } from './scope.js';

describe('who may see what', () => {
  const somebody = { userId: 'somebody', channel: 'api' } as const;

  it('shows everything to the person of the machine, and to the platform', () => {
    const local = { userId: 'local', channel: 'cli' } as const;
    expect(scopeOf(local)).toBeUndefined();
    expect(scopeOf({ userId: 'system', channel: 'nats' })).toBeUndefined();
    expect(maySee(local, somebody)).toBe(true);
  });

  it('shows everybody else their own', () => {
    expect(scopeOf(somebody)).toBe('somebody');
    expect(maySee(somebody, { userId: 'somebody' })).toBe(true);
    expect(maySee(somebody, { userId: 'local' })).toBe(false);
  });

  it('does not take a flow that runs as the machine user for an administrator', () => {
    expect(scopeOf({ userId: 'local', channel: 'nats' })).toBe('local');
  });
});
