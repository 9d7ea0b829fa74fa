import { expect, it } from '@jest/globals';
import { leakGuard } from './leaks.js';

it('names what is open and forgets what was closed', () => {
  const guard = leakGuard();
  const first = guard.track('first', { closed: false }, ({ closed }) => closed);
  guard.track('second', { closed: false }, ({ closed }) => closed);
  expect(guard.open()).toEqual(['first', 'second']);
  first.closed = true;
  expect(guard.open()).toEqual(['second']);
});
